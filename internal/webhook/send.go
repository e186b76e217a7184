package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the legacy signature header is SHA-1 by contract
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

const (
	userAgent = "facebookexternalua"
	retryMost = time.Hour // the longest Retry-After that is honoured
	excerpt   = 1024      // bytes of an answer, and of its head, that are kept
	headMost  = 16 << 10  // bytes of our own head that are kept
)

// Transport carries requests to receivers.
type Transport interface {
	Do(ctx context.Context, method, url string, header http.Header, body io.Reader) (safehttp.Answer, error)
}

// signer is what a receiver's webhooks are signed with, and how they leave.
type signer struct {
	current, previous string
	problem           string // why there is no secret
	client            Transport
}

// signerTx reads the secrets of the moment. An app without a secret fails its own deliveries only.
func (s *Service) signerTx(ctx context.Context, tx *db.Tx, r receiver) (k signer, err error) {
	own := false
	if r.endpoint != 0 {
		k.current, k.previous, err = endpointSecretTx(ctx, tx, r.endpoint)
		own = k.current != ""
	}
	if err == nil && !own {
		k.current, k.previous, err = s.Secrets(ctx, tx, r.app)
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return signer{problem: "the app's secret cannot be read: " + err.Error()}, nil
	}
	if err != nil {
		return k, err
	}
	if r.url == listenURL {
		k.client = stream{s, r.endpoint}
		return k, nil
	}
	if k.client = s.Transport; k.client == nil {
		k.client, err = s.clientTx(ctx, tx, r.app)
	}
	return k, err
}

// send waits for a worker and makes one attempt, unless the wait left too little of the lease. Exactly
// 200 is success.
func (s *Service) send(ctx context.Context, slots chan struct{}, x *parcel) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return
	}
	o := &x.outcome
	o.At, o.Updates = s.Clock.Now(), len(x.list)
	if x.token.Sub(s.DB.Steady()) < leaseLeft {
		return
	}
	if x.keys.problem != "" {
		x.sent, o.Error = true, x.keys.problem
		return
	}
	rule, settled := s.meddle(ctx, x)
	if settled {
		return
	}
	bodies := make([][]byte, len(x.list))
	for i, d := range x.list {
		bodies[i] = d.body
	}
	body := join(bodies)
	header := headers(x, body)
	request := func() (safehttp.Answer, error) {
		return x.keys.client.Do(ctx, http.MethodPost, x.to.url, header, bytes.NewReader(body))
	}
	a, err := request()
	if err != nil && ctx.Err() != nil {
		return
	}
	if x.away = errors.Is(err, errAway); x.away {
		return
	}
	x.sent = true
	o.Status, o.DurationMS = a.Status, a.Duration.Milliseconds()
	o.RequestHead, o.ResponseHead = head(header, headMost), head(a.Header, excerpt)
	o.Response = text(a.Body[:min(len(a.Body), excerpt)])
	if err != nil {
		o.Status, o.Error = 0, err.Error()
		return
	}
	s.again(ctx, x, rule, request)
	x.retryIn = retryAfter(a.Header.Get("Retry-After"), o.At)
}

// text makes bytes of a stranger storable: PostgreSQL takes neither invalid UTF-8 nor NUL.
func text(b []byte) string {
	b = bytes.ToValidUTF8(b, []byte("\ufffd"))
	return string(bytes.ReplaceAll(b, []byte{0}, []byte("\ufffd")))
}

// head writes header lines as they are kept: sorted, and not more of a stranger's than is worth reading.
func head(h http.Header, most int) string {
	names := make([]string, 0, len(h))
	for n := range h {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		for _, v := range h[n] {
			b.WriteString(n + ": " + v + "\n")
		}
	}
	s := b.String()
	return text([]byte(s[:min(len(s), most)]))
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

// headers signs the bytes that are sent with a secret of this moment. While two count, both signatures go
// along under a name of our own, and the usual ones are made with the one that is this attempt's turn.
func headers(x *parcel, body []byte) http.Header {
	secret := x.keys.current
	if x.old {
		secret = x.keys.previous
	}
	ids := make([]string, len(x.list))
	for i, d := range x.list {
		ids[i] = d.event.String()
	}
	h := http.Header{
		"Content-Type":        {"application/json"},
		"User-Agent":          {userAgent},
		"X-Hub-Signature":     {"sha1=" + sum(sha1.New, secret, body)},
		"X-Hub-Signature-256": {"sha256=" + sum(sha256.New, secret, body)},
		"X-Hawker-Event-Id":   {strings.Join(ids, ",")},
		"X-Hawker-Attempt":    {strconv.Itoa(x.list[0].attempt)},
	}
	if x.keys.previous != "" {
		h["X-Hawker-Signatures-256"] = []string{"sha256=" + sum(sha256.New, x.keys.current, body) + ",sha256=" + sum(sha256.New, x.keys.previous, body)}
	}
	return h
}

// sum is the hex HMAC of body.
func sum(h func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(h, []byte(secret))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
