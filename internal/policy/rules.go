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
)

// Version names the built-in rules in every verdict; rules of the operator's add a mark of their own.
const Version = "texts-2"

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

// Rules decide by an item's texts and category.
type Rules struct {
	version string
	strict  bool // every supplement is rejected
	lexicon *Lexicon
	byID    map[int]branch
	byPath  map[string]branch
}

// NewRules loads the built-in rules; a process reads them once.
func NewRules() (*Rules, error) { return builtIn() }

var builtIn = sync.OnceValues(loadRules)

func loadRules() (*Rules, error) {
	var list []branch
	if err := json.Unmarshal(branchData, &list); err != nil {
		return nil, fmt.Errorf("policy: branches: %w", err)
	}
	words, err := NewLexicon()
	if err != nil {
		return nil, err
	}
	r := &Rules{version: Version, lexicon: words, byID: map[int]branch{}, byPath: map[string]branch{}}
	// A branch below another one is the more precise word: it is stored last.
	for depth := range 12 {
		for _, b := range list {
			if strings.Count(b.Path, ">") != depth {
				continue
			}
			r.byPath[plainPath(b.Path)] = b
			r.byID[b.ID] = b
			for _, i := range b.Below {
				r.byID[i] = b
			}
		}
	}
	return r, nil
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
func (r *Rules) find(category string) (branch, bool) {
	category = strings.TrimSpace(category)
	if n, err := strconv.Atoi(category); err == nil {
		b, ok := r.byID[n]
		return b, ok
	}
	path := plainPath(category)
	for path != "" {
		if b, ok := r.byPath[path]; ok {
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
