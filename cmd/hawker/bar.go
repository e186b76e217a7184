package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// bar tells how far something is: on a terminal as a bar that grows, elsewhere as a line now and then.
type bar struct {
	w        io.Writer
	verb     string
	terminal bool
	always   bool // tell the end even of what was over soon
	took     func() time.Duration
	told     time.Duration // when the last line was written
	shown    bool
	rows     int
}

// barPause is how long a bar without a terminal says nothing.
const barPause = 5 * time.Second

func newBar(w io.Writer, verb string, always bool) *bar {
	return &bar{w: w, verb: verb, terminal: isTerminal(w), always: always, took: clock.Stopwatch()}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const barWidth = 30

// show tells that done of total are, and that they are so many rows; a total of zero is not known.
func (b *bar) show(done, total int64, rows int) {
	b.rows = rows
	took := b.took()
	if !b.terminal {
		if took-b.told >= barPause {
			b.told, b.shown = took, true
			_, _ = fmt.Fprintf(b.w, "%s%s\n", percent(done, total), b.text(took))
		}
		return
	}
	b.shown = true
	gauge := ""
	if total > 0 {
		full := int(min(done*barWidth/total, barWidth))
		gauge = "[" + strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + "] " + percent(done, total)
	}
	_, _ = fmt.Fprintf(b.w, "\r%s%s ", gauge, b.text(took))
}

func percent(done, total int64) string {
	if total <= 0 {
		return ""
	}
	return fmt.Sprintf("%3d %% · ", min(done*100/total, 100))
}

func (b *bar) text(took time.Duration) string {
	return fmt.Sprintf("%d rows %s · %.0f rows/s", b.rows, b.verb, float64(b.rows)/max(took.Seconds(), 0.001))
}

// end tells how it was in all, where anything was told.
func (b *bar) end() {
	switch {
	case b.terminal && b.shown:
		_, _ = fmt.Fprintln(b.w)
	case !b.terminal && (b.shown || b.always):
		took := b.took()
		_, _ = fmt.Fprintf(b.w, "%s, %.1f s\n", b.text(took), took.Seconds())
	}
}
