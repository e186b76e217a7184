package messaging_test

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// paced is a stall with a paced template: one message goes out, three are held.
type paced struct {
	*stall
	templates *template.Service
	offer     template.Template
	held      []string
}

func pace(s *stall) *paced {
	s.t.Helper()
	p := &paced{stall: s, templates: template.New(template.Deps{DB: s.DB, Live: live.New(), Outbox: &outbox{}})}
	p.offer = s.template(template.Template{Name: "offer", Category: template.Marketing, Components: []wire.TemplateComponent{{Type: "BODY", Text: "Hôm nay quán có món mới."}}})
	s.must(p.templates.Pace(s.t.Context(), owner, p.offer.ID, template.Pacing{First: 1, For: 30 * time.Minute}))
	for n, want := range []string{"accepted", "held_for_quality_assessment", "held_for_quality_assessment", "held_for_quality_assessment"} {
		m := fillIn("offer")
		m.To = fmt.Sprintf("+849013%05d", n)
		a, err := s.Send(s.t.Context(), owner, s.phone, m)
		s.must(err)
		if got := a.Messages[0].MessageStatus; got != want {
			s.t.Errorf("message %d is %s, want %s", n, got, want)
		}
		if n > 0 {
			p.held = append(p.held, a.Messages[0].ID)
		}
	}
	p.sees(1, 0)
	if got := p.statusesOf(p.held); got != "" {
		s.t.Errorf("before the assessment, statuses of held messages are %s", got)
	}
	return p
}

// due runs what is due.
func (p *paced) due() {
	p.t.Helper()
	r := job.NewRunner(p.DB, p.clock, slog.New(slog.NewTextHandler(io.Discard, nil)))
	p.RegisterJobs(r)
	p.must(r.Drain(p.t.Context()))
}

// sees tells how many messages the nth customer has.
func (p *paced) sees(n, want int) {
	p.t.Helper()
	v, err := p.Chat(p.t.Context(), p.phone, fmt.Sprintf("849013%05d", n), 10, "")
	p.must(err)
	if len(v.Messages) != want {
		p.t.Errorf("customer %d sees %d messages, want %d", n, len(v.Messages), want)
	}
}

// statusesOf are the statuses told of messages since the last look, without repeats.
func (p *paced) statusesOf(wamids []string) string {
	p.t.Helper()
	names := map[string]string{}
	for n, w := range wamids {
		names[w] = fmt.Sprintf("HELD%d", n)
	}
	var list []string
	for _, e := range p.told(names) {
		for n := range wamids {
			for _, status := range []string{"sent", "failed"} {
				if strings.Contains(e, fmt.Sprintf(`"id":"HELD%d","status":%q`, n, status)) {
					if status == "failed" && strings.Contains(e, `"code":132015`) {
						status = "132015"
					}
					list = append(list, fmt.Sprintf("%d:%s", n, status))
				}
			}
		}
	}
	return strings.Join(list, " ")
}

func TestMessagesOfAPacedTemplateAreHeld(t *testing.T) {
	t.Parallel()
	t.Run("and go out when its time is over", func(t *testing.T) {
		t.Parallel()
		each(t, func(s *stall) {
			p := pace(s)
			p.clock.Advance(29 * time.Minute)
			p.due()
			p.sees(1, 0)
			p.clock.Advance(time.Minute)
			p.due()
			p.sees(1, 1)
			p.sees(3, 1)
			if got := p.statusesOf(p.held); got != "0:sent 1:sent 2:sent" {
				t.Errorf("statuses are %s", got)
			}
			p.due()
			if got := p.statusesOf(p.held); got != "" {
				t.Errorf("told twice: %s", got)
			}
			if a, err := s.Send(t.Context(), owner, s.phone, fillIn("offer")); err != nil || a.Messages[0].MessageStatus != "accepted" {
				t.Errorf("after the assessment: %+v, %v", a, err)
			}
		})
	})
	t.Run("and go out when its quality is good", func(t *testing.T) {
		t.Parallel()
		each(t, func(s *stall) {
			p := pace(s)
			p.must(p.templates.Decide(t.Context(), owner, p.offer.ID, template.Verdict{Quality: "GREEN"}))
			p.due()
			if got := p.statusesOf(p.held); got != "0:sent 1:sent 2:sent" {
				t.Errorf("statuses are %s", got)
			}
		})
	})
	t.Run("and are dropped when its quality is bad", func(t *testing.T) {
		t.Parallel()
		each(t, func(s *stall) {
			p := pace(s)
			p.must(p.templates.Decide(t.Context(), owner, p.offer.ID, template.Verdict{Quality: "RED"}))
			p.due()
			if got := p.statusesOf(p.held); got != "0:132015 1:132015 2:132015" {
				t.Errorf("statuses are %s", got)
			}
			if _, err := s.Send(t.Context(), owner, s.phone, fillIn("offer")); err == nil {
				t.Error("a paused template is sent")
			}
		})
	})
}
