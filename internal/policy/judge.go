package policy

import (
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/policy/fold"
)

// Evidence is what a judgement rests on.
type Evidence struct {
	Field string `json:"field"`
	Text  string `json:"text"`  // as the listing writes it
	Start int    `json:"start"` // bytes of the field
	End   int    `json:"end"`
	Rule  string `json:"rule"`
}

// Judgement is what the reviewer makes of a listing.
type Judgement struct {
	Verdict    string // approve, reject or human
	PolicyID   string // "" for approve
	Confidence float64
	Evidence   []Evidence
	Version    string
}

// Verdicts.
const (
	Approve = "approve"
	Reject  = "reject"
	Human   = "human"
)

// Confidence of a judgement by what it rests on; measured on listings it was not tuned with.
var confidence = map[use]float64{useHard: 0.97, useReject: 0.92, useNeed: 0.9, useHold: 0.6}

// Judge decides on a listing by what is sold: its texts first, its category second. A category never clears.
func (r *Rules) Judge(i catalog.Item) Judgement {
	j := Judgement{Verdict: Approve, Confidence: 0.9, Version: Version}
	product, _ := i.Extra["product_type"].(string)
	best, ok := r.strongest([]field{{"title", i.Title}, {"description", i.Description}, {"product_type", product}})
	b, closed := r.find(i.GoogleCategory)
	closed = closed && b.Signal != allow
	switch {
	case ok && best.use != useHold:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Reject, best.policy, confidence[best.use], best.evidence()
	case closed && b.Signal == reject:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Reject, b.Policy, 0.9, categoryEvidence(i, b)
	case ok:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Human, best.policy, confidence[best.use], best.evidence()
	case closed:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Human, b.Policy, 0.6, categoryEvidence(i, b)
	}
	return j
}

func categoryEvidence(i catalog.Item, b branch) []Evidence {
	return []Evidence{{Field: "google_product_category", Text: i.GoogleCategory, End: len(i.GoogleCategory), Rule: "category/" + b.Path}}
}

// Evaluate is [Rules.Judge] as the catalog keeps it.
func (r *Rules) Evaluate(i catalog.Item) catalog.Verdict {
	j := r.Judge(i)
	v := catalog.Verdict{Status: catalog.Approved, Reviewer: Version}
	if j.Verdict == Approve {
		return v
	}
	v.PolicyID = j.PolicyID
	e := j.Evidence[0]
	v.Evidence = e.Field + ": " + e.Text
	what := fmt.Sprintf("“%s” in the %s", e.Text, strings.ReplaceAll(e.Field, "_", " "))
	v.Status, v.Reason = catalog.Rejected, what+" may not be sold in WhatsApp chats (policy: "+j.PolicyID+")."
	if j.Verdict == Human {
		v.Status, v.Reason = catalog.Pending, what+" needs a person's look (policy: "+j.PolicyID+")."
	}
	return v
}

// field is a text of a listing.
type field struct{ name, text string }

// hit is a phrase that stands against a listing.
type hit struct {
	found
	field field
	order int // of the field
}

func (h hit) evidence() []Evidence {
	return []Evidence{{Field: h.field.name, Text: h.field.text[h.start:h.end], Start: h.start, End: h.end, Rule: h.rule()}}
}

// strongest is the phrase that weighs most against a listing.
func (r *Rules) strongest(fields []field) (best hit, ok bool) {
	var reader fold.Reader
	readings := make([]reading, len(fields))
	cues, cancelled := map[string]bool{}, map[string]bool{}
	for n, f := range fields {
		t := &fold.Text{}
		reader.Read(f.text, t)
		readings[n] = reading{text: t, found: r.lexicon.find(t)}
		for _, p := range readings[n].found {
			switch p.use {
			case useCue:
				cues[p.policy] = true
			case useCancel:
				cancelled[p.policy] = true
			}
		}
	}
	for n, rd := range readings {
		for _, f := range rd.found {
			h := hit{f, fields[n], n}
			if f.use > useHold || cancelled[f.policy] || (f.use == useNeed && !cues[f.policy]) || !rd.counts(f, n > 0) {
				continue
			}
			if !ok || h.stronger(best) {
				best, ok = h, true
			}
		}
	}
	return best, ok
}

