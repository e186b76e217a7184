package feed

import (
	"context"
	"runtime"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
)

// chunk is a stretch of rows on its way from the file to the catalog.
type chunk struct {
	done       int64 // rows of the file up to its end
	detected   int64
	unreadable int64
	rows       []*catalog.Row
	local      []catalog.LocalRow // of a localised feed, instead of rows
	problems   []Problem          // told by the file
	matched    bool
	err        error
	ready      chan struct{} // closed when its rows are read
}

// pipe reads a file ahead of the writer: one goroutine cuts it into chunks, others read what the rows say, and
// chunks come out in the order of the file. Only a few are under way.
type pipe struct {
	*taking
	work    chan *chunk
	ordered chan *chunk
	written chan *chunk // whose memory is used again
	running sync.WaitGroup
}

// chunksAhead is how many chunks wait for the writer at the most.
const chunksAhead = 3

func newPipe(t *taking) *pipe {
	return &pipe{taking: t, work: make(chan *chunk, chunksAhead), ordered: make(chan *chunk, chunksAhead), written: make(chan *chunk, chunksAhead)}
}

// start begins to read; ending ctx stops it.
func (p *pipe) start(ctx context.Context) {
	p.running.Go(func() {
		defer close(p.work)
		defer close(p.ordered)
		if err := fault.Contain(func() error { return p.cut(ctx) }); err != nil {
			k := &chunk{err: err, ready: make(chan struct{})}
			close(k.ready)
			p.send(ctx, p.ordered, k)
		}
	})
	p.running.Go(func() {
		for k := range p.written {
			for _, r := range k.rows {
				r.Release()
			}
		}
	})
	for range max(1, runtime.GOMAXPROCS(0)-1) {
		p.running.Go(func() {
			for k := range p.work {
				k.err = fault.Contain(func() error { return p.read(ctx, k) })
				close(k.ready)
			}
		})
	}
}

func (p *pipe) wait() { p.running.Wait() }

func (p *pipe) send(ctx context.Context, to chan *chunk, k *chunk) bool {
	select {
	case to <- k:
		return true
	case <-ctx.Done():
		return false
	}
}

// cut reads the file from the first row that is not committed yet.
func (p *pipe) cut(ctx context.Context) error {
	f, err := p.open()
	if err != nil {
		return err
	}
	defer f.close()
	var done int64
	for ; done < p.up.RowsDone; done++ {
		l, ok, err := f.next()
		if err != nil || !ok {
			return err
		}
		if done%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.pass(l); err != nil {
			return err
		}
	}
	for more := true; more; {
		k := &chunk{ready: make(chan struct{})}
		if more, err = p.fill(f, k); err != nil {
			return err
		}
		done += k.detected
		k.done = done
		if k.detected > 0 && (!p.send(ctx, p.ordered, k) || !p.send(ctx, p.work, k)) {
			return nil
		}
	}
	p.file.strangers = f.layouts.strangers()
	return nil
}

// pass goes by a row that is committed.
func (p *pipe) pass(l line) error {
	switch {
	case p.file.surveyed:
	case l.Problem != "":
		p.file.unreadable++
	default:
		if sku := l.layout.rows.RowID(l.Values); sku != "" {
			p.file.currencies.note(l.layout.rows.Currency(l.Values), l.Number, sku)
			_, err := p.file.note(sku)
			return err
		}
	}
	return nil
}

// fill takes rows of the file into a chunk.
func (p *pipe) fill(f *file, k *chunk) (more bool, err error) {
	for size := p.size.Load(); k.detected < size; {
		l, ok, err := f.next()
		if err != nil || !ok {
			return false, err
		}
		k.detected++
		makeWay(k.detected)
		if l.Problem != "" {
			k.unreadable++
			if !p.file.surveyed {
				p.file.unreadable++
			}
			k.problems = append(k.problems, Problem{Fatal: true, Type: TypeRow, Summary: "A row cannot be read: " + l.Problem + ".", Description: "Mend the row in your file.", Row: l.Number})
			continue
		}
		if l.Warning != "" {
			k.problems = append(k.problems, Problem{Type: TypeRow, Summary: "A row is odd: " + l.Warning + ".", Row: l.Number, RetailerID: l.layout.rows.RowID(l.Values)})
		}
		if err := p.add(k, l); err != nil {
			return false, err
		}
	}
	return true, nil
}

// add takes a row over.
func (p *pipe) add(k *chunk, l line) error {
	if p.feed.Localised() {
		key := l.cells["override"]
		if key == "" {
			key = p.feed.OverrideValue
		}
		k.local = append(k.local, catalog.LocalRow{
			Number: l.Number, SKU: l.cells["id"], For: catalog.Localization{Type: p.feed.OverrideType, Value: key}, Data: p.feed.selected(l.cells.data(p.feed.Currency)),
		})
		return nil
	}
	r := l.layout.rows.Begin(l.Number, l.Values)
	twice, err := p.twice(r.SKU)
	if err != nil {
		return err
	}
	if twice {
		r.Refuse(catalog.RowProblem{Kind: doubledID, Field: "id", Value: r.SKU, Summary: doubledSummary, Remedy: doubledRemedy})
	}
	if !p.file.surveyed {
		p.file.currencies.note(l.layout.rows.Currency(l.Values), l.Number, r.SKU)
	}
	k.rows = append(k.rows, r)
	return nil
}

// twice tells whether a row's id stands in another one too: any other, where the file was read before, or else one before it.
func (p *pipe) twice(sku string) (bool, error) {
	switch {
	case sku == "":
		return false, nil
	case p.file.surveyed:
		return p.file.isDoubled(sku)
	}
	return p.file.note(sku)
}

// read matches the rows of a chunk with the catalog, and reads those that are not there as they are.
func (p *pipe) read(ctx context.Context, k *chunk) error {
	if len(k.rows) == 0 {
		return nil
	}
	if p.matching.Load() {
		k.matched = true
		err := p.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return p.matcher.Match(ctx, tx, k.rows) })
		if err != nil {
			return err
		}
	}
	for n, r := range k.rows {
		r.Read()
		makeWay(int64(n))
	}
	return nil
}

// makeWay lets goroutines run that wait for a processor, now and then: the writer and the senders of messages come
// back from the disk and the network many times in the ten milliseconds that the scheduler would grant a reader.
func makeWay(n int64) {
	if n%16 == 15 {
		runtime.Gosched()
	}
}
