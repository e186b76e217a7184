package graphapi

import (
	"context"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ErrNumber is a number that is not there, or not the caller's, in the words that business_compliance_info has for it.
var ErrNumber = fault.New("graphapi.number_unknown")

// missing is what edges say of an object that is not there, where Meta has words of its own.
func missing(edge string) error {
	if edge == "business_compliance_info" {
		return ErrNumber.With("", "WhatsApp Business Account phone number not found")
	}
	return nil
}

// complianceInfo is the element of GET /{phone}/business_compliance_info.
type complianceInfo struct {
	WABA             id.ID        `json:"whatsapp_business_account_id"`
	Product          string       `json:"messaging_product"`
	EntityName       *string      `json:"entity_name"`
	EntityType       *string      `json:"entity_type"`
	EntityTypeCustom *string      `json:"entity_type_custom"`
	IsRegistered     bool         `json:"is_registered"`
	Grievance        *contactInfo `json:"grievance_officer_details"`
	CustomerCare     *contactInfo `json:"customer_care_details"`
}

// contactInfo is whom customers turn to.
type contactInfo struct {
	Name     string  `json:"name,omitempty"`
	Email    *string `json:"email"`
	Mobile   *string `json:"mobile_number"`
	Landline *string `json:"landline_number"`
}

func tellContact(c waba.Contact) *contactInfo {
	if c == (waba.Contact{}) {
		return nil
	}
	return &contactInfo{c.Name, told(c.Email), told(c.Mobile), told(c.Landline)}
}

// told is a text, nil where nothing was told.
func told(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// listCompliance answers a list of one; what was never told is null.
func (a *API) listCompliance(r *graph.Request) (graph.Page, error) {
	c, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Compliance, error) {
		c, _, err := waba.ComplianceTx(ctx, tx, r.ID)
		return c, err
	})
	if err != nil {
		return graph.Page{}, err
	}
	n, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Number, error) {
		return waba.NumberForTx(ctx, tx, r.Caller, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	if len(r.Fields) > 0 {
		r.Fields = append(slices.Clip(r.Fields), graph.Selection{Name: "whatsapp_business_account_id"}, graph.Selection{Name: "messaging_product"})
	}
	return graph.Page{Items: []any{complianceInfo{
		WABA: n.WABAID, Product: messagingProduct, EntityName: told(c.EntityName), EntityType: told(c.EntityType), EntityTypeCustom: told(c.EntityTypeCustom),
		IsRegistered: c.Registered(), Grievance: tellContact(c.Grievance), CustomerCare: tellContact(c.CustomerCare),
	}}}, nil
}

// setCompliance takes all details at once, as JSON or as form fields holding JSON.
func (a *API) setCompliance(r *graph.Request) (any, error) {
	p := r.Params
	p.String("messaging_product", graph.Required, graph.OneOf(messagingProduct))
	c := waba.Compliance{EntityName: strings.TrimSpace(p.String("entity_name")), IsRegistered: p.OptBool("is_registered")}
	c.EntityType = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(p.String("entity_type")), " ", "_"))
	if custom := p.OptString("entity_type_custom"); custom != nil {
		c.EntityTypeCustom = strings.TrimSpace(*custom)
	}
	p.Decode("grievance_officer_details", &c.Grievance)
	p.Decode("customer_care_details", &c.CustomerCare)
	if err := p.Err(); err != nil {
		return nil, err
	}
	return success(a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, r.Caller, r.ID); err != nil {
			return err
		}
		return waba.SetComplianceTx(ctx, tx, r.ID, c)
	}))
}
