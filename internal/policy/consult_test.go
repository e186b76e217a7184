package policy_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

const reviewerSecret = "a secret of sixteen"

// receiver is an operator's reviewer that answers as told, and what it was asked.
type receiver struct {
	*httptest.Server
	asked  atomic.Int32
	last   atomic.Value // map[string]any
	signed atomic.Bool
}

// ask gives the world an own reviewer that answers with a status and a body; before runs while it thinks.
func (w *world) ask(status int, body string, before func()) *receiver {
	w.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		b, _ := io.ReadAll(in.Body)
		mac := hmac.New(sha256.New, []byte(reviewerSecret))
		_, _ = mac.Write(b)
		r.signed.Store(in.Header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil)) && in.Method == http.MethodPost)
		var q map[string]any
		if json.Unmarshal(b, &q) == nil {
			r.last.Store(q)
		}
		r.asked.Add(1)
		if before != nil {
			before()
		}
		out.WriteHeader(status)
		_, _ = out.Write([]byte(body))
	}))
	w.Cleanup(r.Close)
	w.reviewer.Ask(&policy.Endpoint{URL: r.URL, Secret: reviewerSecret, Timeout: 5 * time.Second, Client: safehttp.New(safehttp.Config{AllowPrivate: true})})
	return r
}

func (w *world) timeline(i catalog.Item, full bool) (list []policy.Told) {
	w.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		read := policy.TimelineTx
		if full {
			read = policy.FullTimelineTx
		}
		list, err = read(ctx, tx, w.item2(ctx, tx, i.ID))
		return err
	})
	return list
}

// whats is what a timeline tells, the first thing first.
func whats(list []policy.Told) string {
	var s []string
	for n := len(list) - 1; n >= 0; n-- {
		what := list[n].What
		if list[n].Status != "" {
			what += " " + list[n].Status
		}
		s = append(s, what)
	}
	return strings.Join(s, ", ")
}

// held is a title the rules leave to a person.
const held = "Whey protein 1 kg"

func TestTheOperatorsReviewerDecidesWhatTheRulesHold(t *testing.T) {
	for name, c := range map[string]struct {
		body, status, told string
	}{
		"approves":           {`{"verdict":"approve","reason":"Food."}`, catalog.Approved, "reviewed pending, consulted approve, reviewed approved"},
		"rejects":            {`{"verdict":"reject","policy_id":"supplements","reason":"No label."}`, catalog.Rejected, "reviewed pending, consulted reject, reviewed rejected"},
		"does not know":      {`{"verdict":"hold"}`, catalog.Pending, "reviewed pending, consulted hold"},
		"names no policy":    {`{"verdict":"reject"}`, catalog.Pending, "reviewed pending, silent"},
		"says something odd": {`{"verdict":"burn it"}`, catalog.Pending, "reviewed pending, silent"},
		"is no JSON":         {`<html>`, catalog.Pending, "reviewed pending, silent"},
		"writes a novel":     {`{"verdict":"approve","reason":"` + strings.Repeat("x", 5000) + `"}`, catalog.Pending, "reviewed pending, silent"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				r := w.ask(http.StatusOK, c.body, nil)
				i := w.add("whey", held)
				if i.Review.Status != catalog.Pending || !i.Review.Held {
					t.Fatalf("before it was asked: %+v", i.Review)
				}
				w.later(0)
				i = w.item(i.ID)
				if i.Review.Status != c.status || r.asked.Load() != 1 || !r.signed.Load() {
					t.Errorf("%+v, asked %d times, signed %t", i.Review, r.asked.Load(), r.signed.Load())
				}
				q, _ := r.last.Load().(map[string]any)
				item, _ := q["item"].(map[string]any)
				seller, _ := q["seller"].(map[string]any)
				if item["title"] != held || item["id"] != i.ID.String() || seller["id"] != mine.String() || q["country"] != "VN" || q["object"] != "policy_review" {
					t.Errorf("it was asked %v", q)
				}
				if got := whats(w.timeline(i, false)); got != c.told {
					t.Errorf("told %q, want %q", got, c.told)
				}
				w.add("mug", "Mug")
				w.later(time.Hour)
				if r.asked.Load() != 1 {
					t.Error("it was asked about what the rules decided, or twice")
				}
			})
		})
	}
}

// TestAReviewerThatFailsHoldsNothingUp: the item waits for a person, and what went wrong is kept.
func TestAReviewerThatFailsHoldsNothingUp(t *testing.T) {
	each(t, func(w *world) {
		w.ask(http.StatusInternalServerError, `{"verdict":"approve"}`, nil)
		i := w.add("whey", held)
		w.later(0)
		if i = w.item(i.ID); !i.Review.Held || whats(w.timeline(i, false)) != "reviewed pending, silent" {
			t.Errorf("%+v: %s", i.Review, whats(w.timeline(i, false)))
		}
		// Nobody listens, and then somebody who never answers.
		w.reviewer.Ask(&policy.Endpoint{URL: "http://127.0.0.1:1", Secret: reviewerSecret, Timeout: time.Second, Client: safehttp.New(safehttp.Config{AllowPrivate: true})})
		i = w.add("whey2", held)
		w.later(0)
		if i = w.item(i.ID); !i.Review.Held || w.timeline(i, false)[0].Text != "it could not be reached" {
			t.Errorf("%+v", w.timeline(i, false))
		}
		stop := make(chan struct{})
		r := w.ask(http.StatusOK, `{"verdict":"approve"}`, func() { <-stop })
		defer close(stop)
		w.reviewer.Ask(&policy.Endpoint{URL: r.URL, Secret: reviewerSecret, Timeout: 50 * time.Millisecond, Client: safehttp.New(safehttp.Config{AllowPrivate: true})})
		i = w.add("whey3", held)
		w.later(0)
		if i = w.item(i.ID); !i.Review.Held || w.timeline(i, false)[0].Text != "no answer within 50ms" {
			t.Errorf("%+v", w.timeline(i, false))
		}
	})
}

// TestAnAnswerThatComesTooLateChangesNothing: a person decided, or the item was changed, while it thought.
func TestAnAnswerThatComesTooLateChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		var i catalog.Item
		w.ask(http.StatusOK, `{"verdict":"approve"}`, func() {
			err := w.reviewer.Moderate(w.Context(), caller(mine), i.ID, i.Content(), policy.Decision{Act: policy.ActReject, PolicyID: "supplements", Reason: "No.", Person: 5, By: "Mod"})
			if err != nil {
				w.Error(err)
			}
		})
		i = w.add("whey", held)
		w.later(0)
		i = w.item(i.ID)
		if i.Review.Status != catalog.Rejected || i.Review.Reviewer != "Mod" {
			t.Errorf("%+v", i.Review)
		}
		if got := whats(w.timeline(i, false)); !strings.Contains(got, "reviewed rejected") || !strings.Contains(got, "consulted approve") || strings.Contains(got, "reviewed approved") {
			t.Error(got)
		}
	})
}
