package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// ok is the state of a picture that is kept; any other but "" is why it is not: the error type of an item.
const ok = "ok"

// row is the picture of one address.
type row struct {
	Hash, URL, State, Full, Thumb string
	Width, Height                 int
	Tries                         int
	DueAt                         time.Time // zero: it is not tried again
}

func (p row) small() bool { return min(p.Width, p.Height) < smallSide }

// open tells whether the address is to be asked now.
func (p row) open(now time.Time) bool {
	return p.State == "" || (p.State != ok && !p.DueAt.IsZero() && !p.DueAt.After(now))
}

// Fetch fetches what waits of a catalog's pictures: some, then the job makes room for others. It is begun again after
// a crash where its last commit was.
func (s *Service) Fetch(ctx context.Context, a catalog.PicturesChanged) error {
	failures := map[string]int{}
	// Pixels are much memory for a moment: it goes back to the system, where nothing else needs as much.
	defer debug.FreeOSMemory()
	for range turn / chunk {
		var work catalog.PictureWork
		known := map[string]row{}
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if work, err = catalog.ToPictureTx(ctx, tx, a.CatalogID, chunk); err != nil {
				return err
			}
			known, err = rowsTx(ctx, tx, addresses(work.Items))
			return err
		})
		if err != nil {
			return fmt.Errorf("picture: %w", err)
		}
		if work.Done() {
			return nil
		}
		if err := s.fetchChunk(ctx, a.CatalogID, work, known, failures); err != nil {
			return err
		}
		for _, n := range failures {
			if n >= failuresMax {
				return s.later(ctx, a.CatalogID, hostPause)
			}
		}
	}
	return s.later(ctx, a.CatalogID, 0)
}

func (s *Service) later(ctx context.Context, cat id.ID, pause time.Duration) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return catalog.EnqueuePicturesTx(ctx, tx, cat, job.DueAt(tx.Now().Add(pause)))
	})
}

func addresses(list []catalog.Pictured) (links []string) {
	for _, p := range list {
		links = append(links, p.Images...)
	}
	slices.Sort(links)
	return slices.Compact(links)
}

// fetchChunk fetches the pictures of some items and stores them and what the items come to as one.
func (s *Service) fetchChunk(ctx context.Context, cat id.ID, work catalog.PictureWork, known map[string]row, failures map[string]int) error {
	list := work.Items
	var ask []row
	now := s.Clock.Now()
	for _, link := range addresses(list) {
		p, have := known[link]
		if !have {
			p = row{Hash: Hash(link), URL: link}
		}
		if p.open(now) {
			ask = append(ask, p)
		}
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	fetched, err := s.fetchAll(ctx, ask)
	if err != nil {
		return err
	}
	for _, p := range fetched {
		known[p.URL] = p
		host := hostOf(p.URL)
		if failures[host]++; p.State == ok || p.DueAt.IsZero() {
			failures[host] = 0
		}
	}
	for n := range list {
		list[n].State = stateOf(list[n], known)
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := putTx(ctx, tx, fetched); err != nil {
			return err
		}
		if err := catalog.SetPicturesTx(ctx, tx, work); err != nil {
			return err
		}
		for _, p := range list {
			if due := dueOf(p, known); !due.IsZero() {
				if err := job.EnqueueTx(ctx, tx, Again{ItemID: p.ID}, job.DueAt(due), job.Unique()); err != nil {
					return err
				}
			}
		}
		return job.EnqueueTx(ctx, tx, Sweep{}, job.DueAt(tx.Now().Add(sweepEvery)), job.Unique())
	})
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	s.Live.Publish(catalog.Topic(cat), nil)
	return nil
}

// stateOf is what an item's pictures come to.
func stateOf(p catalog.Pictured, known map[string]row) string {
	if len(p.Images) == 0 {
		return catalog.PictureNone
	}
	main := known[p.Images[0]]
	switch {
	case main.State != ok:
		return main.State
	case main.small():
		return catalog.PictureSmall
	}
	for _, link := range p.Images[1:] {
		if known[link].State != ok {
			return catalog.PicturePart
		}
	}
	return catalog.PictureOK
}

