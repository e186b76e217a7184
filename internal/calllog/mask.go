package calllog

import (
	"net/url"
	"regexp"
	"slices"
)

// secret are names whose values nobody reads here.
var secret = []string{"access_token", "client_secret", "app_secret", "appsecret_proof", "input_token", "fb_exchange_token", "password", "pin", "verify_token", "hub.verify_token", "code"}

var secretJSON = regexp.MustCompile(`("(?:access_token|client_secret|app_secret|appsecret_proof|input_token|fb_exchange_token|password|pin|verify_token)"\s*:\s*")(?:[^"\\]|\\.)*(")`)

// mask is what stands for a secret.
const mask = "…"

// maskQuery hides the secrets of a query or of a form.
func maskQuery(text string) string {
	q, err := url.ParseQuery(text)
	if err != nil {
		return mask
	}
	found := false
	for name := range q {
		if slices.Contains(secret, name) {
			q.Set(name, mask)
			found = true
		}
	}
	if !found {
		return text
	}
	return q.Encode()
}

// maskJSON hides the secrets of a body in JSON, also of one that was cut.
func maskJSON(text string) string { return secretJSON.ReplaceAllString(text, "${1}"+mask+"${2}") }
