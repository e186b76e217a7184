package picture

import (
	"bytes"
	"context"
	_ "embed"
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
)

// placeholder stands where a picture is not kept yet, or cannot be.
//
//go:embed placeholder.svg
var placeholder []byte

// blobOf finds the file of the picture that a path names: by the hash of its address, or for [PathOwn] by its own.
func blobOf(path string) (query string) {
	switch {
	case strings.HasPrefix(path, PathOwn):
		return `SELECT COALESCE(MAX(full_view), '') FROM picture WHERE full_view = $1 AND state = 'ok'`
	case strings.HasPrefix(path, PathFull):
		return `SELECT COALESCE(MAX(full_view), '') FROM picture WHERE url_hash = $1 AND state = 'ok'`
	}
	return `SELECT COALESCE(MAX(thumb_view), '') FROM picture WHERE url_hash = $1 AND state = 'ok'`
}

// Serve answers [PathThumb], [PathFull] and [PathOwn]. Where there is no picture it answers the placeholder, which is not cached.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-site")
	name, isJPEG := strings.CutSuffix(r.PathValue("name"), ".jpg")
	blob := ""
	if isJPEG {
		err := s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, blobOf(r.URL.Path), name).Scan(&blob)
		})
		if err != nil {
			s.Logger.Error("a picture could not be looked up", "error", err)
		}
	}
	if blob != "" {
		if f, err := s.Files.Open(blob); err == nil {
			defer func() { _ = f.Close() }()
			h.Set("Content-Type", "image/jpeg")
			h.Set("Cache-Control", "public, max-age=3600")
			h.Set("ETag", `"`+blob+`"`)
			http.ServeContent(w, r, "", time.Time{}, f)
			return
		}
	}
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(placeholder))
}
