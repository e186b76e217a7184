package main

import (
	"fmt"
	"io"
	"net/url"
	"reflect"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/app"
)

func newDoctor(environ []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Print the effective settings, secrets hidden, and check the database",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd.Flags(), environ)
			if err != nil {
				return err
			}
			printSettings(cmd.OutOrStdout(), c)
			report, err := app.Check(cmd.Context(), c)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), report)
			return err
		},
	}
	addConfigFlags(cmd.Flags())
	return cmd
}

func printSettings(w io.Writer, c app.Config) {
	v := reflect.ValueOf(c)
	for f := range v.Type().Fields() {
		value := fmt.Sprint(v.FieldByIndex(f.Index).Interface())
		if u, err := url.Parse(value); err == nil && u.User != nil {
			value = u.Redacted()
		}
		_, _ = fmt.Fprintf(w, "%-18s %s\n", f.Tag.Get("koanf"), value)
	}
}
