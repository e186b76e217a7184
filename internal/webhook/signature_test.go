package webhook_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hawkerhq/hawker/internal/webhook"
)

// sentBody is a webhook as it leaves: ASCII, with slashes and angle brackets as they are.
const sentBody = `{"object":"whatsapp_business_account","entry":[{"id":"33","changes":[{"value":{"text":"ph\u1edf \ud83c\udf5c <b> a/b & c"},"field":"messages"}]}]}`

func TestTheSignatureDebuggerNamesTheReason(t *testing.T) {
	t.Parallel()
	good := signature("shh", sentBody)
	old := hmac.New(sha1.New, []byte("shh"))
	old.Write([]byte(sentBody))
	raw, _ := hex.DecodeString(strings.TrimPrefix(good, "sha256="))
	plain := sha256.Sum256([]byte(sentBody))
	var parsed any
	if err := json.Unmarshal([]byte(sentBody), &parsed); err != nil {
		t.Fatal(err)
	}
	indented, _ := json.MarshalIndent(parsed, "", "  ")
	decoded := strings.NewReplacer(`\u1edf`, "ở", `\ud83c\udf5c`, "🍜").Replace(sentBody)
	wide := ""
	for _, u := range utf16.Encode([]rune(sentBody)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for name, x := range map[string]struct {
		body, secret, header string
		codes                []string
		offset               int // of the difference; -1: none is told
	}{
		"trailing newline":   {sentBody + "\n", "shh", good, []string{"trailing_newline"}, len(sentBody)},
		"byte order mark":    {"\ufeff" + sentBody, "shh", good, []string{"bom"}, 0},
		"decoded":            {decoded, "shh", good, []string{"unicode_decoded"}, strings.Index(sentBody, `\u1edf`)},
		"decoded and ended":  {decoded + "\n", "shh", good, []string{"unicode_decoded"}, strings.Index(sentBody, `\u1edf`)},
		"upper hex":          {strings.NewReplacer("1edf", "1EDF", "d83c", "D83C", "df5c", "DF5C").Replace(sentBody), "shh", good, []string{"unicode_case"}, strings.Index(sentBody, "edf")},
		"python's spaces":    {strings.NewReplacer(`":`, `": `, `,"`, `, "`).Replace(sentBody), "shh", good, []string{"body_reencoded"}, 10},
		"php's slashes":      {strings.ReplaceAll(sentBody, "/", `\/`), "shh", good, []string{"body_reencoded"}, strings.Index(sentBody, "/")},
		"utf-16":             {wide, "shh", good, []string{"charset"}, 1},
		"order lost":         {string(indented), "shh", good, []string{"body_changed"}, 1},
		"other secret":       {sentBody, "nope", good, []string{"wrong_secret"}, -1},
		"space in secret":    {sentBody, "shh\n", good, []string{"wrong_secret"}, -1},
		"prefix missing":     {sentBody, "shh", strings.TrimPrefix(good, "sha256="), []string{"prefix_missing"}, -1},
		"whole header line":  {sentBody, "shh", "X-Hub-Signature-256: " + good, []string{"header_name"}, -1},
		"space around":       {sentBody, "shh", good + "\r", []string{"header_space"}, -1},
		"older header":       {sentBody, "shh", "sha1=" + hex.EncodeToString(old.Sum(nil)), []string{"sha1_header"}, -1},
		"upper case":         {sentBody, "shh", "sha256=" + strings.ToUpper(strings.TrimPrefix(good, "sha256=")), []string{"upper_case"}, -1},
		"base64":             {sentBody, "shh", "sha256=" + base64.StdEncoding.EncodeToString(raw), []string{"base64"}, -1},
		"cut off":            {sentBody, "shh", good[:40], []string{"header_length"}, -1},
		"no header":          {sentBody, "shh", "", []string{"header_missing"}, -1},
		"no body":            {"", "shh", good, []string{"body_empty"}, -1},
		"printed object":     {"[object Object]", "shh", good, []string{"body_object"}, -1},
		"plain hash":         {sentBody, "shh", "sha256=" + hex.EncodeToString(plain[:]), []string{"no_secret"}, -1},
		"decoded and unlike": {`{"a":"ở"}`, "shh", good, []string{"body_decoded"}, -1},
		"nothing fits":       {`{"a":1}`, "other", good, []string{"wrong_secret_or_body"}, -1},
		"secret and newline": {sentBody + "\n", "nope", good, []string{"wrong_secret", "trailing_newline"}, len(sentBody)},
	} {
		var sent []byte
		if name == "order lost" {
			sent = []byte(sentBody)
		}
		var others []webhook.Key
		if x.secret == "nope" {
			others = []webhook.Key{{Kind: "app", ID: 11, Secret: "shh"}}
		}
		d := webhook.Explain([]byte(x.body), x.secret, x.header, others, sent)
		var codes []string
		for _, r := range d.Reasons {
			codes = append(codes, r.Code)
			if r.Text == "" {
				t.Errorf("%s: %s says nothing", name, r.Code)
			}
		}
		offset := -1
		if d.Body != nil {
			offset = d.Body.Offset
		}
		if d.Valid || !slices.Equal(codes, x.codes) || offset != x.offset || d.Expected != signature(x.secret, x.body) {
			t.Errorf("%s: %+v, body %+v; want %v at %d", name, d, d.Body, x.codes, x.offset)
		}
	}
	if d := webhook.Explain([]byte(sentBody), "shh", good, nil, nil); !d.Valid || len(d.Reasons) != 0 {
		t.Errorf("a right signature: %+v", d)
	}
}

// FuzzExplain: only the very header of the very bytes is right, and nothing that strangers paste breaks it.
func FuzzExplain(f *testing.F) {
	f.Add([]byte(sentBody), "shh", "sha256=00")
	f.Add([]byte{0xff, 0xfe, 'a'}, "", "sha1=")
	f.Add([]byte(`\u12`), "s", "X: sha256=ABCDEF==")
	f.Fuzz(func(t *testing.T, body []byte, secret, header string) {
		d := webhook.Explain(body, secret, header, []webhook.Key{{Kind: "app", ID: 12, Secret: "x"}}, nil)
		if want := signature(secret, string(body)); d.Valid != (header == want) || d.Expected != want {
			t.Fatalf("%+v, want %s", d, want)
		}
		if !d.Valid && len(d.Reasons) == 0 {
			t.Fatalf("no reason for %q", header)
		}
		if good := webhook.Explain(body, secret, signature(secret, string(body)), nil, nil); !good.Valid {
			t.Fatalf("the right header is refused: %+v", good)
		}
	})
}
