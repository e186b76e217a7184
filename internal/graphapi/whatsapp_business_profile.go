package graphapi

import (
	"context"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/waba"
)

const messagingProduct = "whatsapp"

// businessProfile is the element of GET /{phone}/whatsapp_business_profile: flat, as Meta's live API has it.
type businessProfile struct {
	About       string   `json:"about,omitempty"`
	Address     string   `json:"address,omitempty"`
	Description string   `json:"description,omitempty"`
	Email       string   `json:"email,omitempty"`
	PictureURL  string   `json:"profile_picture_url,omitempty"`
	Websites    []string `json:"websites,omitempty"`
	Vertical    string   `json:"vertical,omitempty"`
	Product     string   `json:"messaging_product"`
}

// listBusinessProfile answers the fields asked for and messaging_product, which is all there is when none is.
func (a *API) listBusinessProfile(r *graph.Request) (graph.Page, error) {
	p, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Profile, error) { return waba.ProfileTx(ctx, tx, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	if strings.HasPrefix(p.PictureURL, "/") {
		p.PictureURL = r.BaseURL + p.PictureURL
	}
	r.Fields = append(slices.Clip(r.Fields), graph.Selection{Name: "messaging_product"})
	return graph.Page{Items: []any{businessProfile{
		About: p.About, Address: p.Address, Description: p.Description, Email: p.Email, PictureURL: p.PictureURL,
		Websites: p.Websites, Vertical: p.Vertical, Product: messagingProduct,
	}}}, nil
}

func (a *API) setBusinessProfile(r *graph.Request) (any, error) {
	p := r.Params
	p.String("messaging_product", graph.Required, graph.OneOf(messagingProduct))
	change := waba.ProfileChange{
		About: p.OptString("about"), Address: p.OptString("address"), Description: p.OptString("description"),
		Email: p.OptString("email"), Vertical: p.OptString("vertical"),
	}
	if p.Has("websites") {
		list := p.Strings("websites")
		change.Websites = &list
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if handle := p.Text("profile_picture_handle"); handle != "" {
		path, err := a.Numbers.TakePicture(r.Context(), r.Caller, handle)
		if err != nil {
			return nil, err
		}
		change.PictureURL = &path
	}
	return success(a.Numbers.SetProfile(r.Context(), r.Caller, r.ID, change))
}
