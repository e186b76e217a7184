package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

const (
	shop  = id.ID(100000000000001)
	other = id.ID(100000000000002)
	phone = id.ID(400000000000001)
)

// as is a caller of one business.
func as(business id.ID) access.Caller {
	return access.Caller{Businesses: []id.ID{business}, Permissions: []access.Permission{access.WhatsAppBusinessMessaging}}
}

func service(t *testing.T, d *db.DB, c clock.Clock) *attachment.Service {
	t.Helper()
	files, err := media.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return attachment.New(d, c, files, safehttp.New(safehttp.Config{AllowPrivate: true}))
}

func bytesOf(t *testing.T, s *attachment.Service, f attachment.File) string {
	t.Helper()
	in, err := s.Open(f)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = in.Close() }()
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFilesBelongToTheirBusinessAndEnd(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(t, d, c)
		put := func(business id.ID, inbound bool, content string) attachment.File {
			f, err := s.Put(t.Context(), attachment.File{BusinessID: business, PhoneID: phone, Inbound: inbound, MIME: "text/plain; charset=utf-8", Name: "a.txt"}, strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		find := func(caller access.Caller, i id.ID) error {
			return d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := attachment.FileTx(ctx, tx, caller, i)
				return err
			})
		}
		mine, twin, in := put(shop, false, "same"), put(other, false, "same"), put(shop, true, "from a customer")
		if mine.Hash != twin.Hash || mine.ID == twin.ID || mine.MIME != "text/plain" || mine.Size != 4 {
			t.Errorf("two uploads of the same bytes: %+v %+v", mine, twin)
		}
		if err := find(as(shop), mine.ID); err != nil {
			t.Error(err)
		}
		if err := find(as(shop), twin.ID); !errors.Is(err, attachment.ErrUnknown) {
			t.Errorf("another business's file: %v", err)
		}
		if err := s.Delete(t.Context(), as(shop), twin.ID); !errors.Is(err, attachment.ErrUnknown) {
			t.Errorf("another business's file deleted: %v", err)
		}

		// The bytes stay as long as one row names them.
		if err := s.Delete(t.Context(), as(shop), mine.ID); err != nil {
			t.Fatal(err)
		}
		if got := bytesOf(t, s, twin); got != "same" {
			t.Errorf("the twin's bytes are %q", got)
		}
		if err := s.Delete(t.Context(), as(other), twin.ID); err != nil {
			t.Fatal(err)
		}
		if got := bytesOf(t, s, twin); got == "same" {
			t.Error("bytes that nothing names were kept")
		}

		// What a customer sent ends after 7 days, an upload after 30; the next upload sweeps.
		up := put(shop, false, "uploaded")
		c.Advance(8 * 24 * time.Hour)
		if err := find(as(shop), in.ID); !errors.Is(err, attachment.ErrUnknown) {
			t.Errorf("a customer's file of 8 days ago: %v", err)
		}
		if err := find(as(shop), up.ID); err != nil {
			t.Errorf("an upload of 8 days ago: %v", err)
		}
		put(shop, false, "sweeps")
		if got := bytesOf(t, s, in); got == "from a customer" {
			t.Error("expired bytes were kept")
		}
	})
}

