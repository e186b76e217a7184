// Package safehttp is the only way out: an HTTP client for addresses that strangers typed.
//
// The address is checked when the connection is made, on the IP that was resolved, so a name that
// changes its mind or a redirect cannot lead inside. Size, time and redirects are bounded; no proxy of
// the environment, no cookies.
package safehttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of a call that was not made or not answered.
var (
	ErrAddress     = fault.New("safehttp.address_refused")
	ErrUnreachable = fault.New("safehttp.unreachable")
)

// Bounds of one call.
const (
	connectTime = 3 * time.Second
	headerTime  = 10 * time.Second
	// TotalTime is how long a call may take from connect to the last byte.
	TotalTime = 15 * time.Second
	// BodyMost is how much of an answer is read.
	BodyMost = 64 << 10
)

// Config says how wide the door is.
type Config struct {
	// AllowPrivate lets calls reach loopback and private networks, on any port, over plain HTTP too:
	// for local development and receivers in one's own network.
	AllowPrivate bool
	// PerHost is how many idle connections to one host are kept; 0 means 32.
	PerHost int
	// Timeout is how long a call may take; 0 means [TotalTime].
	Timeout time.Duration
	// Roots are the authorities whose certificates are believed; nil means the system's.
	Roots *x509.CertPool
}

// Client makes the calls. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	lines   *lines
	private bool
}

// private are the networks AllowPrivate opens.
var (
	private4 = []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	}
	private6 = []netip.Prefix{netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fc00::/7")}
)

// metadata6 is where a cloud keeps a machine's credentials, inside the private networks of IPv6. The
// IPv4 one is link-local, which AllowPrivate does not open.
var metadata6 = netip.MustParsePrefix("fd00:ec2::/32")

// control looks at the address a connection is about to be made to.
func control(g *ssrf.Guardian) func(network, address string, c syscall.RawConn) error {
	return func(network, address string, c syscall.RawConn) error {
		if a, err := netip.ParseAddrPort(address); err == nil && metadata6.Contains(a.Addr().WithZone("")) {
			return ssrf.ErrProhibitedIP
		}
		return g.Safe(network, address, c)
	}
}

// New returns a client.
func New(c Config) *Client {
	opts := []ssrf.Option{ssrf.WithPorts(80, 443)}
	if c.AllowPrivate {
		opts = []ssrf.Option{ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(private4...), ssrf.WithAllowedV6Prefixes(private6...)}
	}
	if c.PerHost == 0 {
		c.PerHost = 32
	}
	if c.Timeout == 0 {
		c.Timeout = TotalTime
	}
	dialer := &net.Dialer{Timeout: connectTime, Control: control(ssrf.New(opts...))}
	secure := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots}
	return &Client{
		private: c.AllowPrivate,
		lines:   newLines(dialer.DialContext, secure, c.PerHost, c.Timeout),
		http: &http.Client{
			Timeout: c.Timeout,
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				TLSHandshakeTimeout:    connectTime,
				ResponseHeaderTimeout:  headerTime,
				MaxResponseHeaderBytes: BodyMost,
				MaxIdleConnsPerHost:    c.PerHost,
				IdleConnTimeout:        idleTime,
				ForceAttemptHTTP2:      true,
				DisableCompression:     true,
				TLSClientConfig:        secure,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// CheckURL says whether raw may be called at all: scheme, host and no credentials inside.
func (c *Client) CheckURL(field, raw string) (*url.URL, error) {
	const most = 2000
	u, err := url.Parse(raw)
	switch {
	case len(raw) > most:
		return nil, ErrAddress.Withf(field, "the URL has %d bytes, at most %d are allowed", len(raw), most)
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return nil, ErrAddress.Withf(field, "%.60q is not an absolute https:// URL", raw)
	case u.Scheme == "http" && !c.private:
		return nil, ErrAddress.With(field, "plain http:// is refused; use https:// (or start with webhook-private for local tests)")
	case u.User != nil:
		return nil, ErrAddress.With(field, "a URL may not carry a user name or password")
	}
	return u, nil
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	// Body is the beginning of the answer, at most [BodyMost] bytes where no other bound was asked for.
	Body []byte
	// Duration is how long it took.
	Duration time.Duration
}

// Do sends a request and reads the beginning of the answer. Redirects are answers like any other. The
// URL is checked again: it may have been stored when the door stood wider open.
func (c *Client) Do(ctx context.Context, method, rawURL string, header http.Header, body io.Reader) (Answer, error) {
	return c.DoUpTo(ctx, BodyMost, method, rawURL, header, body)
}

// DoUpTo is [Client.Do] that reads at most so many bytes of the answer.
func (c *Client) DoUpTo(ctx context.Context, most int64, method, rawURL string, header http.Header, body io.Reader) (Answer, error) {
	if _, err := c.CheckURL("", rawURL); err != nil {
		return Answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, method, rawURL, body)
	if err != nil {
		return Answer{}, ErrAddress.With("", "the URL cannot be called").Wrap(err)
	}
	req.Header = header
	took := clock.Stopwatch()
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{Duration: took()}, explain(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, most))
	a := Answer{Status: res.StatusCode, Header: res.Header, Body: b, Duration: took()}
	if err != nil {
		return a, explain(err)
	}
	return a, nil
}

// WithCertificate is the same client showing a certificate to servers that ask for one. Its connections are
// its own.
func (c *Client) WithCertificate(cert tls.Certificate) *Client {
	other := *c.http
	transport := c.http.Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.Certificates = []tls.Certificate{cert}
	other.Transport = transport
	lines := newLines(c.lines.dial, c.lines.tls, c.lines.most, c.lines.total)
	lines.tls.Certificates = transport.TLSClientConfig.Certificates
	return &Client{http: &other, lines: lines, private: c.private}
}

// Close lets idle connections go.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	c.lines.close()
}

func explain(err error) error {
	if errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork) {
		return ErrAddress.With("", "the address is not a public one on port 80 or 443; receivers in your own network need the setting webhook-private").Wrap(err)
	}
	if f, ok := fault.As(err); ok {
		return f // of a redirect
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // the URL may hold a secret
	}
	return ErrUnreachable.Withf("", "no answer: %v", err).Wrap(err)
}
