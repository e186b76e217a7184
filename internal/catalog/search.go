package catalog

import "strings"

// searchWords are the folded words of a search.
func searchWords(s string) []string {
	const most = 200
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(Fold(s), ""), "\x00", ""))
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// escapeLike makes a word match itself in LIKE.
func escapeLike(word string) string { return likeEscaper.Replace(word) }
