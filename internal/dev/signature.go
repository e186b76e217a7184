package dev

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// SignaturePage tells what the signature of a body is, and where one that came differs.
type SignaturePage struct {
	Shell
	Secret, Body, Header string
	Expected             string
	Checked, Fits        bool
	// Byte is where they differ, from 1; Want and Got are what stands there.
	Byte      int
	Want, Got string
	Bytes     int
	// Reasons are what went wrong on the way, in the reader's language.
	Reasons []string
	// Parts says where the body leaves the one that was sent, where that one is known.
	Parts string
}

func (s *Server) signature(v *visit) error {
	p := SignaturePage{Shell: v.shell(v.t("dev.nav_signature"), "signature"), Secret: s.AppSecret}
	if v.Method == http.MethodPost {
		// A browser sends line breaks as CR LF, whatever was pasted.
		p.Secret, p.Body, p.Header = v.PostFormValue("secret"), strings.ReplaceAll(v.PostFormValue("body"), "\r\n", "\n"), v.PostFormValue("header")
		p.Expected, p.Bytes = sign(p.Secret, p.Body), len(p.Body)
		if strings.TrimSpace(p.Header) != "" {
			d, err := s.Webhooks.ExplainFor(v.Context(), v.caller, []byte(p.Body), p.Secret, p.Header)
			if err != nil {
				return err
			}
			p.compare(d)
		}
	}
	return v.show(http.StatusOK, "signature.html", p)
}

// compare finds the first place where the header that came is not the one expected, and tells what is known of why.
func (p *SignaturePage) compare(d webhook.Diagnosis) {
	got := p.Header
	if _, value, ok := strings.Cut(got, ":"); ok {
		got = value
	}
	got = strings.TrimSpace(got)
	for _, r := range d.Reasons {
		p.Reasons = append(p.Reasons, reason(p.Lang, r))
	}
	if b := d.Body; b != nil {
		p.Parts = i18n.T(p.Lang, "dev.body_parts", "n", number(b.Offset+1), "given", strconv.Quote(b.Given), "sent", strconv.Quote(b.Signed))
	}
	p.Checked, p.Fits = true, d.Valid
	if p.Fits {
		return
	}
	at := 0
	for at < len(got) && at < len(p.Expected) && got[at] == p.Expected[at] {
		at++
	}
	show := func(text string) string {
		if at >= len(text) {
			return "∅"
		}
		return strconv.Quote(text[at : at+1])
	}
	if got != p.Expected {
		p.Byte, p.Want, p.Got = at+1, show(p.Expected), show(got)
	}
}

// reason tells in a language what is wrong with a signature.
func reason(lang string, r webhook.Reason) string {
	code := r.Code
	if r.Form != "" {
		code += "_" + r.Form
	}
	signer := r.Signer.Kind
	if r.Signer.Old {
		signer += "_old"
	}
	if signer != "" {
		signer = i18n.T(lang, "dev.key_"+signer, "id", r.Signer.ID.String())
	}
	return i18n.T(lang, "dev.reason_"+code, "n", number(r.Length), "key", signer)
}
