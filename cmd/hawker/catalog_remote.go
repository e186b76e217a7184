package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// remote is a catalog on a server that speaks the Graph API: a Hawker, or Meta's.
type remote struct {
	server, token, catalog string
	client                 http.Client
}

// remoteFlags declares how a catalog is reached; environment variables stand in for flags.
func remoteFlags(cmd *cobra.Command, r *remote, environ []string) {
	env := func(name, fallback string) string {
		for _, e := range environ {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v
			}
		}
		return fallback
	}
	cmd.Flags().StringVar(&r.server, "server", env("HAWKER_SERVER", "http://127.0.0.1:8080"), "address of the Graph API")
	cmd.Flags().StringVar(&r.token, "token", env("HAWKER_TOKEN", ""), "access token; better in HAWKER_TOKEN")
	cmd.Flags().StringVar(&r.catalog, "catalog", env("HAWKER_CATALOG", ""), "id of the catalog")
}

func (r *remote) check() error {
	var errs []error
	if r.catalog == "" {
		errs = append(errs, errors.New("catalog: which one? --catalog names its id"))
	}
	if r.token == "" {
		errs = append(errs, errors.New("token: an access token with catalog_management is needed; put it into HAWKER_TOKEN"))
	}
	return errors.Join(errs...)
}

const graphVersion = "v25.0"

// call makes a request and reads its JSON answer; what the API refuses becomes an error with its words.
func (r *remote) call(ctx context.Context, method, path, contentType string, body io.Reader, to any) error {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(r.server, "/")+"/"+graphVersion+"/"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w; does a server run at --server %s?", err, r.server)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		var refused struct {
			Error struct{ Message string }
		}
		if json.Unmarshal(b, &refused) == nil && refused.Error.Message != "" {
			return fmt.Errorf("the server refuses: %s", refused.Error.Message)
		}
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return json.Unmarshal(b, to)
}

// post sends a form.
func (r *remote) post(ctx context.Context, path string, form url.Values, to any) error {
	return r.call(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), to)
}

type created struct{ ID string }

// items lists what a catalog holds. Pages are asked for by cursor: a link would carry the token wherever it points.
func (r *remote) items(ctx context.Context, fields string, each func(item map[string]any) error) error {
	path := r.catalog + "/products?limit=500&fields=" + url.QueryEscape(fields)
	for after := ""; ; {
		var page page[map[string]any]
		if err := r.call(ctx, http.MethodGet, path+after, "", nil, &page); err != nil {
			return err
		}
		for _, item := range page.Data {
			if err := each(item); err != nil {
				return err
			}
		}
		if after = page.next(); after == "" {
			return nil
		}
	}
}

// page is a page of a list.
type page[T any] struct {
	Data   []T
	Paging struct {
		Cursors struct{ After string }
		Next    string
	}
}

// next is what to add to the query for the page behind this one; empty: there is none.
func (p page[T]) next() string {
	if p.Paging.Next == "" || p.Paging.Cursors.After == "" {
		return ""
	}
	return "&after=" + url.QueryEscape(p.Paging.Cursors.After)
}
