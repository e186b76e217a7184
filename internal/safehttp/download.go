package safehttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// redirectsMost is how often a download follows: each address is checked like the first.
const redirectsMost = 3

// ErrTooLarge: a download was longer than its limit.
var ErrTooLarge = errors.New("safehttp: the answer is larger than its limit")

// Download sends a GET and writes the body of a 200 to w, at most limit bytes, or fails with [ErrTooLarge].
// The body of any other answer is not read. It follows up to three redirects, checking each address and
// leaving the Authorization header behind where the host changes. The whole may take as long as timeout.
func (c *Client) Download(ctx context.Context, rawURL string, header http.Header, w io.Writer, limit int64, timeout time.Duration) (Answer, error) {
	u, err := c.CheckURL("url", rawURL)
	if err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Answer{}, ErrAddress.With("url", "the URL cannot be called").Wrap(err)
	}
	req.Header = header
	long := http.Client{Transport: c.http.Transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > redirectsMost {
			return ErrAddress.Withf("url", "the URL leads on more than %d times; give the address of the file itself", redirectsMost)
		}
		_, err := c.CheckURL("url", next.URL.String())
		return err
	}}
	took := clock.Stopwatch()
	res, err := long.Do(req)
	if err != nil {
		return Answer{Duration: took()}, explain(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := Answer{Status: res.StatusCode, Header: res.Header}
	if res.StatusCode != http.StatusOK {
		a.Duration = took()
		return a, nil
	}
	if res.ContentLength > limit {
		return a, fmt.Errorf("%w: %d bytes, %d are allowed", ErrTooLarge, res.ContentLength, limit)
	}
	n, err := io.Copy(w, io.LimitReader(&body{res.Body}, limit+1))
	a.Duration = took()
	var broken *bodyError
	switch {
	case errors.As(err, &broken):
		return a, ErrUnreachable.Withf("url", "the answer broke off after %d bytes: %v", n, broken.err).Wrap(broken.err)
	case err != nil:
		return a, fmt.Errorf("safehttp: writing: %w", err) // ours, not the server's
	case n > limit:
		return a, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return a, nil
}

// body tells errors of reading from those of writing.
type body struct{ r io.Reader }

type bodyError struct{ err error }

func (e *bodyError) Error() string { return e.err.Error() }

func (b *body) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &bodyError{err}
	}
	return n, err
}
