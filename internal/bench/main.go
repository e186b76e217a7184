// Command bench prints the performance figures as ratios: both sides are measured
// in one run on one machine, interleaved, and the median of the rounds is shown. Nothing here is a test.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// figure is one line of the table, or two: one for each engine.
type figure struct {
	name, what   string
	wanted, goal string
	measure      func(ctx context.Context, b *bench) (string, error)
	alone        string // why it is measured on SQLite alone; empty: on PostgreSQL too
}

// Why a figure has one line.
const (
	otherFigure = "sends on PostgreSQL are bounded by its own commits"
	ownMechanic = "the mechanism is SQLite's"
	ownProcess  = "a process as it is delivered, which keeps SQLite"
)

func figures() []figure {
	return []figure{
		{"P1", "durable POST /messages with 10 products, 128 clients ÷ the same without database", "≥ 0.45", "0.55", sends, otherFigure},
		{"P3", "sends with 3 status webhooks each, delivered ÷ what sends alone and deliveries alone allow", "≥ 0.5", "0.75", told, otherFigure},
		{"P4", "webhooks from the outbox, answered and marked ÷ a bare signed client", "≥ 0.6", "0.8", deliveries, otherFigure},
		{"GC", "group commit, 128 callers ÷ a commit for each write", "", "", groupCommit, ownMechanic},
		{"P5", "CSV feed, validated, first load ÷ sqlite3 .import, or COPY, of the same rows", "≤ 1.3", "1.0", firstLoad, ""},
		{"P6", "the same feed again, nothing changed ÷ first load", "≤ 0.4", "0.25", secondLoad, ""},
		{"P7", "RSS feed ÷ CSV feed of the same items", "≤ 1.5", "1.3", rssLoad, ""},
		{"P8", "items_batch of 5 000, call to finished ÷ decode and raw upsert", "≤ 1.5", "1.2", itemsBatch, ""},
		{"P9", "99th percentile of a send while a feed runs and is indexed ÷ without it", "≤ 3", "2", sendsBesideFeed, ""},
		{"P10", "policy review of all items of a feed ÷ taking them in", "≤ 0.3", "0.15", review, ""},
		{"P12", "reads of an item, and of a page of 100 ÷ a handler with the same answer ready", "≥ 0.6", "0.8", reads, ""},
		{"SRCH", "searches among the items of a feed, 95th percentile", "< 100 ms", "", searches, ""},
		{"P13", "start of the program to the first durable 200, empty directory", "≤ 300 ms", "50 ms", firstAnswer, ownProcess},
		{"P14", "time for a row of a feed of twice the rows ÷ of a feed of a tenth", "≤ 1.3", "1.1", growth, ""},
		{"MEM", "memory of a process that takes a feed in", "≤ 250 MB", "", feedMemory, ""},
		{"P1M", "memory of a server under the sends of P1", "≤ 200 MB", "", sendMemory, otherFigure},
		{"SSE", "memory of an open stream of events", "≤ 30 KB", "", streamMemory, otherFigure},
		{"PAGE", "a page is usable: from the click to the end of its scripts, the slowest page", "≤ 300 ms", "", pagesUsable, ownProcess},
		{"WGHT", "weight of a page with style sheets and scripts, before pictures, the heaviest page", "≤ 150 KB", "", pagesWeight, ownProcess},
		{"CHAT", "memory of a chat that somebody looks at, of 1 000", "≤ 30 KB", "", chatMemory, ownProcess},
		{"BIN", "size of the program", "≤ 45 MB", "", binarySize, ownProcess},
		{"RSS", "memory of an idle demo server", "≤ 60 MB", "", idleMemory, ownProcess},
	}
}

// bench is what the figures share.
type bench struct {
	binary string
	rounds int
	slice  time.Duration // of one round of one side

	rows      int    // of a feed
	postgres  string // the server, when PostgreSQL is measured; empty: SQLite
	databases int    // made on it
	feeds     string // directory of the files made so far
	keep      string // directory where the catalog of SRCH stays for the next time; empty: it goes
	loads     map[string]loaded
	kept      map[string]map[string]loaded // those of each engine
}

func main() {
	b := &bench{kept: map[string]map[string]loaded{}}
	only := flag.String("only", "", "figures to measure, between commas; all when empty")
	flag.StringVar(&b.binary, "binary", "bin/hawker", "the program, for figures of whole processes")
	flag.IntVar(&b.rounds, "rounds", 3, "rounds; the median counts")
	flag.DurationVar(&b.slice, "slice", 2*time.Second, "how long one side of a round runs")
	profile := flag.String("cpuprofile", "", "write a CPU profile of this process to a file")
	heap := flag.String("memprofile", "", "write a heap profile of this process, after the figures, to a file")
	flag.IntVar(&b.rows, "rows", 1_000_000, "rows of the feeds")
	flag.StringVar(&b.keep, "keep", "", "directory for the catalog of SRCH on SQLite, which is made once and found again; none: made and removed")
	server := os.Getenv("HAWKER_TEST_POSTGRES")
	flag.StringVar(&server, "postgres", server, "postgres:// URL of a server on which databases may be made; none: SQLite alone")
	engine := flag.String("engine", "", "sqlite or postgres: measure this engine alone")
	database := flag.String("database", "", "of -load: postgres:// URL of an empty database; SQLite when empty")
	load := flag.String("load", "", "only load this file, twice, and print how long that took")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if *load != "" {
		if err := loadChild(context.Background(), *load, *database, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	defer func() { _ = os.RemoveAll(b.feeds) }()
	failed := b.table(context.Background(), strings.FieldsFunc(*only, func(c rune) bool { return c == ',' }), *engine, server)
	if err := writeHeap(*heap); err != nil {
		fmt.Fprintln(os.Stderr, err)
		failed = true
	}
	if failed {
		_ = os.RemoveAll(b.feeds)
		os.Exit(1) //nolint:gocritic // what the deferred calls do is done
	}
}

// table prints the figures that were asked for, all when none is named, and tells whether one could not be measured.
func (b *bench) table(ctx context.Context, only []string, engine, server string) (failed bool) {
	const line = "%-4s %-10s %-82s %-10s %-6s %s\n"
	fmt.Printf(line, "", "engine", "figure", "wanted", "goal", "today")
	var alone []string
	for _, f := range figures() {
		if len(only) > 0 && !slices.Contains(only, f.name) {
			continue
		}
		for _, e := range []struct{ name, server string }{{"sqlite", ""}, {"postgres", server}} {
			if engine != "" && engine != e.name || e.name == "postgres" && (server == "" || f.alone != "") {
				continue
			}
			b.postgres, b.loads = e.server, nil
			if l := b.kept[e.name]; l != nil {
				b.loads = l
			}
			today, err := f.measure(ctx, b)
			if err != nil {
				today, failed = "failed: "+err.Error(), true
			}
			b.kept[e.name] = b.loads
			fmt.Printf(line, f.name, e.name, f.what, f.wanted, f.goal, today)
		}
		if f.alone != "" {
			alone = append(alone, f.name+": "+f.alone)
		}
	}
	if len(alone) > 0 {
		fmt.Println("On SQLite alone:", strings.Join(alone, "; ")+".")
	}
	if server == "" {
		fmt.Println("No PostgreSQL server is named (-postgres, HAWKER_TEST_POSTGRES): its lines are left out.")
	}
	return failed
}

// writeHeap writes what was allocated to a file; "" is none.
func writeHeap(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}

// median is the middle of the rounds.
func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return s[len(s)/2]
}
