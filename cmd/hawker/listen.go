package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// listener prints webhooks and passes them on.
type listener struct {
	*platform
	forward string
	kinds   []string
	out     io.Writer

	local   http.Client
	mu      sync.Mutex // of out
	session string
}

const forwardTime = 15 * time.Second

func newListen(environ []string) *cobra.Command {
	l := &listener{local: http.Client{Timeout: forwardTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Print webhooks as they happen, and pass them on to a program on this machine",
		Long: `Prints webhooks as they happen. With --forward-to each is posted there as it would have been, byte for byte and with the signature of
your token's app, and what your program answers goes into the delivery log; what fails is tried again like any webhook. The server may be
anywhere: the connection is made from here.`,
		Example: "  hawker listen --forward-to http://localhost:3000/webhook --events order,enquiry",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l.out = cmd.OutOrStdout()
			return l.run(cmd.Context())
		},
	}
	l.platform = platformFlags(cmd, environ)
	cmd.Flags().StringVar(&l.forward, "forward-to", "", "address of your program; without one, webhooks are printed only")
	cmd.Flags().StringSliceVar(&l.kinds, "events", nil, "only these: order, enquiry, message, status, a type of message or a webhook field")
	return cmd
}

// run listens until the context ends, and comes back when the connection breaks off.
func (l *listener) run(ctx context.Context) error {
	if u, err := url.Parse(l.forward); l.forward != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		return fmt.Errorf("forward-to: %q is no address such as http://localhost:3000/webhook", l.forward)
	}
	for {
		err := l.once(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the person at the keyboard ended it: what broke off by that is no failure
		}
		if err != nil && l.session == "" {
			return err // it never worked
		}
		l.print("connection lost (%v); coming back", err)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
	}
}

var errEnded = errors.New("the server ended it")

// once is one connection.
func (l *listener) once(ctx context.Context) error {
	path := sandboxPath + "/webhooks/listen"
	if l.session != "" {
		path += "?session=" + l.session
	}
	res, err := l.open(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var work sync.WaitGroup
	defer work.Wait()
	const lineMost = 16 << 20
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, lineMost)
	event := ""
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		switch event {
		case "session":
			var s struct{ Session string }
			if err := json.Unmarshal([]byte(data), &s); err != nil {
				return err
			}
			if l.session == "" {
				l.print("Listening to %s. Press Ctrl-C to stop.", l.server)
			}
			l.session = s.Session
		case "webhook":
			var f webhook.Forward
			if err := json.Unmarshal([]byte(data), &f); err != nil {
				return err
			}
			work.Go(func() { l.take(ctx, f) })
		case "replaced":
			return errors.New("another program took the session over")
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errEnded
}

// take prints a webhook, passes it on and tells how it was answered.
func (l *listener) take(ctx context.Context, f webhook.Forward) {
	what := webhook.Describe([]byte(f.Body))
	answer := map[string]any{"request": f.ID, "status": http.StatusOK}
	if len(l.kinds) == 0 || slices.ContainsFunc(l.kinds, what.Is) {
		result := ""
		if l.forward != "" {
			answer, result = l.pass(ctx, f)
		}
		l.print("%-10s %s%s", what.Kind, what.Text, result)
	}
	if err := l.sandbox(ctx, http.MethodPost, "/webhooks/listen/"+l.session+"/answers", answer, nil); err != nil && ctx.Err() == nil {
		l.print("cannot tell the answer: %v", err)
	}
}

// pass posts the bytes that would have been sent.
func (l *listener) pass(ctx context.Context, f webhook.Forward) (answer map[string]any, result string) {
	answer = map[string]any{"request": f.ID}
	failed := func(err error) (map[string]any, string) {
		answer["error"] = err.Error()
		return answer, "  → " + err.Error()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.forward, strings.NewReader(f.Body))
	if err != nil {
		return failed(err)
	}
	req.Header = f.Header
	took := clock.Stopwatch()
	res, err := l.local.Do(req)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = res.Body.Close() }()
	const most = 4 << 10
	b, _ := io.ReadAll(io.LimitReader(res.Body, most))
	ms := took().Milliseconds()
	heads := map[string]string{}
	for k := range res.Header {
		heads[k] = res.Header.Get(k)
	}
	answer["status"], answer["body"], answer["duration_ms"], answer["headers"] = res.StatusCode, strings.ToValidUTF8(strings.ReplaceAll(string(b), "\x00", ""), "?"), ms, heads
	return answer, fmt.Sprintf("  → %d in %d ms", res.StatusCode, ms)
}

func (l *listener) print(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.out, format+"\n", args...)
}
