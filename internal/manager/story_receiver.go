package manager

import (
	"time"

	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/webhook"
)

func (b book) receiverStories() []ui.Story {
	page := func(s sample) ReceiversPage {
		return ReceiversPage{Shell: s.shell("events"), Fields: webhook.Fields(), Spans: spans()}
	}
	return []ui.Story{
		b.story("receivers.html", "empty", func(s sample) any { return page(s) }),
		b.story("receivers.html", "many", func(s sample) any {
			p, before, done := page(s), s.Now.Add(-3*time.Hour), s.Now.Add(-time.Minute)
			line := func(name, state, reason string, waiting int) ReceiverLine {
				return ReceiverLine{Name: name, Mine: name != "", Receiver: webhook.Receiver{ID: 1, AppID: 2, URL: "https://bot.example/webhook", State: state, Reason: reason, Waiting: waiting}}
			}
			p.Receivers = []ReceiverLine{line("Bot", "active", "", 0), line("Bot", "failing", "", 12), line("CRM", "paused", "asked", 1), line("", "active", "", 0), line(longText, "paused", "failing", 1000)}
			p.Receivers[1].FailingSince = &before
			p.Receivers[2].EndpointID, p.Receivers[2].Fields = 9, []string{"messages", "account_update"}
			p.Receivers[4].URL = "https://bot.example/" + longWord + longWord
			p.Secret, p.Running = "0123456789abcdef0123456789abcdef", true
			p.Replays = []webhook.ReplayRun{
				{State: "running", Selection: webhook.Selection{State: "undelivered", Field: "messages"}, Total: 1200, Done: 400, CreatedAt: s.Now},
				{State: "done", Selection: webhook.Selection{}, Total: 7, Done: 7, CreatedAt: before, FinishedAt: &done},
			}
			return p
		}),
		b.story("receivers.html", "error", func(s sample) any {
			p := page(s)
			p.Problem, p.Form = s.problem(), webhook.Endpoint{Name: longText, URL: "ftp://" + longWord}
			return p
		}),
	}
}
