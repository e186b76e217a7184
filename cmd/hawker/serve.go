package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/demo"
)

// shutdownGrace is how long requests in flight may take to finish after the first signal.
const shutdownGrace = 10 * time.Second

func newServe(environ []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the platform: Graph and Cloud API, chat, sandbox",
		Long: `Runs everything on one port. Settings come from flags, HAWKER_* variables and hawker.toml,
in that order of weight: --public-url is HAWKER_PUBLIC_URL is public-url in the file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd.Flags(), environ)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), c, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	addConfigFlags(cmd.Flags())
	return cmd
}

func serve(ctx context.Context, c app.Config, stdout, stderr io.Writer) error {
	a, err := app.New(ctx, c, stderr)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	first, err := a.FirstAdministrator(ctx)
	if err != nil {
		return errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	printBanner(stdout, c, a.URL(), first)
	select {
	case <-ctx.Done():
	case err = <-a.Failed():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	return errors.Join(err, a.Close(grace))
}

// printBanner is the one short block a person sees: addresses, in the demo the credentials, and where first leads the first administrator.
func printBanner(w io.Writer, c app.Config, url, first string) {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	p("Hawker %s", version())
	p("  Start page     %s/", url)
	p("  Graph API      %s/v25.0/", url)
	p("  Manager        %s/manager", url)
	if c.Demo {
		p("  Customer chat  %s/chat", url)
		p("  Sandbox API    %s/sandbox/v1/openapi.json", url)
		p("  Demo world     app %s · secret %s · token %s", demo.AppID, demo.AppSecret, demo.AccessToken)
		p("  Manager login  %s · %s", demo.Email, demo.Password)
		return
	}
	if first != "" {
		p("  Nobody works here yet. Open this link once, within three days, to become the first administrator:")
		p("    %s", first)
	}
	p("  No demo world: add --demo for three shops and four customers to try things with.")
}
