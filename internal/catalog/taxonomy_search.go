package catalog

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Category is one of a taxonomy, or one that items have. ID is zero where none is known.
type Category struct {
	ID   int
	Path string
}

// foundCategory is a category as it is searched.
type foundCategory struct {
	Category
	folded, last string // the path and its last part, without marks and case
}

func newFoundCategory(c Category) foundCategory {
	folded := Fold(c.Path)
	return foundCategory{c, folded, strings.TrimSpace(folded[strings.LastIndexByte(folded, '>')+1:])}
}

// index makes the list that is searched.
func (t *Taxonomy) index() {
	ids := make(map[string]int, len(t.ids))
	for n, path := range t.ids {
		ids[path] = n
	}
	for _, path := range t.paths {
		t.found = append(t.found, newFoundCategory(Category{ids[path], path}))
	}
	slices.SortFunc(t.found, func(a, b foundCategory) int { return cmp.Compare(a.Path, b.Path) })
}

// Search finds categories by words of their paths, diacritics or not, or by their id: those that are called so before those that lie in
// such, and wide ones before narrow ones.
func (t *Taxonomy) Search(text string, most int) []Category {
	if t == nil {
		return nil
	}
	if path, ok := t.Path(text); ok {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err == nil {
			return []Category{{n, path}}
		}
	}
	return searchCategories(t.found, text, most)
}

func searchCategories(all []foundCategory, text string, most int) []Category {
	words := strings.Fields(strings.ReplaceAll(Fold(text), ">", " "))
	if len(words) == 0 {
		return nil
	}
	type hit struct {
		Category
		rank, depth int
	}
	var hits []hit
	for _, c := range all {
		rank := 1
		if c.last == strings.Join(words, " ") {
			rank = 0
		}
		for _, w := range words {
			switch {
			case strings.HasPrefix(c.last, w):
			case strings.Contains(c.last, w):
				rank++
			case strings.Contains(c.folded, w):
				rank += 3
			default:
				rank = -1
			}
			if rank < 0 {
				break
			}
		}
		if rank >= 0 {
			hits = append(hits, hit{c.Category, rank, strings.Count(c.Path, ">")})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.depth, b.depth)) })
	list := make([]Category, 0, min(len(hits), most))
	for _, h := range hits[:min(len(hits), most)] {
		list = append(list, h.Category)
	}
	return list
}

// usedMost is how many items a catalog may have that is read through for the categories it uses.
const usedMost = 20_000

// SearchCategories finds categories of the operator's taxonomy; known is false where none was loaded: then those that the catalog's
// items have are searched, all of them without a word, as long as the catalog is small.
func (s *Service) SearchCategories(ctx context.Context, c access.Caller, catalog id.ID, text string, most int) (list []Category, known bool, err error) {
	if s.taxonomy != nil {
		return s.taxonomy.Search(text, most), true, nil
	}
	shelves, err := s.Shelves(ctx, c, catalog, "category", usedMost)
	used := make([]foundCategory, len(shelves))
	for n, sh := range shelves {
		used[n] = newFoundCategory(Category{Path: sh.Value})
	}
	if found := searchCategories(used, text, most); len(found) > 0 {
		return found, false, err
	}
	for _, u := range used[:min(len(used), most)] {
		list = append(list, u.Category)
	}
	return list, false, err
}

// Shelves is [ShelvesTx] of a catalog with at most that many items; of a larger one it tells nothing, since it would have to read all.
func (s *Service) Shelves(ctx context.Context, c access.Caller, catalog id.ID, by string, most int) (list []Shelf, err error) {
	tally, err := s.Tally(ctx, c, catalog)
	if err != nil || tally.Items > most {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = ShelvesTx(ctx, tx, c, catalog, by)
		return err
	})
	return list, err
}
