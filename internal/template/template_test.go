package template_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

const quan id.ID = 200000000000001

var owner = access.Caller{Kind: access.KindSystemUser, Businesses: []id.ID{quan}, Permissions: access.Permissions()}

// outbox keeps the webhooks of committed transactions.
type outbox struct {
	mu     sync.Mutex
	events []webhook.Event
}

func (o *outbox) EnqueueTx(_ context.Context, tx *db.Tx, e webhook.Event) error {
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.events = append(o.events, e)
	})
	return nil
}

// desk is an account whose templates are decided on.
type desk struct {
	*template.Service
	t      testing.TB
	clock  *clock.Fixed
	out    *outbox
	runner *job.Runner
	waba   id.ID
}

func each(t *testing.T, delay time.Duration, f func(s *desk)) {
	t.Helper()
	rules, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := &desk{t: t, clock: c, out: &outbox{}, runner: job.NewRunner(d, c, slog.New(slog.DiscardHandler))}
		s.Service = template.New(template.Deps{DB: d, Live: live.New(), Outbox: s.out, Rules: rules, Delay: delay})
		s.Register(s.runner)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: quan, Name: "A", Country: "VN"})
			s.waba = a.ID
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		f(s)
	})
}

func (s *desk) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// make makes a template with a body.
func (s *desk) make(name, category, text string, change ...func(*template.Template)) template.Template {
	s.t.Helper()
	t := template.Template{Name: name, Language: "en_US", Category: category, Components: []wire.TemplateComponent{{Type: "BODY", Text: text}}}
	for _, f := range change {
		f(&t)
	}
	made, err := s.Create(s.t.Context(), owner, s.waba, t)
	s.must(err)
	return made
}

func (s *desk) read(i id.ID) (t template.Template) {
	s.t.Helper()
	s.must(s.DB.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = template.ForTx(ctx, tx, owner, i)
		return err
	}))
	return t
}

// pass lets time go by and does what became due.
func (s *desk) pass(d time.Duration) {
	s.t.Helper()
	s.clock.Advance(d)
	s.must(s.runner.Drain(s.t.Context()))
}

// told compares the webhooks since it was last asked, as "field value"; ID stands for the template's id.
func (s *desk) told(t template.Template, want ...string) {
	s.t.Helper()
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	var got []string
	for _, e := range s.out.events {
		if e.WABAID != s.waba || e.BusinessID != quan || e.Lane == "" {
			s.t.Errorf("a webhook of another account, or without a lane: %+v", e)
		}
		about := `"message_template_id":` + t.ID.String() + `,"message_template_name":"` + t.Name + `","message_template_language":"en_US"`
		got = append(got, e.Field+" "+strings.ReplaceAll(string(e.Value), about, "ABOUT"))
	}
	s.out.events = nil
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		s.t.Errorf("told\n%s\nwant\n%s", g, w)
	}
}

const statusUpdate = "message_template_status_update "

// approved is what is told of an approval.
func approved(category string) string {
	return statusUpdate + `{"event":"APPROVED",ABOUT,"message_template_category":"` + category + `","reason":"NONE"}`
}

func TestATemplateIsDecidedOnAfterAWhile(t *testing.T) {
	t.Parallel()
	each(t, time.Minute, func(s *desk) {
		m := s.make("hello", template.Utility, "Your order is ready.")
		if m.Status != template.Pending {
			t.Errorf("a new template is %s", m.Status)
		}
		s.pass(59 * time.Second)
		s.told(m)
		s.pass(time.Second)
		s.told(m, approved("UTILITY"))
		if now := s.read(m.ID); now.Status != template.Approved || now.Reason != template.None {
			t.Errorf("it is %s, %s", now.Status, now.Reason)
		}
		// A new text is decided on anew, and the decision about the old one is dropped.
		edit := template.Template{Components: []wire.TemplateComponent{
			{Type: "BODY", Text: "Your order is on its way."},
			{Type: "FOOTER", Text: "Quán"},
			{Type: "BUTTONS", Buttons: []wire.TemplateButton{{Type: "URL", Text: "See", URL: "https://quan.example"}}},
		}}
		_, err := s.Edit(t.Context(), owner, m.ID, edit, template.Edited{Components: true})
		s.must(err)
		s.told(m, `message_template_components_update {ABOUT,"message_template_element":"Your order is on its way.","message_template_footer":"Quán",`+
			`"message_template_buttons":[{"message_template_button_type":"URL","message_template_button_text":"See","message_template_button_url":"https://quan.example"}]}`,
			statusUpdate+`{"event":"PENDING",ABOUT,"message_template_category":"UTILITY","reason":null}`)
		s.must(s.Decide(t.Context(), owner, m.ID, template.Verdict{Status: "REJECTED", Reason: "SCAM", Explanation: "No."}))
		s.told(m, statusUpdate+`{"event":"REJECTED",ABOUT,"message_template_category":"UTILITY","reason":"SCAM",`+
			`"rejection_info":{"reason":"No.","recommendation":"Offer genuine goods and true claims only, then edit the template or make another one."}}`)
		s.pass(time.Hour)
		s.told(m)
		if now := s.read(m.ID); now.Status != template.Rejected || now.Reason != "SCAM" {
			t.Errorf("it is %s, %s", now.Status, now.Reason)
		}
	})
}

