package policy

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Labelled is a listing with the verdict a person gave it.
type Labelled struct {
	ID, Lang, Expected, PolicyID, Note string
	Title                              string
	Got                                Judgement
}

// evasions are notes of listings that hide what they sell.
func (l Labelled) evasion() bool {
	for _, mark := range []string{"leet", "chấm chen", "euphemism", "trocadilho", "street name", "không dấu", "रोमन", "evasion"} {
		if strings.Contains(l.Note, mark) {
			return true
		}
	}
	return false
}

// Tally counts what became of some listings.
type Tally struct {
	Listings        int
	ToReject        int // by the label
	Rejected        int // by the reviewer
	RejectedRightly int
	RightPolicy     int // of those rejected rightly
	Human           int // sent to a person
}

// Precision is the share of rejected listings that were to be rejected.
func (t Tally) Precision() float64 { return share(t.RejectedRightly, t.Rejected) }

// Recall is the share of listings to reject that were.
func (t Tally) Recall() float64 { return share(t.RejectedRightly, t.ToReject) }

// HumanShare is the share of listings sent to a person.
func (t Tally) HumanShare() float64 { return share(t.Human, t.Listings) }

func (t *Tally) add(l Labelled) {
	t.Listings++
	if l.Got.Verdict == Human {
		t.Human++
	}
	if l.Expected == Reject {
		t.ToReject++
	}
	if l.Got.Verdict != Reject {
		return
	}
	t.Rejected++
	if l.Expected == Reject {
		t.RejectedRightly++
		if l.samePolicy() {
			t.RightPolicy++
		}
	}
}

// samePolicy tells whether the policy is the label's, or one the label takes as well.
func (l Labelled) samePolicy() bool {
	return l.Got.PolicyID == l.PolicyID || l.Got.PolicyID != "" && strings.Contains(l.Note, "alt=") && strings.Contains(l.Note, l.Got.PolicyID)
}

// Score is how the reviewer did on labelled listings.
type Score struct {
	Tally
	Evasions       Tally // of the listings that hide what they sell
	EvasionsCaught int   // rejected or sent to a person
	Misses         []Labelled
	ByLanguage     map[string]*Tally
	ByPolicy       map[string]*Tally // of the label; what is labelled with none counts for the policy it was rejected for
}

func count(m map[string]*Tally, key string, l Labelled) {
	if key == "" {
		return
	}
	if m[key] == nil {
		m[key] = &Tally{}
	}
	m[key].add(l)
}

// Examine scores judged listings.
func Examine(list []Labelled) *Score {
	s := &Score{ByLanguage: map[string]*Tally{}, ByPolicy: map[string]*Tally{}}
	for _, l := range list {
		s.add(l)
		count(s.ByLanguage, cmp.Or(l.Lang, "?"), l)
		count(s.ByPolicy, cmp.Or(l.PolicyID, l.Got.PolicyID), l)
		if l.evasion() {
			s.Evasions.add(l)
			if l.Got.Verdict != Approve {
				s.EvasionsCaught++
			}
		}
		if l.Got.Verdict != l.Expected || (l.Expected != Approve && !l.samePolicy()) {
			s.Misses = append(s.Misses, l)
		}
	}
	return s
}

func share(part, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(part) / float64(all)
}

// Print writes the score; misses are listed where asked for.
func (s *Score) Print(w io.Writer, misses bool) {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	p("%d listings", s.Listings)
	p("reject: precision %.3f, recall %.3f", s.Precision(), s.Recall())
	p("sent to a person: %.1f %%", 100*s.HumanShare())
	p("policy id right: %.3f of rejected", share(s.RightPolicy, s.RejectedRightly))
	p("evasions not approved: %d of %d", s.EvasionsCaught, s.Evasions.Listings)
	p("\n%-9s %-19s %8s %9s %6s %9s %6s", "", "", "listings", "precision", "recall", "policy id", "person")
	line := func(group, name string, t *Tally) {
		p("%-9s %-19s %8d %9s %6s %9s %4.0f %%", group, name, t.Listings, ratio(t.RejectedRightly, t.Rejected), ratio(t.RejectedRightly, t.ToReject),
			ratio(t.RightPolicy, t.RejectedRightly), 100*t.HumanShare())
	}
	for _, group := range []struct {
		name string
		of   map[string]*Tally
	}{{"language", s.ByLanguage}, {"policy", s.ByPolicy}} {
		for _, key := range slices.Sorted(maps.Keys(group.of)) {
			line(group.name, key, group.of[key])
		}
	}
	if s.Evasions.Listings > 0 {
		line("evasions", "", &s.Evasions)
	}
	if !misses || len(s.Misses) == 0 {
		return
	}
	p("")
	for _, l := range s.Misses {
		why, hides := "", ""
		for _, e := range l.Got.Evidence {
			why += fmt.Sprintf(" [%s: %q by %s]", e.Field, e.Text, e.Rule)
		}
		if l.evasion() {
			hides = " (evasion)"
		}
		p("%s %s %q%s: want %s %s, got %s %s%s", l.ID, l.Lang, l.Title, hides, l.Expected, l.PolicyID, l.Got.Verdict, l.Got.PolicyID, why)
	}
}

// ratio is a share in print; of nothing there is none.
func ratio(part, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", share(part, all))
}
