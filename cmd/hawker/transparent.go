package main

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/transparent"
)

// transparentDefault is the loopback address that answers as Meta.
const transparentDefault = "127.0.0.77"

func newTransparent(environ []string) *cobra.Command {
	var data, addr string
	cmd := &cobra.Command{
		Use:   "transparent [-- command args...]",
		Short: "Let clients that hard-code graph.facebook.com reach Hawker, unchanged",
		Long: `Prints what a shell needs so that programs started from it find Hawker where they look for Meta: an own
certificate authority, and a hosts file in a mount namespace of its own. With a command, runs that command so.

The server has to answer there: hawker serve --transparent ` + transparentDefault + `:443 (a privileged port).`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ip, err := netip.ParseAddr(addr)
			if err != nil {
				return fmt.Errorf("addr: %q is not an IP address", addr)
			}
			authority, err := transparent.Open(data, clock.System{})
			if err != nil {
				return err
			}
			files, err := authority.Write(ip)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return printTransparent(cmd.OutOrStdout(), files, addr)
			}
			return runTransparent(cmd, environ, files, args)
		},
	}
	cmd.Flags().StringVar(&data, "data", "./hawker-data", "data directory of the server")
	cmd.Flags().StringVar(&addr, "addr", transparentDefault, "address the server answers on as Meta")
	return cmd
}

// trust are the variables by which runtimes find authorities.
func trust(f transparent.Files) []string {
	return []string{"NODE_EXTRA_CA_CERTS=" + f.CA, "SSL_CERT_FILE=" + f.Bundle, "REQUESTS_CA_BUNDLE=" + f.Bundle, "CURL_CA_BUNDLE=" + f.Bundle}
}

func printTransparent(w io.Writer, f transparent.Files, addr string) error {
	text := "# The server: hawker serve --transparent " + addr + ":443\n"
	for _, v := range trust(f) {
		text += "export " + v + "\n"
	}
	text += "# A shell in which " + transparent.Hosts()[0] + " is Hawker:\n" +
		"unshare --map-root-user --mount -- sh -c 'mount --bind " + f.Hosts + " /etc/hosts && exec \"$SHELL\"'\n"
	_, err := io.WriteString(w, text)
	return err
}

// runTransparent runs a command in a mount namespace whose hosts file leads to Hawker.
func runTransparent(cmd *cobra.Command, environ []string, f transparent.Files, args []string) error {
	unshare := []string{"--mount"}
	if os.Geteuid() != 0 {
		unshare = append([]string{"--map-root-user"}, unshare...)
	}
	unshare = append(unshare, "--", "sh", "-c", `mount --bind "$0" /etc/hosts && exec "$@"`, f.Hosts)
	run := exec.CommandContext(cmd.Context(), "unshare", append(unshare, args...)...)
	run.Env = append(environ, trust(f)...)
	run.Stdin, run.Stdout, run.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	if err := run.Run(); err != nil {
		return fmt.Errorf("transparent: %w", err)
	}
	return nil
}