func TestWhatATemplateSaysDecides(t *testing.T) {
	t.Parallel()
	each(t, 0, func(s *desk) {
		if m := s.make("fine", template.Marketing, "New mugs are in the shop."); m.Status != template.Approved {
			t.Errorf("a harmless one is %s: %s", m.Status, m.Explanation)
		}
		s.out.events = nil
		m := s.make("gun", template.Marketing, "New pistols and ammunition in the shop.")
		if m.Status != template.Rejected || m.Reason != "ABUSIVE_CONTENT" || !strings.Contains(m.Explanation, "weapons") {
			t.Errorf("weapons are %s, %s: %s", m.Status, m.Reason, m.Explanation)
		}
		if m := s.make("fake", template.Marketing, "Replica designer handbags, 1:1 quality."); m.Reason != "SCAM" {
			t.Errorf("replicas are %s, %s", m.Status, m.Reason)
		}
		if m := s.make("twin", template.Marketing, "new mugs ARE in the shop."); m.Status != template.Rejected || m.Reason != "INVALID_FORMAT" || !strings.Contains(m.Explanation, "fine") {
			t.Errorf("a text that stands twice is %s, %s: %s", m.Status, m.Reason, m.Explanation)
		}
		s.out.events = nil
		m = s.make("sale", template.Utility, "Everything 20% off until Sunday.")
		if m.Status != template.Approved || m.Category != template.Marketing || m.PreviousCategory != template.Utility {
			t.Errorf("advertising is %s, %s after %s", m.Status, m.Category, m.PreviousCategory)
		}
		s.told(m, `template_category_update {ABOUT,"previous_category":"UTILITY","new_category":"MARKETING"}`, approved("MARKETING"))
		m = s.make("sale2", template.Utility, "Everything 30% off until Sunday.", func(t *template.Template) { t.KeepCategory = true })
		if m.Status != template.Rejected || m.Reason != "INCORRECT_CATEGORY" {
			t.Errorf("advertising that may not move is %s, %s", m.Status, m.Reason)
		}
	})
}

func TestQualityPausesTwiceAndThenEnds(t *testing.T) {
	t.Parallel()
	each(t, 0, func(s *desk) {
		m := s.make("news", template.Marketing, "News from the shop.")
		s.out.events = nil
		red := func() { s.must(s.Decide(t.Context(), owner, m.ID, template.Verdict{Quality: "RED"})) }
		red()
		s.told(m, `message_template_quality_update {"previous_quality_score":"UNKNOWN","new_quality_score":"RED",ABOUT}`,
			statusUpdate+`{"event":"PAUSED",ABOUT,"message_template_category":"MARKETING","reason":null,"other_info":{"title":"FIRST_PAUSE",`+
				`"description":"Customers blocked or reported this template; it can be sent again at 2026-11-23T12:00:00Z."}}`)
		s.pass(3*time.Hour - time.Second)
		s.told(m)
		s.pass(time.Second)
		unpaused := statusUpdate + `{"event":"APPROVED",ABOUT,"message_template_category":"MARKETING","reason":"NONE","other_info":{"title":"UNPAUSE","description":"The pause is over; the template can be sent again."}}`
		s.told(m, unpaused)
		red()
		if now := s.read(m.ID); now.Status != template.Paused || now.PausedUntil.Sub(s.clock.Now()) != 6*time.Hour {
			t.Errorf("the second time it is %s until %s", now.Status, now.PausedUntil)
		}
		s.must(s.Unpause(t.Context(), owner, m.ID))
		s.out.events = nil
		s.pass(7 * time.Hour)
		s.told(m) // the pause that was ended by hand tells nothing more
		red()
		s.told(m, `message_template_quality_update {"previous_quality_score":"RED","new_quality_score":"RED",ABOUT}`,
			statusUpdate+`{"event":"DISABLED",ABOUT,"message_template_category":"MARKETING","reason":null,"disable_info":{"disable_date":1795460400},"other_info":{"title":"DISABLED",`+
				`"description":"Customers blocked and reported this template too often after two pauses."}}`)
		if err := s.Delete(t.Context(), owner, s.waba, "news", 0); !errors.Is(err, template.ErrState) {
			t.Errorf("deleting a disabled one: %v", err)
		}
	})
}