// dueOf is when an item's pictures are to be looked at again; zero: never.
func dueOf(p catalog.Pictured, known map[string]row) (due time.Time) {
	for _, link := range p.Images {
		if k := known[link]; k.State != ok && !k.DueAt.IsZero() && (due.IsZero() || k.DueAt.Before(due)) {
			due = k.DueAt
		}
	}
	return due
}

// Again has the pictures of an item looked at once more.
type Again struct {
	ItemID id.ID `json:"item_id"`
}

// Kind implements job.Args.
func (Again) Kind() string { return "picture.again" }

// Again asks for the pictures of an item that failed in passing.
func (s *Service) Again(ctx context.Context, a Again) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return catalog.AskPictureTx(ctx, tx, a.ItemID) })
}

// fetchAll fetches addresses, few at a time.
func (s *Service) fetchAll(ctx context.Context, ask []row) ([]row, error) {
	out := make([]row, len(ask))
	errs := make([]error, len(ask))
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for n := range ask {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[n] = fault.Contain(func() (err error) {
				out[n], err = s.fetch(ctx, ask[n])
				return err
			})
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// fetch fetches one picture and keeps it. An error is ours; what is wrong with the picture is its state.
func (s *Service) fetch(ctx context.Context, p row) (row, error) {
	var b bytes.Buffer
	a, err := s.Client.Download(ctx, p.URL, http.Header{"User-Agent": {"Hawker"}, "Accept": {"image/*"}}, &b, media.PictureBytes, fetchTime)
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	p.Tries++
	state, passing := failure(a.Status, err)
	if state == "" {
		state, err = s.keep(ctx, &p, b.Bytes())
		if err != nil {
			return p, err
		}
	}
	p.State, p.DueAt = state, time.Time{}
	if passing && p.Tries < triesMost {
		pause := retryFirst
		for range p.Tries - 1 {
			pause *= 6
		}
		p.DueAt = s.Clock.Now().Add(pause)
	}
	return p, nil
}

// failure is why no picture came, and whether that may pass; "" when one did.
func failure(status int, err error) (state string, passing bool) {
	_, refused := fault.As(err)
	switch {
	case errors.Is(err, safehttp.ErrTooLarge):
		return "IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED", false
	case errors.Is(err, context.DeadlineExceeded):
		return "IMAGE_FETCH_FAILED_TIMED_OUT", true
	case refused && errors.Is(err, safehttp.ErrAddress):
		return "IMAGE_FETCH_FAILED_LINK_BROKEN", false
	case err != nil:
		return "IMAGE_FETCH_FAILED", true
	case status == http.StatusOK:
		return "", false
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "IMAGE_FETCH_FAILED_FORBIDDEN", false
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout:
		return "IMAGE_FETCH_FAILED", true
	case status >= http.StatusInternalServerError:
		return "IMAGE_FETCH_FAILED_BAD_GATEWAY", true
	}
	return "IMAGE_FETCH_FAILED_LINK_BROKEN", false
}

// keep makes a picture ours.
func (s *Service) keep(ctx context.Context, p *row, raw []byte) (state string, err error) {
	made, err := media.RenderPicture(raw, fullSide, ThumbSide)
	if err != nil {
		return unreadable(err), nil // a picture that cannot be read is a state, not a failure of ours
	}
	p.Width, p.Height = made.Width, made.Height
	for n, to := range []*string{&p.Full, &p.Thumb} {
		blob, err := s.Files.Put(ctx, bytes.NewReader(made.Views[n]), media.PictureBytes)
		if err != nil {
			return "", fmt.Errorf("picture: %w", err)
		}
		*to = blob.Hash
	}
	return ok, nil
}

func unreadable(err error) (state string) {
	if errors.Is(err, media.ErrPictureLarge) {
		return "IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED"
	}
	return "INVALID_IMAGES"
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
