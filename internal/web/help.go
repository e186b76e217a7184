package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
)

// HelpPage explains what may be sold and how it is decided, to anybody.
type HelpPage struct {
	Shell
	Topic  string // one of [helpTopics]; "" is the list of them
	Topics []string
	// Policies are what the topic commerce-policy lists.
	Policies []string
}

// helpTopics are the pages, by the last part of their path; the texts of a title are help.<topic> with _ for -.
var helpTopics = []string{"commerce-policy", "reviews", "enforcement", "india"}

// HelpPrefix is where the pages are.
const HelpPrefix = "/help"

// help shows one of them.
func (s *Server) help(v *visit) error {
	p := HelpPage{Topic: v.PathValue("topic"), Topics: helpTopics}
	if p.Topic != "" && !slices.Contains(helpTopics, p.Topic) {
		return errNothing
	}
	p.Shell = Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: helpTitle(v.lang, p.Topic) + " · Hawker", Path: v.URL.Path}
	p.Policies = policy.IDs()
	return s.show(v, http.StatusOK, "help.html", p)
}

// helpTitle is what a page is called.
func helpTitle(lang, topic string) string {
	if topic == "" {
		return i18n.T(lang, "help.title")
	}
	return i18n.T(lang, "help.topic_"+strings.ReplaceAll(topic, "-", "_"))
}
