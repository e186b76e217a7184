package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
)

// platform is a running Hawker, as its Graph and sandbox API show it.
type platform struct {
	server, token string
	client        http.Client
}

// platformFlags declares how it is reached; environment variables stand in for flags.
func platformFlags(cmd *cobra.Command, environ []string) *platform {
	p := &platform{}
	env := func(name, fallback string) string {
		for _, e := range environ {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v
			}
		}
		return fallback
	}
	cmd.PersistentFlags().StringVar(&p.server, "server", env("HAWKER_SERVER", "http://127.0.0.1:8080"), "address of the server")
	cmd.PersistentFlags().StringVar(&p.token, "token", env("HAWKER_TOKEN", "EAADEMO"), "access token; better in HAWKER_TOKEN. Without one, that of the demo world")
	return p
}

const sandboxPath = "/sandbox/v1"

// open makes a request; what the API refuses becomes an error with its words.
func (p *platform) open(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(p.server, "/")+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := p.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w; does a server run at --server %s?", err, p.server)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }()
	return nil, refused(res)
}

// refused is an answer other than 200 as an error.
func refused(res *http.Response) error {
	const most = 1 << 20
	b, _ := io.ReadAll(io.LimitReader(res.Body, most))
	var e struct {
		Error struct {
			Message string
			Data    struct{ Details string } `json:"error_data"`
		}
	}
	if json.Unmarshal(b, &e) != nil || e.Error.Message == "" {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	if d := e.Error.Data.Details; d != "" && d != e.Error.Message {
		return fmt.Errorf("the server refuses: %s: %s", e.Error.Message, d)
	}
	return errors.New("the server refuses: " + e.Error.Message)
}

// call makes a request and reads its JSON answer into to, which may be nil.
func (p *platform) call(ctx context.Context, method, path string, body, to any) error {
	res, err := p.open(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if to == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(to)
}

// sandbox is call on the sandbox API.
func (p *platform) sandbox(ctx context.Context, method, path string, body, to any) error {
	return p.call(ctx, method, sandboxPath+path, body, to)
}
