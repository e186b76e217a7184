package dev

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// query writes pairs of name and value, those with a value.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q.Encode()
}

// sign is the signature header of a body.
func sign(secret, body string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// shell quotes a word for a shell: single quotes end it, so each is written outside of them.
func shellWord(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// snippets are a request for curl, fetch and a Go test.
func snippets(method, to string, headers []string, body string) []Snippet {
	curl := "curl -X " + method + " " + shellWord(to)
	for _, h := range headers {
		curl += " \\\n  -H " + shellWord(h)
	}
	if body != "" {
		curl += " \\\n  --data-binary " + shellWord(body)
	}
	return []Snippet{{"cURL", curl}, {"fetch", fetchCall(method, to, headers, body)}, {"Go", goCall(method, to, headers, body)}}
}

func fetchCall(method, to string, headers []string, body string) string {
	quote := func(text string) string {
		b, err := json.Marshal(text)
		if err != nil {
			return `""`
		}
		return string(b)
	}
	var b strings.Builder
	b.WriteString("const response = await fetch(" + quote(to) + ", {\n  method: " + quote(method) + ",\n  headers: {\n")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		b.WriteString("    " + quote(name) + ": " + quote(strings.TrimSpace(value)) + ",\n")
	}
	b.WriteString("  },\n")
	if body != "" {
		b.WriteString("  body: " + quote(body) + ",\n")
	}
	b.WriteString("});\nconsole.log(response.status, await response.text());")
	return b.String()
}

func goCall(method, to string, headers []string, body string) string {
	literal := func(text string) string {
		if strconv.CanBackquote(text) {
			return "`" + text + "`"
		}
		return strconv.Quote(text)
	}
	reader := "nil"
	if body != "" {
		reader = "strings.NewReader(" + literal(body) + ")"
	}
	var b strings.Builder
	b.WriteString("req, err := http.NewRequest(" + strconv.Quote(method) + ", " + strconv.Quote(to) + ", " + reader + ")\nif err != nil {\n\tt.Fatal(err)\n}\n")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		b.WriteString("req.Header.Set(" + strconv.Quote(name) + ", " + strconv.Quote(strings.TrimSpace(value)) + ")\n")
	}
	b.WriteString("res, err := http.DefaultClient.Do(req)")
	return b.String()
}
