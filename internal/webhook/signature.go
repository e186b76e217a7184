package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the legacy signature header is SHA-1 by contract
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/id"
)

// Diagnosis says whether a signature is right and, where it is not, what went wrong on the way.
type Diagnosis struct {
	Valid    bool   `json:"valid"`
	Received string `json:"received"`
	// Expected is the header value for the body and secret as they were given.
	Expected string   `json:"expected"`
	Reasons  []Reason `json:"reasons"`
	// Body says where the given body leaves the signed one, when the signed one is known.
	Body *Difference `json:"body,omitempty"`
}

// Reason is one thing that is wrong. Text is for programs and terminals; a page in another language makes its own
// from what the other fields hold.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`
	// Form tells apart what one code says of two things: "lacks" of a line break that is missing.
	Form string `json:"-"`
	// Length is of what was too short or too long.
	Length int `json:"-"`
	// Signer is whose secret it was, where that is known, without the secret.
	Signer Key `json:"-"`
}

// Difference is where two bodies part, and how they go on there.
type Difference struct {
	Offset      int    `json:"offset"`
	Given       string `json:"given"`
	Signed      string `json:"signed"`
	GivenBytes  int    `json:"given_bytes"`
	SignedBytes int    `json:"signed_bytes"`
}

// Key is a secret a signature may have been made with.
type Key struct {
	// Kind is app, endpoint, or typed: the secret given without what stands around it.
	Kind   string
	ID     id.ID // of the app or endpoint
	Old    bool  // before it was changed
	Secret string
}

// name is how an English sentence calls a key.
func (k Key) name() string {
	name := "the secret of " + k.Kind + " " + k.ID.String()
	switch {
	case k.Kind == "typed":
		return "the secret without the space or quotes around it"
	case k.Old:
		return name + " before it was changed"
	}
	return name
}

// Explain looks for the reason why a header does not fit a body: other secrets that are known, the bytes as
// they were sent if those are known (sent), and the usual ways to lose them.
func Explain(body []byte, secret, header string, others []Key, sent []byte) Diagnosis {
	d := Diagnosis{Received: header, Reasons: []Reason{}, Expected: "sha256=" + sum(sha256.New, secret, body)}
	if hmac.Equal([]byte(header), []byte(d.Expected)) {
		d.Valid = true
		return d
	}
	given, said := readHeader(header)
	d.Reasons = append(d.Reasons, said...)
	if len(given) == 0 {
		return d
	}
	keys := append([]Key{{Secret: secret}}, trimmed(secret)...)
	keys = append(keys, others...)
	for _, k := range keys {
		for _, v := range append(variants(body), variant{code: "body_changed", text: "the body is not what was sent: see where it differs", body: sent}) {
			if v.body == nil && v.code != "" || !given.fits(k.Secret, v.body) {
				continue
			}
			d.found(k, v, body)
			return d
		}
	}
	d.Reasons = append(d.Reasons, unknownReasons(body, given)...)
	return d
}

// found notes that key k signed v.
func (d *Diagnosis) found(k Key, v variant, body []byte) {
	if k.Kind != "" {
		r := Reason{Code: "wrong_secret", Text: "the signature was made with " + k.name() + ", not with the secret given", Signer: k}
		r.Signer.Secret = ""
		d.Reasons = append(d.Reasons, r)
	}
	if v.code != "" {
		d.Reasons = append(d.Reasons, Reason{Code: v.code, Text: v.text, Form: v.form})
		d.Body = differ(body, v.body)
	}
}

// mac is a signature as a header held it.
type mac []byte

// fits tells whether secret and body give this signature, by its length with SHA-256 or SHA-1.
func (m mac) fits(secret string, body []byte) bool {
	h := sum(sha256.New, secret, body)
	if len(m) == sha1.Size {
		h = sum(sha1.New, secret, body)
	}
	return hmac.Equal([]byte(hex.EncodeToString(m)), []byte(h))
}

