package messaging

import (
	"net/url"
	"regexp"
	"strings"
)

// linkForm finds addresses of the web in a text.
var linkForm = regexp.MustCompile(`https?://[^\s<>"]+`)

// firstLink is the first address in a text, which is the one that is previewed, or "".
func firstLink(text string) string {
	for _, l := range linkForm.FindAllString(text, -1) {
		l = strings.TrimRight(l, ".,;:!?)]}'…")
		if u, err := url.Parse(l); err == nil && u.Host != "" && len(l) <= linkMost {
			return l
		}
	}
	return ""
}

// preview is the link a text message shows below its words.
func preview(link string) *LinkView {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil {
		return nil
	}
	return &LinkView{Text: u.Host, URL: link}
}
