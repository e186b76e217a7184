// Command hawker is a self-hosted WhatsApp commerce platform that speaks Meta's wire contract.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run is the program as a value: tests call it with their own arguments, environment and output.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	root := newRoot(environ)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		_, _ = fmt.Fprintf(stderr, "hawker: %v\n", err)
		return 1
	}
	return 0
}

func newRoot(environ []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "hawker",
		Short:         "A self-hosted WhatsApp commerce platform that speaks Meta's wire contract",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newServe(environ), newDoctor(environ), newTransparent(environ), newCatalog(environ), newReview(),
		newListen(environ), newTrigger(environ), newEvents(environ), newSend(environ), newClock(environ), newScenario(environ), newVersion())
	for _, c := range root.Commands() {
		if c.HasSubCommands() { // else a mistyped one prints the help and succeeds
			c.Args, c.RunE = cobra.NoArgs, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this binary",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

// version is the module's version, or the commit it was built from.
// version names the build: a release, or the commit it was built from, and the compiler.
func version() string {
	return build() + " (" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + ")"
}

func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
