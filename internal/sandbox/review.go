package sandbox

import (
	"encoding/json"

	"github.com/hawkerhq/hawker/internal/policy"
)

type reviewBody struct {
	Items   []json.RawMessage `json:"items" required:"true" doc:"listings with the fields of a batch, or batch requests with data; at most 1000"`
	Country string            `json:"country" doc:"where they are sold, for an operator's conditions: ISO 3166-1 alpha-2"`
	Seller  string            `json:"seller_name" doc:"who sells them, for an operator's conditions"`
}

type reviewAnswer struct {
	Data []reviewed `json:"data"`
}

type reviewed struct {
	ID         string            `json:"id"`
	Verdict    string            `json:"verdict"` // approve, reject or human
	PolicyID   string            `json:"policy_id"`
	Confidence float64           `json:"confidence"`
	Evidence   []policy.Evidence `json:"evidence"`
	Reviewer   string            `json:"reviewer"`
}

// reviewMost is how many listings one call judges.
const reviewMost = 1000

// postReview judges listings and stores nothing.
func (s *Server) postReview(c *call) (any, error) {
	b := c.body.(*reviewBody)
	if len(b.Items) == 0 || len(b.Items) > reviewMost {
		return nil, ErrParam.Withf("items", "items has %d listings, from %d to %d are judged in one call", len(b.Items), 1, reviewMost)
	}
	answer := reviewAnswer{Data: make([]reviewed, len(b.Items))}
	rules := s.Reviewer.Rules()
	for n, raw := range b.Items {
		l, err := readListing(raw)
		if err != nil {
			return nil, ErrParam.Withf("items", "items[%d] is no listing: an object with title, description, google_product_category and the like, as texts", n)
		}
		j := rules.ReviewFor(l, policy.Seller{Name: b.Seller, Country: b.Country, Sold: b.Country})
		answer.Data[n] = reviewed{ID: l.ID, Verdict: j.Verdict, PolicyID: j.PolicyID, Confidence: j.Confidence, Evidence: orEmpty(j.Evidence), Reviewer: j.Version}
	}
	return answer, nil
}

// readListing reads what the review looks at; links and whatever else a batch holds are passed over.
func readListing(raw []byte) (l policy.Listing, err error) {
	var fields struct {
		policy.Listing
		Name     string          `json:"name"` // the node's word for the title
		Retailer string          `json:"retailer_id"`
		Category string          `json:"category"` // the node's word for the category
		Data     json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return l, err
	}
	if len(fields.Data) > 0 {
		return readListing(fields.Data)
	}
	l = fields.Listing
	if l.Title == "" {
		l.Title = fields.Name
	}
	if l.ID == "" {
		l.ID = fields.Retailer
	}
	if l.Category == "" {
		l.Category = fields.Category
	}
	return l, nil
}
