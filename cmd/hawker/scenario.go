package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// newScenario plays files of steps against a running server.
func newScenario(environ []string) *cobra.Command {
	cmd := &cobra.Command{Use: "scenario", Short: "Play files of steps: customers, the business, the clock, and what must come of them"}
	p := platformFlags(cmd, environ)
	run := &cobra.Command{
		Use:   "run FILE...",
		Short: "Play scenarios one after the other; ends with an error at the first step that does not do what it says",
		Long: `Plays the steps of a file, one a line; a line that begins with # says something to people. Words with spaces stand in "quotes",
{name} is what was saved under that name.

  customer NUMBER             who acts as the customer from here on
  phone ID                    the business's number
  write TEXT                  the customer writes
  ask SKU TEXT                … asks about a product
  order SKU COUNT [NOTE]      … orders
  report SKU REASON           … reports a product
  read, block, unblock        … reads what came, blocks the business, or no more
  send TEXT                   the business writes a text
  clock DURATION              the platform's clock goes on: 90s, 25h
  call METHOD PATH [JSON]     any call of the Graph or the sandbox API
  ! STEP                      this step must be refused, or not hold
  expect PATH [=|!=|~ VALUE]  the last answer holds this: messages.0.id ~ wamid
  save NAME PATH              keeps a part of the last answer
  await DURATION PATH = VALUE repeats the last call until its answer holds this`,
		Example: "  hawker scenario run order.scenario",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, path := range args {
				text, err := os.ReadFile(filepath.Clean(path))
				if err != nil {
					return err
				}
				s := newPlay(p, cmd.OutOrStdout())
				if err := s.run(cmd.Context(), path, string(text)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.AddCommand(run)
	return cmd
}

// play is one scenario on its way.
type play struct {
	*platform
	out             io.Writer
	customer, phone string
	saved           map[string]string
	method, path    string // the last call
	body            any
	answer          any
	steps           map[string]step
}

// step is what a word does; rest is its line, for those that read it whole.
type step struct {
	least, most int // words behind it
	do          func(ctx context.Context, words []string, rest string) error
}

func newPlay(p *platform, out io.Writer) *play {
	s := &play{platform: p, out: out, customer: "84901234567", phone: "400000000000001", saved: map[string]string{}}
	s.steps = map[string]step{
		"customer": {1, 1, func(_ context.Context, w []string, _ string) error { s.customer = w[0]; return nil }},
		"phone":    {1, 1, func(_ context.Context, w []string, _ string) error { s.phone = w[0]; return nil }},
		"write":    {1, 1, s.write},
		"ask":      {2, 2, s.ask},
		"order":    {2, 3, s.order},
		"report":   {2, 2, s.report},
		"read":     {0, 0, s.read},
		"block":    {0, 0, s.block(http.MethodPost)},
		"unblock":  {0, 0, s.block(http.MethodDelete)},
		"send":     {1, 1, s.send},
		"clock":    {1, 1, s.clock},
		"call":     {2, -1, s.any},
		"expect":   {1, 3, s.expect},
		"save":     {2, 2, s.save},
		"await":    {4, 4, s.await},
	}
	return s
}

func (s *play) run(ctx context.Context, name, text string) error {
	done := 0
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.line(ctx, line); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, n+1, line, err)
		}
		done++
	}
	_, err := fmt.Fprintf(s.out, "%s: %d steps\n", name, done)
	return err
}

// line plays one step.
func (s *play) line(ctx context.Context, line string) error {
	line, refusal := strings.CutPrefix(line, "!")
	line, err := s.fill(strings.TrimSpace(line))
	if err != nil {
		return err
	}
	name, rest, _ := strings.Cut(line, " ")
	do, ok := s.steps[name]
	if !ok {
		return fmt.Errorf("%q is no step; hawker scenario run --help lists them", name)
	}
	rest = strings.TrimSpace(rest)
	var words []string
	if do.most >= 0 {
		if words, err = split(rest); err != nil {
			return err
		}
		if len(words) < do.least || len(words) > do.most {
			return fmt.Errorf("%s takes %d to %d words, here are %d", name, do.least, do.most, len(words))
		}
	}
	err = do.do(ctx, words, rest)
	var away *url.Error // nobody has refused anything
	switch {
	case !refusal || errors.As(err, &away):
		return err
	case err == nil:
		return errors.New("this was not refused")
	}
	return nil
}

