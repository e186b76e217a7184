package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/waba"
)

// NumberPage is the life of one business number: verified, registered, named.
type NumberPage struct {
	Shell
	Number  waba.Number
	Account waba.Account
	// CodeStatus tells how its verification stands; Code is the one on its way, shown since no telephone network is.
	CodeStatus string
	Code       *registration.Code
	PINSet     bool
	Tier       string
	Recipients []string // whom a test number may write to
	// Sites are those the operator lets chats stand in; Script is the line that puts this one there, once a site is picked.
	Sites   []EmbedSite
	Script  string
	Problem *Problem
}

// EmbedSite is a site the number's chat may stand in, if On.
type EmbedSite struct {
	Origin string
	On     bool
}

// createAccount makes a WhatsApp account of the business.
func (s *Server) createAccount(v *visit) error {
	_, err := s.Numbers.CreateAccount(v.Context(), v.caller, waba.Account{
		BusinessID: v.business.ID, Name: v.PostFormValue("name"), Currency: v.PostFormValue("currency"), Country: v.PostFormValue("country"),
	})
	return s.settled(v, err, "manager.done_account")
}

// addNumber adds a number to an account and goes on to it.
func (s *Server) addNumber(v *visit) error {
	account, err := v.pathID("account")
	if err != nil {
		return err
	}
	n, err := s.Numbers.AddNumber(v.Context(), v.caller, account, registration.NewNumber{
		Digits: v.PostFormValue("number"), Name: strings.TrimSpace(v.PostFormValue("name")), Test: v.PostFormValue("test") != "",
	})
	if problem, ok := v.words(err); ok {
		return s.showConnections(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/numbers/"+n.ID.String()), "manager.done_number")
}

func (s *Server) number(v *visit) error {
	phone, err := v.pathID("phone")
	if err != nil {
		return err
	}
	return s.showNumber(v, http.StatusOK, phone, nil)
}

func (s *Server) showNumber(v *visit, status int, phone id.ID, problem *Problem) error {
	p := NumberPage{Problem: problem}
	code, onItsWay, err := s.Numbers.Code(v.Context(), v.caller, phone)
	if err != nil {
		return err
	}
	if onItsWay {
		p.Code = &code
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Number, err = waba.NumberForTx(ctx, tx, v.caller, phone); err != nil {
			return err
		}
		if p.Account, err = waba.AccountForTx(ctx, tx, v.caller, p.Number.WABAID); err != nil {
			return err
		}
		secret, err := waba.SecretTx(ctx, tx, phone)
		if err != nil {
			return err
		}
		p.PINSet, p.CodeStatus = secret.PINHash != "", p.Number.CodeStatus(tx.Now())
		if p.Recipients, err = waba.RecipientsTx(ctx, tx, phone); err != nil {
			return err
		}
		p.Tier, err = waba.TierTx(ctx, tx, p.Number.BusinessID)
		return err
	})
	if err != nil {
		return err
	}
	picked, err := s.Embed.Sites(v.Context(), phone)
	if err != nil {
		return err
	}
	for _, o := range s.Embed.Origins() {
		p.Sites = append(p.Sites, EmbedSite{o, slices.Contains(picked, o)})
	}
	if len(picked) > 0 {
		p.Script = `<script src="` + v.base() + `/embed.js" data-number="` + phone.String() + `" async></script>`
	}
	p.Shell = v.shell(p.Number.Display(), "connections")
	return v.show(status, "number.html", p)
}

// changeNumber does one step of a number's life.
func (s *Server) changeNumber(v *visit) error {
	phone, err := v.pathID("phone")
	if err != nil {
		return err
	}
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	toast := "manager.done_saved"
	switch v.PostFormValue("action") {
	case "request_code":
		err, toast = s.Numbers.RequestCode(v.Context(), v.caller, phone, text("method"), v.lang), "manager.done_code"
	case "verify":
		err, toast = s.Numbers.VerifyCode(v.Context(), v.caller, phone, text("code")), "manager.done_verified"
	case "register":
		err, toast = s.Numbers.Register(v.Context(), v.caller, phone, text("pin"), ""), "manager.done_registered"
	case "deregister":
		err, toast = s.Numbers.Deregister(v.Context(), v.caller, phone), "manager.done_deregistered"
	case "pin":
		err = s.Numbers.SetPIN(v.Context(), v.caller, phone, text("pin"))
	case "embed":
		err, toast = s.Embed.Pick(v.Context(), v.caller, phone, v.PostForm["origin"]), "manager.done_embed"
	case "name":
		err, toast = s.Numbers.Rename(v.Context(), v.caller, phone, text("name")), "manager.done_name"
	case "allow", "forbid":
		err = s.Numbers.AllowRecipient(v.Context(), v.caller, phone, text("recipient"), v.PostFormValue("action") == "allow")
	default:
		return errNothing
	}
	if problem, ok := v.words(err); ok {
		return s.showNumber(v, http.StatusUnprocessableEntity, phone, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/numbers/"+phone.String()), toast)
}
