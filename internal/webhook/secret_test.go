package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

func signature(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// TestAReceiverThatKnowsOneSecretHearsOnThroughAChange: whichever of the two it knows, one retry later it has
// everything, and later webhooks at once.
func TestAReceiverThatKnowsOneSecretHearsOnThroughAChange(t *testing.T) {
	t.Parallel()
	for _, knows := range []string{"old", "new"} {
		t.Run(knows, func(t *testing.T) {
			t.Parallel()
			dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
				var taken, refused atomic.Int64
				both := make(chan string, 10)
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					b, _ := io.ReadAll(r.Body)
					both <- r.Header.Get("X-Hawker-Signatures-256")
					if r.Header.Get("X-Hawker-Signatures-256") != signature("new", string(b))+","+signature("old", string(b)) {
						t.Errorf("both signatures: %s", r.Header.Get("X-Hawker-Signatures-256"))
					}
					if r.Header.Get("X-Hub-Signature-256") != signature(knows, string(b)) {
						refused.Add(1)
						w.WriteHeader(http.StatusUnauthorized)
						return
					}
					taken.Add(1)
				}))
				defer srv.Close()
				s := service(d, c)
				s.Secrets = func(context.Context, *db.Tx, id.ID) (string, string, error) { return "new", "old", nil }
				connect(t, d, app, srv.URL)
				emit(t, d, s, "l", `"ă"`)
				drain(t, s)
				c.Advance(7 * time.Second)
				drain(t, s)
				if taken.Load() != 1 {
					t.Fatalf("%d taken, %d refused after one retry", taken.Load(), refused.Load())
				}
				before := refused.Load()
				emit(t, d, s, "l", `2`)
				drain(t, s)
				if taken.Load() != 2 || refused.Load() != before {
					t.Errorf("%d taken, %d refused", taken.Load(), refused.Load())
				}
			})
		})
	}
}

// askingServer demands a client certificate that the authority in pool signed.
func askingServer(t *testing.T, pool func() *x509.CertPool) (srv *httptest.Server, seen *atomic.Value) {
	t.Helper()
	seen = &atomic.Value{}
	seen.Store("")
	srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.TLS.PeerCertificates[0].Subject.CommonName)
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		c := srv.TLS.Clone()
		c.GetConfigForClient, c.ClientAuth, c.ClientCAs = nil, tls.RequireAndVerifyClientCert, pool()
		return c, nil
	}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv, seen
}

func TestAReceiverThatDemandsACertificateGetsTheAppsOwn(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		c.Set(clock.System{}.Now()) // certificates are good by the machine's time
		var authority atomic.Value
		authority.Store("")
		srv, seen := askingServer(t, func() *x509.CertPool {
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM([]byte(authority.Load().(string)))
			return pool
		})
		roots := x509.NewCertPool()
		roots.AddCert(srv.Certificate())
		s := service(d, c)
		s.Client = safehttp.New(safehttp.Config{AllowPrivate: true, Roots: roots})
		err := s.Subscribe(t.Context(), app, webhook.Object, srv.URL, "vt", []string{"messages"})
		if !errors.Is(err, webhook.ErrVerify) {
			t.Fatalf("without a certificate: %v", err)
		}
		if _, err := s.SetCertificate(t.Context(), access.Caller{App: app, Businesses: []id.ID{5}}, app, "", ""); !errors.Is(err, webhook.ErrApp) {
			t.Errorf("another business set it: %v", err)
		}
		made, err := s.SetCertificate(t.Context(), owner, app, "", "")
		if err != nil || !strings.Contains(made.Subject, "client.webhooks.fbclientcerts.com") {
			t.Fatalf("made %+v, %v", made, err)
		}
		authority.Store(made.Authority)
		subscribe(t, s, srv.URL)
		emit(t, d, s, "l", `1`)
		drain(t, s)
		if n := len(list(t, s, "delivered")); n != 1 || seen.Load() != "client.webhooks.fbclientcerts.com" {
			t.Fatalf("%d delivered, the receiver saw %q", n, seen.Load())
		}
		again, err := s.SetCertificate(t.Context(), owner, app, "", "")
		if err != nil || again.Authority != made.Authority || again.Fingerprint == made.Fingerprint {
			t.Errorf("made again: the authority must stay, the certificate not: %v", err)
		}
		if shown, ok, err := s.CertificateOf(t.Context(), owner, app); err != nil || !ok || shown != again {
			t.Errorf("shown %+v, %v, %v", shown, ok, err)
		}
		if err := s.RemoveCertificate(t.Context(), owner, app); err != nil {
			t.Fatal(err)
		}
		emit(t, d, s, "l", `2`)
		drain(t, s)
		if left := list(t, s, "pending"); len(left) != 1 {
			t.Errorf("%d wait; without a certificate nothing is taken", len(left))
		}
	})
}

func TestCertificatesOfOnesOwnAreChecked(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := service(d, c)
		for name, x := range map[string][2]string{
			"no PEM":    {"certificate", "key"},
			"only half": {"-----BEGIN CERTIFICATE-----", ""},
			"too long":  {strings.Repeat("x", 70_000), "key"},
		} {
			if _, err := s.SetCertificate(t.Context(), owner, app, x[0], x[1]); !errors.Is(err, webhook.ErrParam) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, ok, err := s.CertificateOf(t.Context(), owner, app); ok || err != nil {
			t.Errorf("stored: %v, %v", ok, err)
		}
	})
}
