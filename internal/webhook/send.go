package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the legacy signature header is SHA-1 by contract
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

const (
	userAgent = "facebookexternalua"
	retryMost = time.Hour // the longest Retry-After that is honoured
	excerpt   = 1024      // bytes of an answer that are kept
)

// sending is one claimed delivery.
type sending struct {
	id, event, app, business id.ID
	url, lane                string
	attempt                  int
	created                  time.Time
	until                    time.Time // end of the lease, which is also the fencing token
	token                    time.Time // until as it was when the request was started
	body                     []byte
	secret                   string
	unsignable               string // why there is no secret

	sent    bool // an attempt was made
	outcome Attempt
	retryIn time.Duration // the receiver's Retry-After
}

// send waits for a worker and makes one attempt, unless the wait left too little of the lease. Exactly
// 200 is success.
func (s *Service) send(ctx context.Context, slots chan struct{}, d *sending) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return
	}
	d.outcome.At = s.Clock.Now()
	if d.token.Sub(d.outcome.At) < leaseLeft {
		return
	}
	if d.unsignable != "" {
		d.sent, d.outcome.Error = true, d.unsignable
		return
	}
	a, err := s.Client.Do(ctx, http.MethodPost, d.url, headers(d), bytes.NewReader(d.body))
	if err != nil && ctx.Err() != nil {
		return
	}
	d.sent = true
	d.outcome.Status, d.outcome.DurationMS = a.Status, a.Duration.Milliseconds()
	d.outcome.Response = text(a.Body[:min(len(a.Body), excerpt)])
	if err != nil {
		d.outcome.Status, d.outcome.Error = 0, err.Error()
		return
	}
	d.retryIn = retryAfter(a.Header.Get("Retry-After"), d.outcome.At)
}

// text makes bytes of a stranger storable: PostgreSQL takes neither invalid UTF-8 nor NUL.
func text(b []byte) string {
	b = bytes.ToValidUTF8(b, []byte("\ufffd"))
	return string(bytes.ReplaceAll(b, []byte{0}, []byte("\ufffd")))
}

// retryAfter reads the header's seconds or date; what makes no sense is no wish.
func retryAfter(h string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if secs, err := strconv.ParseUint(h, 10, 31); err == nil {
		wait = time.Duration(secs) * time.Second
	} else if at, err := http.ParseTime(h); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), retryMost)
}

// headers signs the bytes that are sent with the app's secret of this moment.
func headers(d *sending) http.Header {
	sign := func(h func() hash.Hash) string {
		mac := hmac.New(h, []byte(d.secret))
		_, _ = mac.Write(d.body)
		return hex.EncodeToString(mac.Sum(nil))
	}
	return http.Header{
		"Content-Type":        {"application/json"},
		"User-Agent":          {userAgent},
		"X-Hub-Signature":     {"sha1=" + sign(sha1.New)},
		"X-Hub-Signature-256": {"sha256=" + sign(sha256.New)},
		"X-Hawker-Event-Id":   {d.event.String()},
		"X-Hawker-Attempt":    {strconv.Itoa(d.attempt)},
	}
}
