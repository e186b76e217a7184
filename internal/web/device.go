package web

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// deviceCookie keeps how the customer's phone is set.
const deviceCookie = "hawker_device"

// Device is how the customer's phone behaves.
type Device struct {
	// Offline: it takes and sends nothing. Silent: it never tells that a message was read.
	Offline, Silent bool
}

// device reads how the phone is set.
func device(r *http.Request) Device {
	c, err := r.Cookie(deviceCookie)
	if err != nil {
		return Device{}
	}
	return Device{Offline: c.Value == "offline", Silent: c.Value == "silent"}
}

// pickDevice changes how the phone is set.
func (s *Server) pickDevice(v *visit) error {
	switch d := v.PostFormValue("device"); d {
	case "online", "offline", "silent":
		ui.Remember(v.w, deviceCookie, d)
	}
	return v.redirect(ui.LocalPath(v.PostFormValue("back"), "/chat"))
}

// arrived leaves out what an unreachable phone has not taken.
func (d Device) arrived(list []messaging.MessageView) []messaging.MessageView {
	if !d.Offline {
		return list
	}
	here := list[:0]
	for _, m := range list {
		if !m.Business || m.Status != "sent" {
			here = append(here, m)
		}
	}
	return here
}

// ProfilePage is what a customer reads about a business.
type ProfilePage struct {
	Shell
	Business Business
	Back     string
	About    storefront.AboutView
	Blocked  bool
	// NoOffers: the customer wants no marketing messages.
	NoOffers bool
	// Link is the address that leads to the catalog from anywhere; empty while it is hidden.
	Link string
}

func (s *Server) profile(v *visit) error {
	chat, err := s.Exchange.Chat(v.Context(), v.phone, v.customer.WaID, 1, "")
	if err != nil {
		return err
	}
	b := v.business(chat.Business)
	sh, err := s.shell(v, b.Name, "")
	if err != nil {
		return err
	}
	p := ProfilePage{Shell: sh, Business: b, Back: b.At(), Blocked: chat.Blocked, NoOffers: chat.NoMarketing}
	if p.About, err = s.Store.About(v.Context(), v.phone, v.customer.WaID); err != nil {
		return err
	}
	if b.CatalogVisible {
		p.Link = "/c/" + chat.Business.Digits
	}
	return s.show(v, http.StatusOK, "profile.html", p)
}

// block stores whether the customer wants nothing of the business.
func (s *Server) block(v *visit) error {
	if err := s.Exchange.Block(v.Context(), v.phone, v.customer.WaID, v.PostFormValue("blocked") != ""); err != nil {
		return err
	}
	return v.redirect(v.at() + "/profile")
}

// offers stores whether the customer wants marketing messages of the business.
func (s *Server) offers(v *visit) error {
	if err := s.Exchange.SetMarketing(v.Context(), v.phone, v.customer.WaID, v.PostFormValue("stop") == ""); err != nil {
		return err
	}
	return v.redirect(v.at() + "/profile")
}

// LinkPage is where a link to a catalog or a product leads whoever opens it.
type LinkPage struct {
	Shell
	Name, Display, Tone string
	// Product is the product of the link; nil for a whole catalog, whose Thumbs are shown.
	Product *Card
	Thumbs  []Thumb
	// Next is where the chat goes on.
	Next string
}

// linkThumbs is how many products of a catalog its link shows.
const linkThumbs = 6

func (s *Server) linkPage(v *visit, n waba.Number, next string) LinkPage {
	return LinkPage{
		Shell: Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: n.VerifiedName, Path: v.URL.Path}, Name: n.VerifiedName, Display: n.Display(), Tone: n.ID.String(),
		Next: "/chat/" + n.ID.String() + next,
	}
}

func (s *Server) catalogLink(v *visit) error {
	n, err := s.numberOf(v)
	if err != nil {
		return err
	}
	view, err := s.Store.Storefront(v.Context(), n.ID, "", storefront.Query{Limit: linkThumbs})
	if err != nil {
		return err
	}
	p := s.linkPage(v, n, "/catalog")
	for _, g := range view.Products {
		p.Thumbs = append(p.Thumbs, Thumb{Image: g.Image, Title: g.Title})
	}
	p.Title = i18n.T(v.lang, "shop.catalog_of", "name", n.VerifiedName)
	return s.show(v, http.StatusOK, "link.html", p)
}

func (s *Server) productLink(v *visit) error {
	n, err := s.numberOf(v)
	if err != nil {
		return err
	}
	sku, err := s.Store.RetailerID(v.Context(), n.ID, v.PathValue("item"))
	if err != nil {
		return err
	}
	view, err := s.Store.Product(v.Context(), n.ID, "", sku)
	if err != nil {
		return err
	}
	b := Business{Phone: n.ID.String()}
	c := card(b, view)
	p := s.linkPage(v, n, "")
	p.Product, p.Next, p.Title = &c, c.Href, c.Title
	return s.show(v, http.StatusOK, "link.html", p)
}

func (s *Server) numberOf(v *visit) (n waba.Number, err error) {
	if !digits(v.PathValue("number")) {
		return n, errNothing
	}
	err = s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = waba.NumberByDigitsTx(ctx, tx, v.PathValue("number"))
		return err
	})
	return n, err
}
