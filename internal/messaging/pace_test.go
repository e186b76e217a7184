package messaging_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
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
					if code := failedWith.FindStringSubmatch(e); status == "failed" && code != nil {
						status = code[1]
					}
					list = append(list, fmt.Sprintf("%d:%s", n, status))
				}
			}
		}
	}
	return strings.Join(list, " ")
}

// failedWith finds the code of a failed status.
var failedWith = regexp.MustCompile(`"errors":\[\{"code":([0-9]+)`)

// TestWhatEndsPacing: each way a template can go while messages of it are held, and what their statuses say.
func TestWhatEndsPacing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(p *paced)
		want string
	}{
		"YELLOW":   {func(p *paced) { p.verdict(template.Verdict{Quality: "YELLOW"}) }, "0:sent 1:sent 2:sent"},
		"PAUSED":   {func(p *paced) { p.verdict(template.Verdict{Status: template.Paused}) }, "0:132015 1:132015 2:132015"},
		"DISABLED": {func(p *paced) { p.verdict(template.Verdict{Status: template.Disabled}) }, "0:132016 1:132016 2:132016"},
		"REJECTED": {func(p *paced) { p.verdict(template.Verdict{Status: template.Rejected, Reason: "SCAM"}) }, "0:132015 1:132015 2:132015"},
		"deleted": {func(p *paced) {
			p.must(p.templates.Delete(p.t.Context(), owner, p.offer.WABAID, p.offer.Name, 0))
		}, "0:132001 1:132001 2:132001"},
		"edited": {func(p *paced) {
			p.verdict(template.Verdict{Status: template.Pending})
			p.due()
			p.sees(1, 0) // what is looked at again says nothing about its quality
			p.clock.Advance(30 * time.Minute)
		}, "0:sent 1:sent 2:sent"},
		"blocked by one": {func(p *paced) {
			p.must(p.Block(p.t.Context(), p.phone, "84901300001", true))
			p.verdict(template.Verdict{Quality: "GREEN"})
		}, "0:131026 1:sent 2:sent"},
		"stopped by one": {func(p *paced) {
			p.must(p.SetMarketing(p.t.Context(), p.phone, "84901300002", false))
			p.toldOf("user_preferences")
			p.verdict(template.Verdict{Quality: "GREEN"})
		}, "0:sent 1:131050 2:sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(s *stall) {
				p := pace(s)
				held := func() (n int) {
					s.must(s.DB.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
						counted, err := messaging.HeldTx(ctx, tx, []id.ID{p.offer.ID})
						n = counted[p.offer.ID]
						return err
					}))
					return n
				}
				if n := held(); n != 3 {
					t.Errorf("%d are held, want 3", n)
				}
				c.end(p)
				p.due()
				if got := p.statusesOf(p.held); got != c.want {
					t.Errorf("statuses are %s, want %s", got, c.want)
				}
				if n := held(); n != 0 {
					t.Errorf("%d are held when the pacing has ended", n)
				}
				p.clock.Advance(time.Hour)
				p.due()
				if got := p.statusesOf(p.held); got != "" {
					t.Errorf("told twice: %s", got)
				}
			})
		})
	}
}

// A held message costs what it costs when it goes out: a utility template to somebody who has written meanwhile is free.
func TestAHeldMessageIsPricedWhenItGoes(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		templates := template.New(template.Deps{DB: s.DB, Live: live.New(), Outbox: &outbox{}})
		p := &paced{stall: s, templates: templates, offer: s.template(template.Template{Name: "don", Category: template.Utility, Components: []wire.TemplateComponent{{Type: "BODY", Text: "Đơn của bạn đã xong rồi nhé."}}})}
		s.must(templates.Pace(t.Context(), owner, p.offer.ID, template.Pacing{For: time.Hour}))
		held := s.send(fillIn("don"))
		s.write("xong chưa quán?")
		s.told(nil)
		p.verdict(template.Verdict{Quality: "GREEN"})
		p.due()
		if got := strings.Join(s.told(map[string]string{held: "HELD"}), ""); !strings.Contains(got, `"id":"HELD","status":"sent"`) || !strings.Contains(got, `"billable":false,"pricing_model":"PMP","category":"utility","type":"free_customer_service"`) {
			t.Errorf("told %s", got)
		}
	})
}

// verdict decides on the paced template on purpose.
func (p *paced) verdict(v template.Verdict) {
	p.t.Helper()
	p.must(p.templates.Decide(p.t.Context(), owner, p.offer.ID, v))
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
