package graphapi

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// officialStatus is how an application for the badge stands.
type officialStatus struct {
	ID      id.ID  `json:"id"`
	Status  string `json:"oba_status"`
	Message string `json:"status_message"`
}

// officialAnswer is what an application answers.
type officialAnswer struct {
	Success bool           `json:"success"`
	Message string         `json:"message"`
	Updated officialStatus `json:"updated_status"`
}

func statusOfOfficial(phone id.ID, o waba.Official) officialStatus {
	if o.Status == "" {
		o.Status, o.Message = waba.OfficialNone, "No application was made."
	}
	return officialStatus{phone, o.Status, o.Message}
}

func (a *API) getOfficial(r *graph.Request) (any, error) {
	o, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Official, error) {
		return waba.DetailTx[waba.Official](ctx, tx, r.ID)
	})
	if err != nil {
		return nil, err
	}
	return graph.Pick(r.Fields, statusOfOfficial(r.ID, o))
}

// officialTexts are what an application may say of the business; they are kept for who decides.
var officialTexts = []string{
	"business_website_url", "primary_country_of_operation", "primary_language", "parent_business_or_brand", "supporting_links", "additional_supporting_information",
}

// setOfficial applies for the badge, or takes an application back. Without an action it applies.
func (a *API) setOfficial(r *graph.Request) (any, error) {
	p := r.Params
	action := p.String("action", graph.OneOf("SUBMIT_APPLICATION", "WITHDRAW_APPLICATION", "RESUBMIT_APPLICATION"))
	data := map[string]string{}
	p.Decode("application_data", &data)
	for _, name := range officialTexts {
		if p.Has(name) {
			data[name] = p.Text(name)
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if action == "WITHDRAW_APPLICATION" {
		o, err := a.Numbers.WithdrawOfficial(r.Context(), r.Caller, r.ID)
		return officialAnswer{true, "The application was taken back.", statusOfOfficial(r.ID, o)}, err
	}
	o, err := a.Numbers.AskOfficial(r.Context(), r.Caller, r.ID, data)
	return officialAnswer{true, "The application was submitted.", statusOfOfficial(r.ID, o)}, err
}
