package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

func isLink(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// downloadMost is as much of a feed as is fetched.
const downloadMost = 1 << 30

// download fetches a file into a directory of its own, which is the caller's to remove.
func download(ctx context.Context, r *remote, link string) (name string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		return "", err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", link, res.Status)
	}
	dir, err := os.MkdirTemp("", "hawker-push-")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	f, err := os.Create(dir + "/feed" + path.Ext(req.URL.Path))
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	n, err := io.Copy(f, io.LimitReader(res.Body, downloadMost+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", link, err)
	case n > downloadMost:
		return "", &feedfile.Error{Reason: "the file is larger than 1 GB; pack it"}
	}
	return f.Name(), nil
}
