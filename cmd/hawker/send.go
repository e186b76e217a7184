package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// newSend sends a message of the business by the Graph API.
func newSend(environ []string) *cobra.Command {
	var phone, to, text, file string
	cmd := &cobra.Command{
		Use:     "send",
		Short:   "Send a message of the business: a text, or any message from a file",
		Example: "  hawker send --to 84901234567 --text 'Chào chị'\n  hawker send --file message.json",
		Args:    cobra.NoArgs,
	}
	p := platformFlags(cmd, environ)
	cmd.Flags().StringVar(&phone, "phone", "400000000000001", "id of the business's number")
	cmd.Flags().StringVar(&to, "to", "84901234567", "whom to send to")
	cmd.Flags().StringVar(&text, "text", "", "what to write")
	cmd.Flags().StringVar(&file, "file", "", "a file with the whole message, as POST /{phone}/messages takes it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var body any = map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]string{"body": text}}
		switch {
		case (text == "") == (file == ""):
			return errors.New("say --text or --file")
		case file != "":
			b, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if !json.Valid(b) {
				return fmt.Errorf("%s holds no JSON", file)
			}
			body = json.RawMessage(b)
		}
		var sent struct{ Messages []struct{ ID string } }
		if err := p.call(cmd.Context(), http.MethodPost, "/"+graphVersion+"/"+url.PathEscape(phone)+"/messages", body, &sent); err != nil {
			return err
		}
		for _, m := range sent.Messages {
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), m.ID); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

// newClock shows or moves the platform's clock.
func newClock(environ []string) *cobra.Command {
	var advance, to string
	cmd := &cobra.Command{Use: "clock", Short: "Show the platform's clock, or move it", Example: "  hawker clock --advance 24h", Args: cobra.NoArgs}
	p := platformFlags(cmd, environ)
	cmd.Flags().StringVar(&advance, "advance", "", "how far, for example 24h or -90m")
	cmd.Flags().StringVar(&to, "to", "", "or to a moment, for example 2026-11-24T09:00:00Z")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		method, body := http.MethodGet, any(nil)
		if advance != "" || to != "" {
			method, body = http.MethodPost, map[string]string{"advance": advance, "now": to}
		}
		var a struct{ Now time.Time }
		if err := p.sandbox(cmd.Context(), method, "/clock", body, &a); err != nil {
			return err
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), a.Now.Format(time.RFC3339))
		return err
	}
	return cmd
}
