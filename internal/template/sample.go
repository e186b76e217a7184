package template

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// SamplePath is where sample files are served, by their key.
const SamplePath = "/template-samples/"

// sampleMark begins a header_handle that names a kept sample by its key.
const sampleMark = "sample:"

// sampleMost bounds a sample file, in bytes.
const sampleMost = 100 << 20

// sampleTypes are the types of file a header shows.
var sampleTypes = map[string][]string{
	"IMAGE": {"image/jpeg", "image/jpg", "image/png"}, "VIDEO": {"video/mp4"}, "GIF": {"video/mp4"}, "DOCUMENT": {"application/pdf", "text/plain"},
}

// sample is a file of a media header. An empty hash is one that is kept already.
type sample struct{ key, hash, mime string }

// takeSamples keeps the files that the headers' handles name, and puts their keys in place of the handles. The address of a
// kept sample, as it is read, is taken too.
func (s *Service) takeSamples(ctx context.Context, c access.Caller, t *Template) (list []sample, err error) {
	err = eachHeader(t.Components, func(h *wire.TemplateComponent) error {
		if h.Example == nil || len(h.Example.HeaderHandle) == 0 || !slices.Contains(mediaFormats, strings.ToUpper(h.Format)) {
			return nil
		}
		one, err := s.takeSample(ctx, c, strings.ToUpper(h.Format), h.Example.HeaderHandle[0])
		if err != nil {
			return err
		}
		list = append(list, one)
		h.Example.HeaderHandle = wire.Texts{sampleMark + one.key}
		return nil
	})
	if err != nil {
		s.dropFiles(ctx, list)
		return nil, err
	}
	return list, nil
}

func (s *Service) takeSample(ctx context.Context, c access.Caller, format, handle string) (sample, error) {
	if _, key, ok := strings.Cut(handle, SamplePath); ok {
		return sample{key: key}, nil
	}
	mime, f, err := s.Handles.OpenHandle(ctx, c, handle)
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = f.Close() }()
	if !slices.Contains(sampleTypes[format], mime) {
		return sample{}, ErrHeader.Withf("components", "the sample of a header of format %s must be of type %s; the uploaded file is %s", format, strings.Join(sampleTypes[format], " or "), mime)
	}
	blob, err := s.Samples.Put(ctx, f, sampleMost)
	return sample{key: rand.Text(), hash: blob.Hash, mime: mime}, err
}

// eachHeader runs f on every header, those of cards included.
func eachHeader(list []wire.TemplateComponent, f func(h *wire.TemplateComponent) error) error {
	for n := range list {
		if strings.EqualFold(list[n].Type, header) {
			if err := f(&list[n]); err != nil {
				return err
			}
		}
		for k := range list[n].Cards {
			if err := eachHeader(list[n].Cards[k].Components, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func putSamplesTx(ctx context.Context, tx *db.Tx, template id.ID, list []sample) error {
	for _, x := range list {
		if x.hash == "" {
			var owner id.ID
			err := tx.QueryRow(ctx, `SELECT template_id FROM template_sample WHERE key = $1`, x.key).Scan(&owner)
			if errors.Is(err, db.ErrNoRows) || (err == nil && owner != template) {
				return ErrInvalid.With("components", "example.header_handle is neither a handle of an uploaded file nor the address of a sample of this template")
			}
			if err != nil {
				return fmt.Errorf("template: %w", err)
			}
			continue
		}
		_, err := tx.Exec(ctx, `INSERT INTO template_sample (key, template_id, hash, mime, created_at) VALUES ($1, $2, $3, $4, $5)`, x.key, template, x.hash, x.mime, tx.Now())
		if err != nil {
			return fmt.Errorf("template: %w", err)
		}
	}
	return nil
}

// replaceSamplesTx stores a template's samples in place of those it had; it returns the files that may be unused now.
func (s *Service) replaceSamplesTx(ctx context.Context, tx *db.Tx, t Template, list []sample) (unused []string, err error) {
	if err := putSamplesTx(ctx, tx, t.ID, list); err != nil {
		return nil, err
	}
	keys := make([]string, len(list))
	for n, x := range list {
		keys[n] = x.key
	}
	rows, err := tx.Query(ctx, `SELECT key, hash FROM template_sample WHERE template_id = $1`, t.ID)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	defer rows.Close()
	var gone []string
	for rows.Next() {
		var key, hash string
		if err := rows.Scan(&key, &hash); err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
		if !slices.Contains(keys, key) {
			gone, unused = append(gone, key), append(unused, hash)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM template_sample WHERE key = ANY($1)`, gone); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	return unused, nil
}

// dropFiles removes files of samples that were not stored in the end. One that another template shows stays.
func (s *Service) dropFiles(ctx context.Context, list []sample) {
	var hashes []string
	for _, x := range list {
		if x.hash != "" {
			hashes = append(hashes, x.hash)
		}
	}
	s.dropUnused(context.WithoutCancel(ctx), hashes)
}

// dropUnused removes the files that no template shows any more. One that cannot be removed now only takes room.
func (s *Service) dropUnused(ctx context.Context, hashes []string) {
	for _, h := range hashes {
		var n int
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM template_sample WHERE hash = $1`, h).Scan(&n)
		})
		if err == nil && n == 0 {
			_ = s.Samples.Remove(h)
		}
	}
}

// WithAddresses returns the components as callers read them: samples by their address under base.
func (t Template) WithAddresses(base string) []wire.TemplateComponent {
	list := cloneComponents(t.Components)
	_ = eachHeader(list, func(h *wire.TemplateComponent) error {
		if h.Example != nil && len(h.Example.HeaderHandle) > 0 {
			h.Example = &wire.TemplateExample{HeaderHandle: wire.Texts{base + SamplePath + strings.TrimPrefix(h.Example.HeaderHandle[0], sampleMark)}}
		}
		return nil
	})
	return list
}

// cloneComponents copies what eachHeader may change.
func cloneComponents(list []wire.TemplateComponent) []wire.TemplateComponent {
	list = slices.Clone(list)
	for n := range list {
		list[n].Cards = slices.Clone(list[n].Cards)
		for k := range list[n].Cards {
			list[n].Cards[k].Components = cloneComponents(list[n].Cards[k].Components)
		}
	}
	return list
}

// ServeSample serves a sample file to whoever knows its unguessable address.
func (s *Service) ServeSample(w http.ResponseWriter, r *http.Request) {
	var hash, mime string
	var at time.Time
	err := s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT hash, mime, created_at FROM template_sample WHERE key = $1`, r.PathValue("key")).Scan(&hash, &mime, &at)
	})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	f, err := s.Samples.Open(hash)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }()
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=300")
	http.ServeContent(w, r, "", at, f)
}
