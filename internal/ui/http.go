package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/i18n"
)

// LanguageCookie keeps a language chosen by hand.
const LanguageCookie = "hawker_lang"

// Language is what a visitor reads: what they chose, else what their browser asks for.
func Language(r *http.Request) string {
	if c, err := r.Cookie(LanguageCookie); err == nil && slices.Contains(i18n.Languages(), c.Value) {
		return c.Value
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

// ThemeCookie keeps a theme chosen by hand.
const ThemeCookie = "hawker_theme"

// Themes are what a visitor may choose; auto is as the device is set.
func Themes() []string { return []string{"light", "auto", "dark"} }

// Theme is what a visitor chose, light or dark, else empty: as the device is set.
func Theme(r *http.Request) string {
	c, err := r.Cookie(ThemeCookie)
	if err != nil || c.Value == "auto" || !slices.Contains(Themes(), c.Value) {
		return ""
	}
	return c.Value
}

// Remember keeps a choice of how pages look in the visitor's browser.
func Remember(w http.ResponseWriter, name, value string) {
	const year = 365 * 24 * 60 * 60
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: year})
}

// policy is what pages may load and do; who may frame them follows.
const policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors "

// Guard sets the headers that keep a page to itself: nothing is loaded from elsewhere, nobody frames it.
func Guard(h http.Header) {
	h.Set("Content-Security-Policy", policy+"'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(self), geolocation=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// Frame lets pages of these origins, and of nobody else, frame a page that [Guard] guards.
func Frame(h http.Header, origins []string) {
	h.Set("Content-Security-Policy", policy+strings.Join(origins, " "))
}

// WordsOf is [Words] of an error; ok is false for what is no fault.
func WordsOf(lang string, err error) (text string, ok bool) {
	f, ok := fault.As(err)
	if !ok {
		return "", false
	}
	return Words(lang, f), true
}

// Words is a fault as a person reads it.
func Words(lang string, f *fault.Fault) string {
	pairs := make([]string, 0, 2*len(f.Facts))
	for k, val := range f.Facts {
		pairs = append(pairs, k, val)
	}
	return i18n.T(lang, "fault."+string(f.Code), pairs...)
}

// LocalPath keeps a redirect on this server.
func LocalPath(p, fallback string) string {
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n") {
		return fallback
	}
	return p
}
