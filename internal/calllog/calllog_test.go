package calllog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/live"
)

// answering is a server that reads all of a body and answers.
func answering(status int, kind, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", kind)
		w.Header().Set("X-Fb-Trace-Id", "AbC")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func call(h http.Handler, method, path, kind, body string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	h.ServeHTTP(httptest.NewRecorder(), r)
}

func TestCallsAreRememberedWithoutTheirSecrets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
		l := calllog.New(d, clock.NewFixed(now), live.New(), slog.New(slog.DiscardHandler))
		sent := l.Wrap(answering(http.StatusOK, "application/json", `{"messages":[{"id":"wamid.A"}],"access_token":"EAASECRET"}`))
		call(sent, http.MethodPost, "/v25.0/4/messages?access_token=EAASECRET&limit=3", "application/json", `{"text":{"body":"chào"},"pin":"123456","note":"a\u0000b"}`)
		refused := l.Wrap(answering(http.StatusBadRequest, "application/json", `{"error":{"code":131009,"error_subcode":7}}`))
		call(refused, http.MethodPost, "/v25.0/4/subscriptions", "application/x-www-form-urlencoded", "verify_token=SECRETWORD&fields=messages")
		call(refused, http.MethodPost, "/v25.0/4/media", "multipart/form-data; boundary=x", "SECRETPICTURE")

		list, err := l.List(ctx, calllog.Query{Limit: 10})
		if err != nil || len(list) != 3 {
			t.Fatalf("%d calls, %v", len(list), err)
		}
		first := list[2]
		if first.Ref != "wamid.A" || first.Status != http.StatusOK || first.Trace != "AbC" || !first.At.Equal(now) || first.Query != "access_token=%E2%80%A6&limit=3" {
			t.Errorf("the call is %+v", first)
		}
		if !strings.Contains(first.Request, "chào") || !strings.Contains(first.Request, `"pin":"…"`) {
			t.Errorf("its body is %q", first.Request)
		}
		for _, c := range list {
			if all := fmt.Sprintf("%+v", c); strings.Contains(all, "SECRET") || strings.Contains(all, "123456") {
				t.Errorf("a secret was kept: %s", all)
			}
		}
		if failed, err := l.List(ctx, calllog.Query{Failed: true, Limit: 10}); err != nil || len(failed) != 2 || failed[1].Code != 131009 || failed[1].Subcode != 7 {
			t.Errorf("refused calls: %+v, %v", failed, err)
		}
		if about, err := l.List(ctx, calllog.Query{Ref: "wamid.A", Limit: 10}); err != nil || len(about) != 1 {
			t.Errorf("calls about the message: %d, %v", len(about), err)
		}
		if older, err := l.List(ctx, calllog.Query{Before: list[0].ID, Limit: 1}); err != nil || len(older) != 1 || older[0].ID != list[1].ID {
			t.Errorf("the page behind the first: %+v, %v", older, err)
		}
		if c, err := l.Find(ctx, first.ID); err != nil || c.Response != first.Response {
			t.Errorf("found %+v, %v", c, err)
		}
		if _, err := l.Find(ctx, 1); !errors.Is(err, calllog.ErrUnknown) {
			t.Errorf("a call that is not there: %v", err)
		}
	})
}

func TestStrangeBytesAreKeptAsText(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := calllog.New(d, clock.System{}, live.New(), slog.New(slog.DiscardHandler))
		h := l.Wrap(answering(http.StatusOK, "image/jpeg", "\xff\xd8\x00"))
		call(h, http.MethodPost, "/v25.0/"+strings.Repeat("%ff", 2000), "text/plain", "\xff\x00 "+strings.Repeat("ệ", 40_000))
		list, err := l.List(t.Context(), calllog.Query{Limit: 10})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d calls, %v", len(list), err)
		}
		if len(list[0].Request) > 33<<10 || list[0].Response != "(image/jpeg)" || len(list[0].Path) > 2000 {
			t.Errorf("kept %d bytes of body, %d of path, answer %q", len(list[0].Request), len(list[0].Path), list[0].Response)
		}
	})
}

func TestWhatIsRecordedIsWrittenByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hub := live.New()
		sub := hub.Subscribe(calllog.Topic)
		defer sub.Close()
		l := calllog.New(d, clock.System{}, hub, slog.New(slog.DiscardHandler))
		l.Start(context.WithoutCancel(t.Context()))
		h := l.Wrap(answering(http.StatusOK, "application/json", "{}"))
		call(h, http.MethodGet, "/v25.0/me", "", "")
		<-sub.C // the test's own deadline ends a wait for nothing
		call(h, http.MethodGet, "/v25.0/4", "", "")
		l.Stop()
		again := calllog.New(d, clock.System{}, hub, slog.New(slog.DiscardHandler))
		if list, err := again.List(t.Context(), calllog.Query{Limit: 10}); err != nil || len(list) != 2 {
			t.Errorf("%d calls were written, %v", len(list), err)
		}
	})
}