func TestTypesAndSizes(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(t, d, c)
		png := "\x89PNG\r\n\x1a\n0000"
		for _, k := range []struct {
			mime, content string
			ok            bool
		}{
			{"image/png", png, true},
			{"image/jpeg", png, false},
			{"image/webp", png, false},
			{"image/png", "<!DOCTYPE html><script>", false},
			{"application/pdf", "<html>", false},
			{"text/plain", "<html>", true}, // served as text, never as a page
			{"text/html", "<html>", false},
			{"image/svg+xml", "<svg/>", false},
			{"audio/ogg", "hello, this is text", false},
			{"image/png", "", false},
			{"image/png", png[:8] + "\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06", true},
			{"image/png", png[:8] + "\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x10\x06", false}, // 16 bits a channel
			{"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L" + strings.Repeat("0", 100<<10-16), true},
			{"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L" + strings.Repeat("0", 100<<10-15), false},
			{"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + strings.Repeat("0", 500<<10-21), true},
			{"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + strings.Repeat("0", 500<<10-20), false},
			{"", png, false},
		} {
			_, err := s.Put(t.Context(), attachment.File{BusinessID: shop, PhoneID: phone, MIME: k.mime}, strings.NewReader(k.content))
			if (err == nil) != k.ok || (err != nil && !errors.Is(err, attachment.ErrFile)) {
				t.Errorf("%s %q: %v", k.mime, k.content, err)
			}
		}
		big := io.MultiReader(strings.NewReader(png), bytes.NewReader(make([]byte, 5<<20)))
		if _, err := s.Put(t.Context(), attachment.File{BusinessID: shop, PhoneID: phone, MIME: "image/png"}, big); !errors.Is(err, attachment.ErrFile) {
			t.Errorf("a picture of more than 5 MB: %v", err)
		}
	})
}

func TestALinkIsFetchedOnceInTenMinutes(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(t, d, c)
		var asked atomic.Int32
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = io.WriteString(w, "%PDF-1.4")
		}))
		t.Cleanup(web.Close)
		fetch := func(number id.ID) attachment.File {
			f, err := s.FromLink(t.Context(), attachment.File{BusinessID: shop, PhoneID: number, Name: "a.pdf"}, "document", web.URL+"/a.pdf")
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		first := fetch(phone)
		c.Advance(9 * time.Minute)
		if again := fetch(phone); again.ID != first.ID || asked.Load() != 1 {
			t.Errorf("after 9 minutes: %s and %s, asked %d times", first.ID, again.ID, asked.Load())
		}
		if elsewhere := fetch(phone + 1); elsewhere.ID == first.ID {
			t.Error("another number was given the file of the first")
		}
		c.Advance(2 * time.Minute)
		if later := fetch(phone); later.ID == first.ID || asked.Load() != 3 {
			t.Errorf("after 11 minutes: %s again, asked %d times", later.ID, asked.Load())
		}
	})
}

func TestAddressesRunOut(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	s := attachment.New(nil, c, nil, nil)
	q, err := url.ParseQuery(s.Address(7))
	if err != nil {
		t.Fatal(err)
	}
	if i, ok := s.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash")); !ok || i != 7 {
		t.Errorf("its own address: %s %v", i, ok)
	}
	for _, k := range [][3]string{
		{"8", q.Get("ext"), q.Get("hash")},
		{"7", q.Get("ext") + "0", q.Get("hash")},
		{"7", q.Get("ext"), ""},
		{"7 ", q.Get("ext"), q.Get("hash")},
		{"", "", ""},
	} {
		if _, ok := s.CheckAddress(k[0], k[1], k[2]); ok {
			t.Errorf("%q was taken", k)
		}
	}
	c.Advance(5*time.Minute + time.Second)
	if _, ok := s.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash")); ok {
		t.Error("an address of more than five minutes ago was taken")
	}
}

// An address that was told before a restart leads to the file after it.
func TestAddressesOutliveARestart(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		before, after, stranger := service(t, d, c), service(t, d, c), service(t, d, c)
		for _, s := range []*attachment.Service{before, after} {
			if err := s.KeepKey(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		q, err := url.ParseQuery(before.Address(7))
		if err != nil {
			t.Fatal(err)
		}
		if i, ok := after.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash")); !ok || i != 7 {
			t.Errorf("after a restart the address leads to %v, %v", i, ok)
		}
		if _, ok := stranger.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash")); ok {
			t.Error("another key takes the address")
		}
		c.Advance(5*time.Minute + time.Second)
		if _, ok := after.CheckAddress(q.Get("mid"), q.Get("ext"), q.Get("hash")); ok {
			t.Error("the address does not run out")
		}
	})
}