func TestVerdictsOnPurpose(t *testing.T) {
	t.Parallel()
	each(t, time.Hour, func(s *desk) {
		m := s.make("news", template.Marketing, "News from the shop.")
		for _, v := range []template.Verdict{{}, {Status: "FINE"}, {Status: "APPROVED", Reason: "SCAM"}, {Status: "REJECTED", Reason: "MOOD"}, {Quality: "BLUE"}, {Category: "OTP"}} {
			if err := s.Decide(t.Context(), owner, m.ID, v); !errors.Is(err, template.ErrInvalid) {
				t.Errorf("%+v: %v", v, err)
			}
		}
		if err := s.Decide(t.Context(), access.Caller{Businesses: []id.ID{quan}}, m.ID, template.Verdict{Status: "APPROVED"}); !errors.Is(err, access.ErrPermission) {
			t.Errorf("without the permission: %v", err)
		}
		if err := s.Decide(t.Context(), access.Caller{Permissions: access.Permissions()}, m.ID, template.Verdict{Status: "APPROVED"}); !errors.Is(err, template.ErrUnknown) {
			t.Errorf("a stranger: %v", err)
		}
		s.told(m)
		s.must(s.Decide(t.Context(), owner, m.ID, template.Verdict{Status: "APPROVED"}))
		s.must(s.Decide(t.Context(), owner, m.ID, template.Verdict{Status: "FLAGGED"}))
		if now := s.read(m.ID); now.Status != template.Approved {
			t.Errorf("flagged, it is %s", now.Status)
		}
		s.told(m, approved("MARKETING"), statusUpdate+`{"event":"FLAGGED",ABOUT,"message_template_category":"MARKETING","reason":null}`)
		s.must(s.Decide(t.Context(), owner, m.ID, template.Verdict{Category: "UTILITY", After: 24 * time.Hour}))
		s.told(m, `template_category_update {ABOUT,"new_category":"MARKETING","correct_category":"UTILITY","category_update_timestamp":1795510800}`)
		s.pass(23 * time.Hour)
		s.told(m)
		s.pass(time.Hour)
		s.told(m, `template_category_update {ABOUT,"previous_category":"MARKETING","new_category":"UTILITY"}`)
		if now := s.read(m.ID); now.Category != template.Utility || now.CorrectCategory != "" {
			t.Errorf("it is %s, to become %q", now.Category, now.CorrectCategory)
		}
	})
}

func TestNamesAndEditsHaveTheirTime(t *testing.T) {
	t.Parallel()
	each(t, 0, func(s *desk) {
		m := s.make("news", template.Marketing, "News from the shop.")
		edit := func(text string) error {
			_, err := s.Edit(t.Context(), owner, m.ID, template.Template{Components: []wire.TemplateComponent{{Type: "BODY", Text: text}}}, template.Edited{Components: true})
			return err
		}
		s.must(edit("More news."))
		if err := edit("Still more news."); !errors.Is(err, template.ErrState) {
			t.Errorf("a second edit in a day: %v", err)
		}
		for range 9 {
			s.pass(25 * time.Hour)
			s.must(edit("News of " + s.clock.Now().String()))
		}
		s.pass(25 * time.Hour)
		if err := edit("The eleventh."); !errors.Is(err, template.ErrState) {
			t.Errorf("an eleventh edit in thirty days: %v", err)
		}
		if _, err := s.Edit(t.Context(), owner, m.ID, template.Template{Category: template.Utility}, template.Edited{Category: true}); !errors.Is(err, template.ErrState) {
			t.Errorf("the category of an approved one: %v", err)
		}
		s.must(s.Delete(t.Context(), owner, s.waba, "news", 0))
		again := template.Template{Name: "news", Language: "en_US", Category: template.Marketing, Components: []wire.TemplateComponent{{Type: "BODY", Text: "Again."}}}
		if _, err := s.Create(t.Context(), owner, s.waba, again); !errors.Is(err, template.ErrDeleting) {
			t.Errorf("the name of a deleted one: %v", err)
		}
		s.pass(30 * 24 * time.Hour)
		_, err := s.Create(t.Context(), owner, s.waba, again)
		s.must(err)
	})
}