// fill puts in what was saved. Braces around anything else, as in JSON, stay.
func (s *play) fill(line string) (string, error) {
	for name, value := range s.saved {
		line = strings.ReplaceAll(line, "{"+name+"}", value)
	}
	return line, nil
}

// split reads words; those with spaces stand in quotes, as Go writes them.
func split(text string) (words []string, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if text[0] != '"' {
			word, rest, _ := strings.Cut(text, " ")
			words, text = append(words, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return nil, errors.New("a quote is not closed")
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quoted, err)
		}
		words, text = append(words, word), text[len(quoted):]
	}
	return words, nil
}

func (s *play) chat(rest string) string {
	return sandboxPath + "/customers/" + s.customer + "/chats/" + s.phone + rest
}

func (s *play) write(ctx context.Context, w []string, _ string) error {
	return s.exchange(ctx, http.MethodPost, s.chat("/messages"), map[string]any{"text": w[0]})
}

func (s *play) ask(ctx context.Context, w []string, _ string) error {
	return s.exchange(ctx, http.MethodPost, s.chat("/messages"), map[string]any{"text": w[1], "product_retailer_id": w[0]})
}

func (s *play) order(ctx context.Context, w []string, _ string) error {
	n, err := strconv.Atoi(w[1])
	if err != nil {
		return fmt.Errorf("%q is no count", w[1])
	}
	if err := s.exchange(ctx, http.MethodPut, s.chat("/cart/"+w[0]), map[string]any{"quantity": n}); err != nil {
		return err
	}
	note := ""
	if len(w) > 2 {
		note = w[2]
	}
	return s.exchange(ctx, http.MethodPost, s.chat("/cart/send"), map[string]any{"note": note})
}

func (s *play) report(ctx context.Context, w []string, _ string) error {
	return s.exchange(ctx, http.MethodPost, s.chat("/products/"+w[0]+"/report"), map[string]any{"reason": w[1]})
}

func (s *play) block(method string) func(context.Context, []string, string) error {
	return func(ctx context.Context, _ []string, _ string) error {
		return s.exchange(ctx, method, s.chat("/block"), nil)
	}
}

// read reads up to the last message of the business.
func (s *play) read(ctx context.Context, _ []string, _ string) error {
	if err := s.exchange(ctx, http.MethodGet, s.chat(""), nil); err != nil {
		return err
	}
	list, _ := find(s.answer, "messages")
	last := ""
	messages, _ := list.([]any)
	for _, m := range messages {
		if from, _ := find(m, "from_business"); from == true {
			i, _ := find(m, "id")
			last, _ = i.(string)
		}
	}
	if last == "" {
		return errors.New("the business has sent nothing yet")
	}
	return s.exchange(ctx, http.MethodPost, s.chat("/read"), map[string]any{"up_to": last})
}

func (s *play) send(ctx context.Context, w []string, _ string) error {
	return s.exchange(ctx, http.MethodPost, "/"+s.phone+"/messages", map[string]any{
		"messaging_product": "whatsapp", "to": s.customer, "type": "text", "text": map[string]any{"body": w[0]},
	})
}

func (s *play) clock(ctx context.Context, w []string, _ string) error {
	return s.exchange(ctx, http.MethodPost, sandboxPath+"/clock", map[string]any{"advance": w[0]})
}

// awaitEvery is how often an awaited answer is asked for.
const awaitEvery = 100 * time.Millisecond

func (s *play) await(ctx context.Context, w []string, _ string) error {
	most, err := time.ParseDuration(w[0])
	if err != nil {
		return fmt.Errorf("%q is no duration, such as 10s", w[0])
	}
	if s.method != http.MethodGet {
		return errors.New("only a call with GET is repeated; it stands before this step")
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(awaitEvery)
	defer tick.Stop()
	for {
		wrong := s.expect(ctx, w[1:], "")
		if wrong == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s %w", most, wrong)
		case <-tick.C:
		}
		if err := s.exchange(ctx, s.method, s.path, s.body); err != nil && ctx.Err() == nil {
			return err
		}
	}
}
