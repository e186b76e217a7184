package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/webhook"
)

func newEvents(environ []string) *cobra.Command {
	cmd := &cobra.Command{Use: "events", Short: "Look at the webhooks that were sent, and send them again"}
	p := platformFlags(cmd, environ)
	cmd.AddCommand(newEventsList(p), newEventsResend(p), newEventsVerify())
	return cmd
}

func newEventsList(p *platform) *cobra.Command {
	var state, field, text string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: "List deliveries, newest first", Args: cobra.NoArgs}
	cmd.Flags().StringVar(&state, "state", "", "pending, delivered or undelivered")
	cmd.Flags().StringVar(&field, "field", "", "only this webhook field")
	cmd.Flags().StringVar(&text, "q", "", "only bodies that hold this text")
	cmd.Flags().IntVar(&limit, "limit", 20, "how many") //nolint:mnd // a screen
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q := url.Values{"limit": {strconv.Itoa(limit)}}
		for name, v := range map[string]string{"state": state, "field": field, "q": text} {
			if v != "" {
				q.Set(name, v)
			}
		}
		var list struct{ Data []webhook.Delivery }
		if err := p.sandbox(cmd.Context(), http.MethodGet, "/webhooks/deliveries?"+q.Encode(), nil, &list); err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
		for _, d := range list.Data {
			what := webhook.Describe([]byte(d.Body))
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%d tries\tHTTP %d\t%s\t%s\n", d.ID, d.CreatedAt.Format(time.DateTime), d.State, d.Attempts, d.LastStatus, what.Kind, what.Text)
		}
		return w.Flush()
	}
	return cmd
}

func newEventsResend(p *platform) *cobra.Command {
	var failed time.Duration
	cmd := &cobra.Command{
		Use:     "resend [DELIVERY…]",
		Short:   "Send deliveries again: those named, or all that were given up",
		Example: "  hawker events resend 891238809600061\n  hawker events resend --failed-within 24h",
	}
	cmd.Flags().DurationVar(&failed, "failed-within", 0, "all that were given up so long ago or less, by the platform's clock")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if (len(args) == 0) == (failed == 0) {
			return errors.New("name deliveries, or say --failed-within")
		}
		for _, d := range args {
			var again struct{ ID string }
			if err := p.sandbox(cmd.Context(), http.MethodPost, "/webhooks/deliveries/"+url.PathEscape(d)+"/replay", nil, &again); err != nil {
				return err
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), again.ID); err != nil {
				return err
			}
		}
		if failed == 0 {
			return nil
		}
		var now struct{ Now time.Time }
		if err := p.sandbox(cmd.Context(), http.MethodGet, "/clock", nil, &now); err != nil {
			return err
		}
		var run struct {
			ID    string
			Total int
		}
		body := map[string]any{"state": "undelivered", "since": now.Now.Add(-failed)}
		if err := p.sandbox(cmd.Context(), http.MethodPost, "/webhooks/replays", body, &run); err != nil {
			return err
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "replay %s of %d deliveries\n", run.ID, run.Total)
		return err
	}
	return cmd
}

func newEventsVerify() *cobra.Command {
	var secret, header string
	cmd := &cobra.Command{
		Use:     "verify [FILE]",
		Short:   "Say why a signature does not fit a body, from a file or standard input; needs no server",
		Example: "  hawker events verify --secret demo-app-secret --header sha256=… body.json",
		Args:    cobra.MaximumNArgs(1),
	}
	cmd.Flags().StringVar(&secret, "secret", "", "the secret your program checks with")
	cmd.Flags().StringVar(&header, "header", "", "the value of X-Hub-Signature-256 as it came")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in := cmd.InOrStdin()
		if len(args) == 1 {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			in = f
		}
		const most = 4 << 20
		body, err := io.ReadAll(io.LimitReader(in, most))
		if err != nil {
			return err
		}
		d := webhook.Explain(body, secret, header, nil, nil)
		if d.Valid {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "The signature is right.")
			return err
		}
		for _, r := range d.Reasons {
			_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", r.Code, r.Text)
		}
		if b := d.Body; b != nil {
			_, _ = fmt.Fprintf(cmd.OutOrStdout(), "From byte %d the body given goes on with %q, the signed one with %q.\n", b.Offset, b.Given, b.Signed)
		}
		return errors.New("the signature is not right; for this body and secret it is " + d.Expected)
	}
	return cmd
}
