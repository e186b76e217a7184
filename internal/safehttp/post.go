package safehttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// postMost is the size up to which a body is written whole before the answer is read. Longer ones leave by
// [Client.Do], which reads while it writes: a receiver may refuse them halfway.
const postMost = 64 << 10

// informMost is how many informational answers (1xx) may come before the answer.
const informMost = 5

var (
	errLongHead = errors.New("the head of the answer is longer than 64 KB")
	errHeader   = errors.New("a header line may not hold a line break")
)

// Post sends body and reads the beginning of the answer as [Client.Do] does, for those who send much to few: the
// caller's goroutine writes and reads by itself, by HTTP/1.1, on connections that are kept. The addresses are looked at
// when a connection is made, as everywhere.
func (c *Client) Post(ctx context.Context, rawURL string, header http.Header, body []byte) (Answer, error) {
	u, err := c.CheckURL("", rawURL)
	if err != nil {
		return Answer{}, err
	}
	if len(body) > postMost || !plain(u) {
		return c.Do(ctx, http.MethodPost, rawURL, header, bytes.NewReader(body))
	}
	took := clock.Stopwatch()
	a, err := c.lines.post(ctx, u, header, body)
	a.Duration = took()
	if err != nil {
		return a, explain(err)
	}
	return a, nil
}

// plain tells whether a host is written as it stands in a request: no letters outside ASCII, no zone, no empty port.
func plain(u *url.URL) bool {
	for i := range len(u.Host) {
		switch b := u.Host[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '-', b == '_', b == ':', b == '[', b == ']':
		default:
			return false
		}
	}
	return !strings.HasSuffix(u.Host, ":")
}

func (p *lines) post(ctx context.Context, u *url.URL, header http.Header, body []byte) (a Answer, err error) {
	now := clock.System{}.Now()
	end := now.Add(p.total)
	first := now.Add(min(p.total, headerTime))
	a, gone, err := p.try(ctx, u, header, body, first, end, false)
	if gone {
		a, _, err = p.try(ctx, u, header, body, first, end, true)
	}
	return a, err
}

// try sends a request once, on a connection that was kept unless it is to be fresh; gone tells that such a connection was no more:
// the other side had let it go, which the last look was too early to see.
func (p *lines) try(ctx context.Context, u *url.URL, header http.Header, body []byte, first, end time.Time, fresh bool) (a Answer, gone bool, err error) {
	at := place{u.Scheme == "https", u.Host}
	l, err := p.take(ctx, at, u.Hostname(), u.Port(), first, end, fresh)
	if err != nil {
		return a, false, err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.tcp.Close() })
	a, again, err := l.exchange(u, header, body, end)
	switch {
	case !stop() && ctx.Err() != nil:
		l.close()
		return a, false, ctx.Err()
	case err != nil || !again:
		l.close()
	default:
		p.put(at, l)
	}
	return a, err != nil && l.kept && l.limit.N == BodyMost && letGo(err), err
}

// letGo tells an end of a connection from what else can go wrong with it.
func letGo(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// exchange writes a request and reads its answer; again tells whether another request may follow it.
func (l *line) exchange(u *url.URL, header http.Header, body []byte, end time.Time) (a Answer, again bool, err error) {
	if l.out, err = appendRequest(l.out[:0], u, header, len(body)); err != nil {
		return a, false, err
	}
	l.out = append(l.out, body...)
	l.limit.N = BodyMost
	if _, err := l.conn.Write(l.out); err != nil {
		return a, false, err
	}
	var res *http.Response
	for n := 0; n <= informMost; n++ {
		// Its body is never closed: that would read what a stranger goes on sending. The connection is let go instead.
		if res, err = http.ReadResponse(l.in, nil); err != nil { //nolint:bodyclose // see above
			if l.limit.N <= 0 {
				err = errLongHead
			}
			return a, false, err
		}
		if res.StatusCode >= http.StatusOK || res.StatusCode == http.StatusSwitchingProtocols {
			break
		}
	}
	l.limit.N = math.MaxInt64
	a.Status, a.Header = res.StatusCode, res.Header
	if res.ContentLength < 0 || res.ContentLength > int64(l.in.Buffered()) {
		if err := l.conn.SetDeadline(end); err != nil {
			return a, false, err
		}
	}
	if res.ContentLength != 0 {
		a.Body, err = io.ReadAll(io.LimitReader(res.Body, BodyMost))
	}
	whole := res.ContentLength == int64(len(a.Body)) || res.ContentLength < 0 && len(a.Body) < BodyMost
	return a, err == nil && whole && !res.Close && res.StatusCode >= http.StatusOK && l.in.Buffered() == 0, err
}

// appendRequest writes the head of a request.
func appendRequest(b []byte, u *url.URL, header http.Header, length int) ([]byte, error) {
	b = append(b, "POST "...)
	b = append(b, u.RequestURI()...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, u.Host...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(length), 10)
	b = append(b, "\r\n"...)
	for name, values := range header {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n") || strings.ContainsAny(name, "\r\n: ") {
				return b, errHeader
			}
			b = append(b, name...)
			b = append(b, ": "...)
			b = append(b, v...)
			b = append(b, "\r\n"...)
		}
	}
	return append(b, "\r\n"...), nil
}
