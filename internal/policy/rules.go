// Package policy decides whether an item may be sold in a chat: by phrases in seven languages, and by the branches of the
// product taxonomy that the commerce policy closes.
package policy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// Version names the built-in rules in every verdict; rules of the operator's add a mark of their own.
const Version = "texts-5"

//go:embed branches.json
var branchData []byte

// signal is what a branch of the taxonomy says of the items in it.
type signal string

const (
	reject signal = "reject"
	human  signal = "human" // a person has to decide
	allow  signal = "allow" // an exception inside a closed branch
)

// branch is a part of Google's product taxonomy that matters to the policy.
type branch struct {
	ID     int    `json:"id"`
	Path   string `json:"path"`
	Signal signal `json:"signal"`
	Policy string `json:"policy"`
	Below  []int  `json:"below"` // ids of everything under it
}

// Rules decide by an item's texts and category. What they search lies packed in the program; the first review unpacks it.
type Rules struct {
	version string
	strict  bool // every supplement is rejected
	asks    bool // has conditions, which ask more of an item than its texts
	// taxonomy is the operator's; nil: only the built-in branches are known.
	taxonomy *catalog.Taxonomy
	built    func() (*tables, error)
	desks    sync.Pool // of *listing
}

// tables are what rules search. They never change, so several rules may share them.
type tables struct {
	lexicons   []*Lexicon
	conditions []*asked // of an operator's rules
	byID       map[int]branch
	byPath     map[string]branch
	glance     func() *glance // made when it is first asked for
}

// NewRules are the built-in rules, ready.
func NewRules() (*Rules, error) {
	r := unbuilt()
	if _, err := r.built(); err != nil {
		return nil, err
	}
	return r, nil
}

// unbuilt are the built-in rules, which the first to need them opens.
func unbuilt() *Rules { return &Rules{version: Version, built: builtIn} }

var builtIn = sync.OnceValues(openBuiltIn)

// tables opens them. Whatever could be wrong with an operator's rules was refused when they were loaded, and the tests read
// the built-in ones: an error here is a program that was built wrong.
func (r *Rules) tables() *tables {
	t, err := r.built()
	if err != nil {
		panic(err)
	}
	return t
}

func openBuiltIn() (*tables, error) {
	raw, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	l, err := open(raw, 0)
	if err != nil {
		return nil, err
	}
	t := &tables{lexicons: []*Lexicon{l}, byID: map[int]branch{}, byPath: map[string]branch{}, glance: glanceOf(l)}
	var list []branch
	if err := json.Unmarshal(branchData, &list); err != nil {
		return nil, fmt.Errorf("policy: branches: %w", err)
	}
	// A branch below another one is the more precise word: it is stored last.
	for depth := range 12 {
		for _, b := range list {
			if strings.Count(b.Path, ">") != depth {
				continue
			}
			t.byPath[plainPath(b.Path)] = b
			t.byID[b.ID] = b
			for _, i := range b.Below {
				t.byID[i] = b
			}
		}
	}
	return t, nil
}

// plainPath makes two spellings of a path comparable.
func plainPath(p string) string {
	parts := strings.Split(p, ">")
	for i := range parts {
		parts[i] = strings.Join(strings.Fields(strings.ToLower(parts[i])), " ")
	}
	return strings.Join(parts, ">")
}

// find is the branch a category lies in. A category that is no id and no path gives no signal.
func (t *tables) find(category string) (branch, bool) {
	if category == "" {
		return branch{}, false
	}
	category = strings.TrimSpace(category)
	if n, err := strconv.Atoi(category); err == nil {
		b, ok := t.byID[n]
		return b, ok
	}
	path := plainPath(category)
	for path != "" {
		if b, ok := t.byPath[path]; ok {
			return b, true
		}
		cut := strings.LastIndex(path, ">")
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return branch{}, false
}
