package transparent_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/transparent"
)

func open(t *testing.T, dir string, c clock.Clock) *transparent.Authority {
	t.Helper()
	a, err := transparent.Open(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAClientThatTrustsTheAuthorityReachesMetasHost(t *testing.T) {
	t.Parallel()
	c := clock.System{}
	a := open(t, t.TempDir(), c)
	files, err := a.Write(netip.MustParseAddr("127.0.0.77"))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Host)
	}))
	if srv.TLS, err = a.TLSConfig(); err != nil {
		t.Fatal(err)
	}
	srv.StartTLS()
	defer srv.Close()

	get := func(host string) (string, error) {
		pem, err := os.ReadFile(files.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
			},
		}}
		res, err := client.Get("https://" + host + "/v25.0/me")
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return string(b), err
	}
	if got, err := get("graph.facebook.com"); err != nil || got != "graph.facebook.com" {
		t.Errorf("graph.facebook.com answered %q, %v", got, err)
	}
	if _, err := get("www.example.com"); err == nil {
		t.Error("the certificate was taken for another host")
	}
	hosts, err := os.ReadFile(files.Hosts)
	if err != nil || !strings.HasPrefix(string(hosts), "127.0.0.77 graph.facebook.com ") {
		t.Errorf("hosts file starts %.60q, %v", hosts, err)
	}
}

func TestTheAuthorityIsKeptUntilItRunsOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	read := func() string {
		f, err := open(t, dir, c).Write(netip.MustParseAddr("127.0.0.1"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(f.CA)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := read()
	if read() != first {
		t.Error("a second start made a new authority")
	}
	c.Advance(2 * 365 * 24 * time.Hour)
	if read() == first {
		t.Error("an authority that has run out was kept")
	}
	info, err := os.Stat(dir + "/transparent/ca.key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("ca.key: %v, %v; want mode 0600", info.Mode(), err)
	}
}
