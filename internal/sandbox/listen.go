package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// listen streams webhooks to a program as they would be sent, with the signature of its app: a receiver that need
// not be reachable. The program tells how each was answered.
func (s *Server) listen(c *call) (any, error) {
	session, err := readID("session", c.query("session"))
	if err != nil {
		return nil, err
	}
	fields := strings.FieldsFunc(c.query("fields"), func(r rune) bool { return r == ',' || r == ' ' })
	l, err := s.Webhooks.Listen(c.Context(), c.caller, session, fields)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := l.Close(context.WithoutCancel(c.Context())); err != nil {
			s.Logger.Error("a listener cannot be let go", "error", err)
		}
	}()
	out, ok := openStream(c)
	if !ok || !out.send(live.Frame{Event: "session", Data: `{"session":"` + l.Session.String() + `"}`}) {
		return nil, nil
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-c.Context().Done():
			return nil, nil
		case <-s.Live.Ended():
			return nil, nil
		case <-l.Gone():
			out.send(live.Frame{Event: "replaced", Data: "{}"})
			return nil, nil
		case <-tick.C:
			if !out.beat() {
				return nil, nil
			}
		case f := <-l.C:
			b, err := json.Marshal(f)
			if err != nil {
				return nil, fmt.Errorf("sandbox: webhook: %w", err)
			}
			if !out.send(live.Frame{Event: "webhook", Data: string(b)}) {
				return nil, nil
			}
		}
	}
}

type forwardedBody struct {
	Request    string            `json:"request" required:"true" doc:"of the event webhook"`
	Status     int               `json:"status" doc:"the HTTP status it was answered with; left out with error"`
	Headers    map[string]string `json:"headers" doc:"the answer's headers"`
	Body       string            `json:"body" doc:"the beginning of the answer"`
	DurationMS int               `json:"duration_ms" doc:"how long the answer took"`
	Error      string            `json:"error" doc:"why there is no answer"`
}

// Bounds of an answer.
const (
	answerHeaders = 100
	answerTime    = 24 * time.Hour
)

func (s *Server) postForwarded(c *call) (any, error) {
	session, err := readID("session", c.PathValue("session"))
	if err != nil {
		return nil, err
	}
	b := c.body.(*forwardedBody)
	request, err := readID("request", b.Request)
	if err != nil {
		return nil, err
	}
	took := time.Duration(b.DurationMS) * time.Millisecond
	switch {
	case (b.Status == 0) == (b.Error == ""):
		return nil, ErrParam.With("status", "say status, or error where there was no answer")
	case b.Status < 0 || b.Status > 999:
		return nil, ErrParam.Withf("status", "%d is no HTTP status", b.Status)
	case len(b.Headers) > answerHeaders:
		return nil, ErrParam.Withf("headers", "%d headers are too many; at most %d", len(b.Headers), answerHeaders)
	case took < 0 || took > answerTime:
		return nil, ErrParam.Withf("duration_ms", "%d milliseconds is no time a request takes", b.DurationMS)
	}
	f := webhook.Forwarded{Status: b.Status, Header: http.Header{}, Body: b.Body, Duration: took, Error: b.Error}
	for k, v := range b.Headers {
		f.Header.Set(k, v)
	}
	return done, s.Webhooks.Answer(c.Context(), c.caller, session, request, f)
}
