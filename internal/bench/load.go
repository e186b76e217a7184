package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// benchCaller owns the catalogs of the figures.
var benchCaller = access.Caller{Businesses: []id.ID{1}, Permissions: access.Permissions()}

// loaded is what a process of its own tells of taking a file in, twice.
type loaded struct {
	First, Again time.Duration
	Items        int64
	Peak         int // MB of resident memory
}

// shop is a catalog with a feed in a database of its own.
type shop struct {
	db       *db.DB
	catalogs *catalog.Service
	feeds    *feed.Service
	files    *media.Store
	catalog  catalog.Catalog
	feed     feed.Feed
}

// openShop makes a shop.
func openShop(ctx context.Context, p place) (*shop, error) {
	s, err := connectShop(ctx, p)
	if err != nil {
		return nil, err
	}
	if s.catalog, err = s.catalogs.Create(ctx, benchCaller, catalog.Catalog{BusinessID: 1, Name: "bench"}); err != nil {
		return nil, err
	}
	name := "bench"
	s.feed, err = s.feeds.Create(ctx, benchCaller, s.catalog.ID, feed.Settings{Name: &name})
	return s, err
}

// connectShop opens the database of a shop.
func connectShop(ctx context.Context, p place) (*shop, error) {
	d, err := db.Open(ctx, db.Config{Dir: p.dir, URL: p.url})
	if err != nil {
		return nil, err
	}
	s := &shop{db: d, catalogs: catalog.New(d, live.New())}
	if s.files, err = media.Open(filepath.Join(p.dir, "files")); err != nil {
		return nil, err
	}
	s.feeds = feed.New(feed.Deps{DB: d, Clock: clock.System{}, Files: s.files, Client: safehttp.New(safehttp.Config{}), Catalogs: s.catalogs})
	return s, nil
}

// load takes a file in and tells how long that took, from the file at hand to the end of its upload.
func (s *shop) load(ctx context.Context, path string) (time.Duration, feed.Upload, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, feed.Upload{}, err
	}
	blob, err := s.files.Put(ctx, f, 16<<30)
	_ = f.Close()
	if err != nil {
		return 0, feed.Upload{}, err
	}
	upload, err := s.feeds.StartStored(ctx, benchCaller, s.feed.ID, feed.Source{FileName: filepath.Base(path)}, blob)
	if err != nil {
		return 0, feed.Upload{}, err
	}
	start := time.Now()
	if err := s.feeds.Import(ctx, feed.ImportUpload{UploadID: upload}); err != nil {
		return 0, feed.Upload{}, err
	}
	took := time.Since(start)
	var u feed.Upload
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		u, err = feed.UploadTx(ctx, tx, benchCaller, upload)
		return err
	})
	if err == nil && (u.Failed || u.Invalid > 0) {
		err = fmt.Errorf("the upload came to %+v", u.Counters)
	}
	return took, u, err
}

// loadChild is this program as the process whose memory is measured.
func loadChild(ctx context.Context, path, databaseURL string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openShop(ctx, place{dir, databaseURL})
	if err != nil {
		return err
	}
	defer func() { _ = s.db.Close() }()
	var l loaded
	var u feed.Upload
	if l.First, u, err = s.load(ctx, path); err != nil {
		return err
	}
	l.Items = u.Persisted
	if l.Again, _, err = s.load(ctx, path); err != nil {
		return err
	}
	l.Peak = peakMemory(os.Getpid())
	return json.NewEncoder(out).Encode(l)
}

// loadFile runs loadChild as a process.
func loadFile(ctx context.Context, b *bench, path string) (l loaded, err error) {
	self, err := os.Executable()
	if err != nil {
		return l, err
	}
	p, remove, err := b.place(ctx)
	if err != nil {
		return l, err
	}
	defer remove()
	cmd := exec.CommandContext(ctx, self, "-load", path, "-database", p.url)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return l, fmt.Errorf("loading %s: %w", filepath.Base(path), err)
	}
	return l, json.Unmarshal(out, &l)
}

// shellImport is how long the sqlite3 shell takes to import the same file into a table without rules and indexes.
func shellImport(ctx context.Context, path string) (time.Duration, error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	start := time.Now()
	out, err := exec.CommandContext(ctx, "sqlite3", filepath.Join(dir, "shell.db"), ".mode csv", ".import "+path+" items").CombinedOutput()
	if err != nil || len(out) > 0 {
		return 0, fmt.Errorf("sqlite3 (Debian's package sqlite3): %w %s", err, out)
	}
	return time.Since(start), nil
}
