package policy

import (
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

// Score is how the reviewer did on labelled listings.
type Score struct {
	Listings                  int
	Rejected, RejectedRightly int // by the reviewer
	ToReject                  int // by the label
	Human                     int // sent to a person
	RightPolicy               int // of those rejected rightly
	Evasions, EvasionsCaught  int
	Misses                    []Labelled
	byLang, byPolicy          map[string]*tally
}

type tally struct{ right, all int }

func count(m map[string]*tally, key string, right bool) {
	t := m[key]
	if t == nil {
		t = &tally{}
		m[key] = t
	}
	t.all++
	if right {
		t.right++
	}
}

// Examine scores judged listings.
func Examine(list []Labelled) *Score {
	s := &Score{Listings: len(list), byLang: map[string]*tally{}, byPolicy: map[string]*tally{}}
	for _, l := range list {
		right := l.Got.Verdict == l.Expected
		alternative := strings.Contains(l.Note, "alt=") && strings.Contains(l.Note, l.Got.PolicyID) && l.Got.PolicyID != ""
		samePolicy := l.Got.PolicyID == l.PolicyID || alternative
		if l.Expected == Reject {
			s.ToReject++
		}
		if l.Got.Verdict == Reject {
			s.Rejected++
			if right {
				s.RejectedRightly++
				if samePolicy {
					s.RightPolicy++
				}
			}
		}
		if l.Got.Verdict == Human {
			s.Human++
		}
		if l.evasion() {
			s.Evasions++
			if l.Got.Verdict != Approve {
				s.EvasionsCaught++
			}
		}
		count(s.byLang, l.Lang, right)
		if l.PolicyID != "" {
			count(s.byPolicy, l.PolicyID, right && samePolicy)
		}
		if !right || (l.Expected != Approve && !samePolicy) {
			s.Misses = append(s.Misses, l)
		}
	}
	return s
}

// Precision is the share of rejected listings that were to be rejected.
func (s *Score) Precision() float64 { return share(s.RejectedRightly, s.Rejected) }

// Recall is the share of listings to reject that were.
func (s *Score) Recall() float64 { return share(s.RejectedRightly, s.ToReject) }

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
	p("sent to a person: %.1f %%", 100*share(s.Human, s.Listings))
	p("policy id right: %.3f of rejected", share(s.RightPolicy, s.RejectedRightly))
	p("evasions not approved: %d of %d", s.EvasionsCaught, s.Evasions)
	for _, group := range []struct {
		name string
		of   map[string]*tally
	}{{"language", s.byLang}, {"policy", s.byPolicy}} {
		for _, key := range slices.Sorted(maps.Keys(group.of)) {
			p("  %-9s %-19s %3d of %3d right", group.name, key, group.of[key].right, group.of[key].all)
		}
	}
	if !misses {
		return
	}
	for _, l := range s.Misses {
		why := ""
		for _, e := range l.Got.Evidence {
			why += fmt.Sprintf(" [%s: %q by %s]", e.Field, e.Text, e.Rule)
		}
		p("%s %s %q: want %s %s, got %s %s%s", l.ID, l.Lang, l.Title, l.Expected, l.PolicyID, l.Got.Verdict, l.Got.PolicyID, why)
	}
}
