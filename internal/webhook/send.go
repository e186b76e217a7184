package webhook

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

const (
	// UserAgent is what calls to businesses name themselves.
	UserAgent = "facebookexternalua"
	retryMost = time.Hour // the longest Retry-After that is honoured
	excerpt   = 1024      // bytes of an answer, and of its head, that are kept
	headMost  = 16 << 10  // bytes of our own head that are kept
)

// Transport carries requests to receivers.
type Transport interface {
	Post(ctx context.Context, url string, header http.Header, body []byte) (safehttp.Answer, error)
}

// signer is what a receiver's webhooks are signed with, and how they leave.
type signer struct {
	current, previous *secret // previous is nil where one counts
	problem           string  // why there is no secret
	client            Transport
}

// signerTx reads the secrets of the moment. An app without a secret fails its own deliveries only.
func (s *Service) signerTx(ctx context.Context, tx *db.Tx, r receiver) (k signer, err error) {
	var current, previous string
	if r.endpoint != 0 {
		current, previous, err = endpointSecretTx(ctx, tx, r.endpoint)
	}
	if err == nil && current == "" {
		current, previous, err = s.Secrets(ctx, tx, r.app)
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return signer{problem: "the app's secret cannot be read: " + err.Error()}, nil
	}
	if err != nil {
		return k, err
	}
	k.current = newSecretKey(current)
	if previous != "" {
		k.previous = newSecretKey(previous)
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
	body := x.body()
	header, said := headers(x, body)
	request := func() (safehttp.Answer, error) {
		return x.keys.client.Post(ctx, x.to.url, header, body)
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
	o.RequestHead, o.ResponseHead = text(said[:min(len(said), headMost)]), head(a.Header)
	o.Response = text(a.Body[:min(len(a.Body), excerpt)])
	if err != nil {
		o.Status, o.Error = 0, err.Error()
		return
	}
	crash.At(crash.OutboxSentBeforeMark)
	s.again(ctx, x, rule, request)
	x.retryIn = retryAfter(a.Header.Get("Retry-After"), o.At)
}

// text makes bytes of a stranger storable: PostgreSQL takes neither invalid UTF-8 nor NUL.
func text(b []byte) string {
	if utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
		return string(b)
	}
	b = bytes.ToValidUTF8(b, []byte("\ufffd"))
	return string(bytes.ReplaceAll(b, []byte{0}, []byte("\ufffd")))
}

// head writes header lines as they are kept: sorted, and not more of a stranger's than is worth reading.
func head(h http.Header) string {
	var some [8]string
	names := some[:0]
	for n := range h {
		names = append(names, n)
	}
	slices.Sort(names)
	var out [excerpt]byte
	b := out[:0]
	for _, n := range names {
		for _, v := range h[n] {
			if b = appendLine(b, n, v); len(b) >= excerpt {
				return text(b[:excerpt])
			}
		}
	}
	return text(b)
}

func appendLine(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, '\n')
}

// retryAfter reads the header's seconds or date; what makes no sense is no wish.
func retryAfter(h string, now time.Time) time.Duration {
	if h == "" {
		return 0
	}
	wait := time.Duration(0)
	if secs, err := strconv.ParseUint(h, 10, 31); err == nil {
		wait = time.Duration(secs) * time.Second
	} else if at, err := http.ParseTime(h); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), retryMost)
}

// headers signs the bytes that are sent with a secret of this moment. While two count, both signatures go
// along under a name of our own, and the usual ones are made with the one that is this attempt's turn. said is
// what the log keeps: the same, sorted.
func headers(x *parcel, body []byte) (h http.Header, said []byte) {
	key := x.keys.current
	if x.old {
		key = x.keys.previous
	}
	h = make(http.Header, 7)
	said = make([]byte, 0, 512)
	values := make([]string, 0, 7)
	add := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
		said = appendLine(said, name, value)
	}
	add("Content-Type", "application/json")
	add("User-Agent", UserAgent)
	add("X-Hawker-Attempt", strconv.Itoa(x.list[0].attempt))
	add("X-Hawker-Event-Id", x.events())
	if x.keys.previous != nil {
		add("X-Hawker-Signatures-256", x.keys.current.sha256(body)+","+x.keys.previous.sha256(body))
	}
	add("X-Hub-Signature", key.sha1(body))
	add("X-Hub-Signature-256", key.sha256(body))
	return h, said
}
