// Package transparent lets clients that hard-code Meta's hosts reach Hawker unchanged: an own certificate
// authority, a certificate for those hosts, and the hosts file a private mount namespace needs.
//
// The authority is made once per data directory and never leaves it. It only signs the hosts of [Hosts],
// which its name constraints enforce, so that trusting it opens nothing else.
package transparent

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// Hosts are the names clients of Meta's platform hard-code.
func Hosts() []string {
	return []string{"graph.facebook.com", "graph-video.facebook.com", "lookaside.fbsbx.com"}
}

// Lifetimes of the authority and of the certificate it signs at each start.
const (
	caLife   = 2 * 365 * 24 * time.Hour
	leafLife = 90 * 24 * time.Hour
)

// Files are the paths a client's environment points at.
type Files struct {
	CA     string // the authority alone: NODE_EXTRA_CA_CERTS
	Bundle string // the machine's roots and ours: SSL_CERT_FILE, REQUESTS_CA_BUNDLE
	Hosts  string // a copy of the machine's hosts file with Meta's hosts pointed at Addr
}

// Authority signs for Meta's hosts.
type Authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  time.Time
}

// Open loads the authority kept in dir/transparent, and makes it where it is missing or has run out.
func Open(dir string, c clock.Clock) (*Authority, error) {
	a := &Authority{dir: filepath.Join(dir, "transparent"), now: c.Now()}
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		return nil, fmt.Errorf("transparent: %w", err)
	}
	err := a.load()
	if errors.Is(err, fs.ErrNotExist) || (err == nil && a.now.After(a.cert.NotAfter.Add(-leafLife))) {
		err = a.create()
	}
	if err != nil {
		return nil, fmt.Errorf("transparent: %w", err)
	}
	return a, nil
}

func (a *Authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *Authority) load() error {
	pair, err := tls.LoadX509KeyPair(a.path("ca.pem"), a.path("ca.key"))
	if err != nil {
		return err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return fmt.Errorf("%s is not an ECDSA key; delete %s to make a new authority", a.path("ca.key"), a.dir)
	}
	a.cert, a.key = pair.Leaf, key
	return nil
}

func (a *Authority) create() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber:                serial(),
		Subject:                     pkix.Name{CommonName: "Hawker transparent mode", Organization: []string{"Hawker"}},
		NotBefore:                   a.now.Add(-time.Hour),
		NotAfter:                    a.now.Add(caLife),
		IsCA:                        true,
		BasicConstraintsValid:       true,
		MaxPathLenZero:              true,
		KeyUsage:                    x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         Hosts(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	a.key = key
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(a.path("ca.key"), "EC PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	return writePEM(a.path("ca.pem"), "CERTIFICATE", der, 0o644)
}

// TLSConfig answers for Meta's hosts with a certificate made now.
func (a *Authority) TLSConfig() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("transparent: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: Hosts()[0]},
		NotBefore:    a.now.Add(-time.Hour),
		NotAfter:     a.now.Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     Hosts(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("transparent: %w", err)
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	}, nil
}

// Write makes the files for clients that should find Meta's hosts at addr.
func (a *Authority) Write(addr netip.Addr) (Files, error) {
	f := Files{CA: a.path("ca.pem"), Bundle: a.path("bundle.pem"), Hosts: a.path("hosts")}
	ca, err := os.ReadFile(f.CA)
	if err != nil {
		return Files{}, fmt.Errorf("transparent: %w", err)
	}
	if err := os.WriteFile(f.Bundle, append(systemRoots(), ca...), 0o644); err != nil {
		return Files{}, fmt.Errorf("transparent: %w", err)
	}
	hosts, err := os.ReadFile("/etc/hosts")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Files{}, fmt.Errorf("transparent: %w", err)
	}
	// Ours come first: resolvers take the first match.
	line := addr.String() + " " + strings.Join(Hosts(), " ") + "\n"
	if err := os.WriteFile(f.Hosts, append([]byte(line), hosts...), 0o644); err != nil {
		return Files{}, fmt.Errorf("transparent: %w", err)
	}
	return f, nil
}

// systemRoots is the machine's bundle of root certificates, empty where there is none in the usual places.
func systemRoots() []byte {
	for _, name := range []string{
		"/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine
		"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
		"/etc/ssl/cert.pem",                  // macOS
	} {
		if b, err := os.ReadFile(name); err == nil {
			return b
		}
	}
	return nil
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return n
}

func writePEM(name, kind string, der []byte, mode fs.FileMode) error {
	return os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
