package graphapi

import "sort"

// Writes are the calls that change something on nodes of a kind, by the name of the kind: "POST" and "DELETE" of the node itself,
// "POST edge" and "DELETE edge" of its edges.
func Writes() map[string][]string {
	all := map[string][]string{}
	for _, t := range New(Deps{}).engine.Types() {
		var list []string
		if t.Update != nil {
			list = append(list, "POST")
		}
		if t.Delete != nil {
			list = append(list, "DELETE")
		}
		for name, e := range t.Edges {
			if e.Post != nil {
				list = append(list, "POST "+name)
			}
			if e.Delete != nil {
				list = append(list, "DELETE "+name)
			}
		}
		sort.Strings(list)
		all[t.Name] = list
	}
	return all
}
