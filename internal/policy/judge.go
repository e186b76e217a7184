package policy

import (
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/policy/condition"
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
var confidence = map[use]float64{useAlways: 0.98, useHard: 0.97, useReject: 0.92, useNeed: 0.9, useHold: 0.6}

// Seller is who sells an item, and where.
type Seller = condition.Seller

// Judge decides on a listing by what is sold: its texts first, its category second. A category never clears.
func (r *Rules) Judge(i catalog.Item) Judgement { return r.JudgeFor(i, Seller{}) }

// JudgeFor is [Rules.Judge] where it is known who sells: an operator's conditions may ask it.
func (r *Rules) JudgeFor(i catalog.Item, s Seller) Judgement {
	j, _ := r.judge(i, s)
	return j
}

// judge tells too whether it asked the price.
func (r *Rules) judge(i catalog.Item, s Seller) (j Judgement, byPrice bool) {
	j = Judgement{Verdict: Approve, Confidence: 0.9, Version: r.version}
	product, _ := i.Extra["product_type"].(string)
	t := r.tables()
	x := r.desk()
	defer r.desks.Put(x)
	var best hit
	ok := false
	if !x.clean(t, []byte(i.Title), []byte(i.Description), []byte(product)) {
		x.price = asks(i)
		x.read(t.lexicons, []field{{"title", i.Title}, {"description", i.Description}, {"product_type", product}})
		best, ok = x.strongest(t.lexicons)
		byPrice = x.priced
	}
	b, closed := x.category(r, t, []byte(i.GoogleCategory))
	c, met := t.met(i, s)
	switch {
	case ok && best.use != useHold:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Reject, best.policy, confidence[best.use], best.evidence()
	case closed && b.Signal == reject:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Reject, b.Policy, 0.9, categoryEvidence(i, b)
	case met && c.use == useReject:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Reject, c.policy, 0.95, c.evidence()
	case ok:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Human, best.policy, confidence[best.use], best.evidence()
	case closed:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Human, b.Policy, 0.6, categoryEvidence(i, b)
	case met:
		j.Verdict, j.PolicyID, j.Confidence, j.Evidence = Human, c.policy, 0.6, c.evidence()
	}
	if r.strict && j.Verdict == Human && j.PolicyID == "supplements" {
		j.Verdict = Reject
	}
	return j, byPrice
}

// harmless tells at a glance that the rules approve a listing. That it does not says nothing, and nor do conditions, which ask more.
func (r *Rules) harmless(x *listing, l *catalog.Listing) bool {
	t := r.tables()
	if _, closed := x.category(r, t, l.Category); closed {
		return false
	}
	return x.clean(t, l.Title, l.Description, l.ProductType)
}

// desk is room to read a listing.
func (r *Rules) desk() *listing {
	if x, ok := r.desks.Get().(*listing); ok {
		return x
	}
	return &listing{}
}

func categoryEvidence(i catalog.Item, b branch) []Evidence {
	return []Evidence{{Field: "google_product_category", Text: i.GoogleCategory, End: len(i.GoogleCategory), Rule: "category/" + b.Path}}
}

// Evaluate is [Rules.Judge] as the catalog keeps it.
func (r *Rules) Evaluate(i catalog.Item) catalog.Verdict { return r.EvaluateFor(i, Seller{}) }

// EvaluateFor is [Rules.JudgeFor] as the catalog keeps it.
func (r *Rules) EvaluateFor(i catalog.Item, s Seller) catalog.Verdict {
	v, _ := r.evaluate(i, s)
	return v
}

// evaluate is [Rules.EvaluateFor], and tells whether the price might say more: it has words that mean another thing at another price.
// An item the rules break down on is a person's to decide: it holds up no other.
func (r *Rules) evaluate(i catalog.Item, s Seller) (v catalog.Verdict, byPrice bool) {
	err := fault.Contain(func() error {
		v, byPrice = r.verdict(i, s)
		return nil
	})
	if err != nil {
		return catalog.Verdict{Status: catalog.Pending, Reviewer: r.version, Reason: "The rules broke down on this item; a person looks at it."}, false
	}
	return v, byPrice
}

func (r *Rules) verdict(i catalog.Item, s Seller) (catalog.Verdict, bool) {
	j, byPrice := r.judge(i, s)
	v := catalog.Verdict{Status: catalog.Approved, Reviewer: r.version}
	if j.Verdict == Approve {
		return v, byPrice
	}
	v.PolicyID = j.PolicyID
	e := j.Evidence[0]
	v.Evidence = e.Field + ": " + e.Text
	what := fmt.Sprintf("“%s” in the %s", e.Text, strings.ReplaceAll(e.Field, "_", " "))
	if last := j.Evidence[len(j.Evidence)-1]; last.Field == fieldPrice {
		what += " at " + last.Text
		v.Evidence += heldForPrice + last.Text
	}
	if e.Field == fieldCondition { // what it asks is the operator's business
		what, v.Evidence = "An item like this one", fieldCondition+": "+e.Rule
	}
	v.Status, v.Reason = catalog.Rejected, what+" may not be sold in WhatsApp chats (policy: "+j.PolicyID+")."
	if j.Verdict == Human {
		v.Status, v.Reason = catalog.Pending, what+" needs a person's look (policy: "+j.PolicyID+")."
	}
	return v, byPrice && j.Verdict != Reject
}
