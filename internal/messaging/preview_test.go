package messaging_test

import (
	"testing"

	"github.com/hawkerhq/hawker/wire"
)

// Of a text with preview_url the first link is shown.
func TestTheFirstLinkIsPreviewed(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		for body, want := range map[string]string{
			"Mời bạn xem https://quan.example/menu?a=1, hoặc http://b.example.": "https://quan.example/menu?a=1",
			"Ở đây: http://quan.example/phở!":                                   "http://quan.example/phở",
			"ftp://quan.example và quan.example":                                "",
			"https:// không có gì":                                              "",
		} {
			s.send(wire.Message{MessagingProduct: "whatsapp", To: lan, Text: &wire.Text{Body: body, PreviewURL: true}})
			got := ""
			if l := s.shown().Link; l != nil {
				got = l.URL
			}
			if got != want {
				t.Errorf("%s previews %q, want %q", body, got, want)
			}
			s.send(text(body))
			if l := s.shown().Link; l != nil {
				t.Errorf("%s previews %q unasked", body, l.URL)
			}
		}
	})
}