// readHeader reads a signature however it was written, and says what is unusual about it.
func readHeader(header string) (mac, []Reason) {
	var said []Reason
	say := func(code, text string) { said = append(said, Reason{Code: code, Text: text}) }
	text := strings.TrimSpace(header)
	if text == "" {
		say("header_missing", "there is no signature; it comes in the header X-Hub-Signature-256, which some proxies and frameworks drop or rename")
		return nil, said
	}
	if text != header {
		say("header_space", "the header value has space around it: trim it")
	}
	if _, value, ok := strings.Cut(text, ":"); ok {
		say("header_name", "the value holds the header's name as well: take what stands behind the colon")
		text = strings.TrimSpace(value)
	}
	algorithm, value, ok := strings.Cut(text, "=")
	switch {
	case !ok || (algorithm != "sha256" && algorithm != "sha1"):
		say("prefix_missing", "the header begins with sha256=, which belongs to the value: do not cut it off before comparing, or cut it off on both sides")
		value = text
	case algorithm == "sha1":
		say("sha1_header", "this is the older header X-Hub-Signature, made with SHA-1: compare X-Hub-Signature-256 with HMAC-SHA256")
	}
	if value != strings.ToLower(value) && !strings.ContainsAny(value, "+/=") {
		if _, err := hex.DecodeString(value); err == nil {
			say("upper_case", "the hex digits are in upper case; the header has them in lower case")
		}
	}
	if m, err := hex.DecodeString(strings.ToLower(value)); err == nil && (len(m) == sha256.Size || len(m) == sha1.Size) {
		return m, said
	}
	if m, err := base64.StdEncoding.DecodeString(value); err == nil && (len(m) == sha256.Size || len(m) == sha1.Size) {
		say("base64", "the signature is in base64; the header has it in hex")
		return m, said
	}
	n := utf8.RuneCountInString(value)
	return nil, append(said, Reason{Code: "header_length", Text: fmt.Sprintf("the signature has %d characters; HMAC-SHA256 in hex has 64: was it cut off?", n), Length: n})
}

// trimmed are the secret as it is often mistyped.
func trimmed(secret string) []Key {
	t := strings.Trim(strings.TrimSpace(secret), `"'`)
	if t == secret {
		return nil
	}
	return []Key{{Kind: "typed", Secret: t}}
}

// unknownReasons is what can be said when nothing fits.
func unknownReasons(body []byte, given mac) []Reason {
	switch {
	case len(body) == 0:
		return []Reason{{Code: "body_empty", Text: "the body is empty: something has read it before; keep the raw bytes before a parser takes them"}}
	case bytes.HasPrefix(body, []byte("[object ")):
		return []Reason{{Code: "body_object", Text: "the body is a printed object, not the bytes that came: keep the raw body (express.raw, request.get_data(), io.ReadAll)"}}
	case bytes.Equal(plain256(body), given):
		return []Reason{{Code: "no_secret", Text: "this is the plain SHA-256 of the body; the signature is an HMAC with the app secret as its key"}}
	case bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0:
		return []Reason{{Code: "body_decoded", Text: "the body holds characters outside ASCII, so it is not as it was sent: webhooks write them as \\u and four hex digits"}}
	}
	return []Reason{{Code: "wrong_secret_or_body", Text: "neither this body nor one like it was signed with this secret: is it the secret of the app that is subscribed (not the verify token, not another app's), and is the body whole?"}}
}

func plain256(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

// differ finds where two bodies part.
func differ(given, signed []byte) *Difference {
	if signed == nil {
		return nil
	}
	at := 0
	for at < len(given) && at < len(signed) && given[at] == signed[at] {
		at++
	}
	return &Difference{Offset: at, Given: glimpse(given, at), Signed: glimpse(signed, at), GivenBytes: len(given), SignedBytes: len(signed)}
}

// glimpse is how a body goes on, as text.
func glimpse(b []byte, at int) string {
	const most = 24
	b = b[at:]
	return text(b[:min(len(b), most)])
}