// stronger tells whether a phrase weighs more than another one: a reject before a hold, a title before a description, a longer phrase
// before a shorter one.
func (h hit) stronger(b hit) bool {
	if (h.use == useHold) != (b.use == useHold) {
		return b.use == useHold
	}
	if h.use != b.use && (h.use == useHard || b.use == useHard) {
		return h.use == useHard
	}
	if h.order != b.order {
		return h.order < b.order
	}
	if h.words != b.words {
		return h.words > b.words
	}
	return h.start < b.start
}

// reading is a field's text with the phrases in it.
type reading struct {
	text  *fold.Text
	found []found
}

// counts tells whether a phrase means what it says. Of a description, which talks about much that is not sold, only what is never
// harmless counts, and what it says is in the box.
func (rd reading) counts(f found, description bool) bool {
	for _, x := range rd.found {
		if x.use == useExcept && (x.policy == f.policy || x.policy == goods || f.use != useHard) && x.start <= f.start && f.end <= x.end && x.end-x.start > f.end-f.start {
			return false
		}
		if x.use == useHold && x.policy == f.policy && x.start <= f.start && f.end <= x.end && x.words > f.words {
			return false // cooking wine
		}
	}
	if rd.denied(f) {
		return false
	}
	from, to, part := rd.part(f)
	if description && f.use != useHard && (!part || f.use == useNeed) {
		return false
	}
	for _, c := range rd.found {
		if c.use != useClear || c.start < from || c.end > to || (c.policy != f.policy && (c.policy != goods || f.use == useHard || !substances[f.policy])) {
			continue
		}
		if f.use == useHard && f.policy == "animals" {
			continue // a statue of ivory is ivory
		}
		if rd.heads(c, f) {
			return false
		}
	}
	return true
}

// substances are the policies about what things are: the name of some other thing clears them. "Replica shoes" stay replicas.
var substances = map[string]bool{
	"alcohol": true, "tobacco": true, "drugs": true, "supplements": true, "weapons": true, "animals": true, "adult": true, "healthcare": true, "hazardous": true,
	"body_parts": true, "recalled": true,
}

// heads tells whether a clearing noun is the head of what the phrase belongs to.
func (rd reading) heads(c, f found) bool {
	if c.start < f.end && f.start < c.end {
		return false // the same words
	}
	if c.headFirst {
		return c.start < f.start
	}
	if c.start >= f.end {
		return true
	}
	for _, l := range rd.found { // "glasses for wine"
		if l.use == useLink && l.start >= c.end && l.end <= f.start {
			return true
		}
	}
	return false
}

// denied tells whether the words beside a phrase say that it is not so, or that it is only a colour or a taste.
func (rd reading) denied(f found) bool {
	before, after := rd.beside(f)
	for _, x := range rd.found {
		switch x.use {
		case useBefore, useColourOf:
			if x.end == before {
				return true
			}
		case useAfter, useColour:
			if x.start == after && f.use != useHold {
				return true
			}
		}
	}
	return false
}

// beside is where the word before a phrase ends and the word behind it begins, within its part of the sentence; -1 for none.
func (rd reading) beside(f found) (before, after int) {
	before, after = -1, -1
	for _, w := range rd.text.Words {
		if w.End <= f.start {
			before = w.End
		}
		if w.Start < f.end && w.End > f.start && w.Before >= fold.Join && w.Start <= f.start {
			before = -1
		}
		if w.Start >= f.end {
			if w.Before < fold.Join {
				after = w.Start
			}
			break
		}
	}
	return before, after
}

// part is the part of the text a phrase stands in: marks and words such as "with" begin another one. named tells that such a
// word begins the phrase's part.
func (rd reading) part(f found) (from, to int, named bool) {
	from, to = 0, 1<<62
	for n, w := range rd.text.Words {
		if n == 0 || w.Before < fold.Join {
			continue
		}
		if w.Start <= f.start {
			from, named = w.Start, false
		} else if w.Start >= f.end {
			to = min(to, w.Start)
		}
	}
	for _, x := range rd.found {
		if x.use != useWith || (x.start < f.end && f.start < x.end) {
			continue
		}
		if x.start < f.start && x.start >= from {
			from, named = x.end, true
		} else if x.start >= f.end {
			to = min(to, x.start)
		}
	}
	return from, to, named
}
