package dev

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// number writes a whole number.
func number(n int) string { return strconv.Itoa(n) }

// HomePage leads to the tools, with what failed of late.
type HomePage struct {
	Shell
	Failed    []calllog.Call
	Events    []webhook.Delivery
	Receivers []webhook.Receiver
	BaseURL   string
	Token     string
	Now       time.Time
}

// homeShown is how many failures the first page shows.
const homeShown = 5

func (s *Server) home(v *visit) (err error) {
	p := HomePage{Shell: v.shell(v.t("dev.title"), "home"), BaseURL: s.BaseURL, Token: s.Token, Now: s.Clock.Now()}
	if p.Failed, err = s.Calls.List(v.Context(), calllog.Query{Failed: true, Limit: homeShown}); err != nil {
		return err
	}
	if p.Events, _, err = s.search(v, parseQuery("is:failed"), 0, homeShown); err != nil {
		return err
	}
	if p.Receivers, err = s.Webhooks.Receivers(v.Context(), v.caller); err != nil {
		return err
	}
	return v.show(http.StatusOK, "home.html", p)
}

// live tells pages that something happened.
func (s *Server) live(v *visit) error {
	ui.Stream(v.w, v.Request, s.Live, "events", calllog.Topic)
	return nil
}

// ClockPage moves the platform's clock.
type ClockPage struct {
	Shell
	Now     time.Time
	Jumps   []string
	Problem string
}

func jumps() []string { return []string{"1m", "1h", "24h", "168h", "720h"} }

func (s *Server) clock(v *visit) error { return s.showClock(v, http.StatusOK, "") }

func (s *Server) showClock(v *visit, status int, problem string) error {
	return v.show(status, "clock.html", ClockPage{Shell: v.shell(v.t("dev.nav_clock"), "clock"), Now: s.Clock.Now(), Jumps: jumps(), Problem: problem})
}

// moveClock moves the clock by the call that programs have.
func (s *Server) moveClock(v *visit) error {
	by := strings.TrimSpace(v.PostFormValue("advance"))
	if days, ok := strings.CutSuffix(by, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil {
			by = number(n*24) + "h"
		}
	}
	a := s.do(v.Request, Ask{Method: http.MethodPost, Path: "/sandbox/v1/clock", Kind: "application/json", Body: `{"advance":` + strconv.Quote(by) + `}`, Token: s.Token})
	if a.Status != http.StatusOK {
		return s.showClock(v, http.StatusUnprocessableEntity, i18n.T(v.lang, "dev.clock_problem", "what", messageIn(a.Body)))
	}
	return v.redirect(Prefix + "/clock?done=moved")
}
