package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/hawkerhq/hawker/internal/bench/feedgen"
)

// feedSeed is the seed of the figures' feeds.
const feedSeed = 20261123

// feedFile writes a feed of so many items, once for all figures.
func (b *bench) feedFile(kind string, rows int) (string, error) {
	if b.feeds == "" {
		dir, err := os.MkdirTemp("", "hawker-bench")
		if err != nil {
			return "", err
		}
		b.feeds = dir
	}
	path := filepath.Join(b.feeds, fmt.Sprintf("feed-%d.%s", rows, kind))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	write := func(w io.Writer) error { return feedgen.CSV(w, feedSeed, 0, rows) }
	if kind == "xml" {
		write = func(w io.Writer) error { return feedgen.RSS(w, feedSeed, 0, rows) }
	}
	if err := write(f); err != nil {
		return "", err
	}
	return path, f.Close()
}

// run loads a file, once for the figures that share it.
func (b *bench) run(ctx context.Context, kind string, rows int) (loaded, error) {
	key := fmt.Sprint(kind, rows)
	if l, ok := b.loads[key]; ok {
		return l, nil
	}
	path, err := b.feedFile(kind, rows)
	if err != nil {
		return loaded{}, err
	}
	l, err := loadFile(ctx, b, path)
	if err == nil && l.Items != int64(rows) {
		err = fmt.Errorf("%d of %d items are there", l.Items, rows)
	}
	if err != nil {
		return loaded{}, err
	}
	if b.loads == nil {
		b.loads = map[string]loaded{}
	}
	b.loads[key] = l
	return l, nil
}

// forget makes the next round load anew.
func (b *bench) forget() { b.loads = nil }

func perSecond(rows int, d time.Duration) string {
	return fmt.Sprintf("%.1f s, %.0f k rows/s", d.Seconds(), float64(rows)/d.Seconds()/1000)
}

// bareImport is how long the engine's own import of the file takes, without any rule.
func (b *bench) bareImport(ctx context.Context, path string) (seconds float64, err error) {
	if b.postgres != "" {
		return b.copyIn(ctx, path, feedgen.Columns)
	}
	d, err := shellImport(ctx, path)
	return d.Seconds(), err
}

// firstLoad compares a feed's first load with what the sqlite3 shell, or PostgreSQL's COPY, needs for the same rows, without
// any rule.
func firstLoad(ctx context.Context, b *bench) (string, error) {
	path, err := b.feedFile("csv", b.rows)
	if err != nil {
		return "", err
	}
	var ours, bare []float64
	for range b.rounds {
		b.forget()
		s, err := b.bareImport(ctx, path)
		if err != nil {
			return "", err
		}
		l, err := b.run(ctx, "csv", b.rows)
		if err != nil {
			return "", err
		}
		ours, bare = append(ours, l.First.Seconds()), append(bare, s)
	}
	first, import1 := median(ours), median(bare)
	return fmt.Sprintf("%.2f (%s ÷ %.1f s; %d rows)", first/import1, perSecond(b.rows, time.Duration(first*float64(time.Second))), import1, b.rows), nil
}

// secondLoad compares the same feed again, of which nothing changed, with its first load.
func secondLoad(ctx context.Context, b *bench) (string, error) {
	l, err := b.run(ctx, "csv", b.rows)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.2f (%s)", l.Again.Seconds()/l.First.Seconds(), perSecond(b.rows, l.Again)), nil
}

// rssLoad compares the same items as RSS and as CSV.
func rssLoad(ctx context.Context, b *bench) (string, error) {
	c, err := b.run(ctx, "csv", b.rows)
	if err != nil {
		return "", err
	}
	x, err := b.run(ctx, "xml", b.rows)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.2f (%s)", x.First.Seconds()/c.First.Seconds(), perSecond(b.rows, x.First)), nil
}

// growth compares the time for a row in a large feed and in a small one.
func growth(ctx context.Context, b *bench) (string, error) {
	large, err := b.run(ctx, "csv", 2*b.rows)
	if err != nil {
		return "", err
	}
	small, err := b.run(ctx, "csv", b.rows/10)
	if err != nil {
		return "", err
	}
	ratio := large.First.Seconds() / small.First.Seconds() / 20
	return fmt.Sprintf("%.2f (%s, and %s)", ratio, perSecond(2*b.rows, large.First), perSecond(b.rows/10, small.First)), nil
}

// feedMemory is the most memory that taking in a feed needs, at one size and at twice that.
func feedMemory(ctx context.Context, b *bench) (string, error) {
	one, err := b.run(ctx, "csv", b.rows)
	if err != nil {
		return "", err
	}
	two, err := b.run(ctx, "csv", 2*b.rows)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d MB at %d rows, %d MB at %d", one.Peak, b.rows, two.Peak, 2*b.rows), nil
}
