package webhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// clientName is whom receivers of Meta's webhooks expect.
const clientName = "client.webhooks.fbclientcerts.com"

// certificateYears is how long what we make is good: a webhook that stops for a date helps nobody.
const certificateYears = 10

// Certificate is what an app's webhooks show to receivers that ask for it.
type Certificate struct {
	AppID       id.ID     `json:"app_id"`
	Subject     string    `json:"subject"`
	NotAfter    time.Time `json:"not_after"`
	Fingerprint string    `json:"sha256_fingerprint"`
	// Certificate and Authority are PEM; receivers trust the authority. It is empty where the certificate was brought along.
	Certificate string `json:"certificate"`
	Authority   string `json:"authority,omitempty"`
}

// pair is a certificate as it is stored.
type pair struct{ certificate, key, authority, authorityKey string }

// SetCertificate makes an app's webhooks show a certificate, PEM with its key. Without either, one is made,
// by an authority of the app's own that stays the same when it is made again.
func (s *Service) SetCertificate(ctx context.Context, c access.Caller, app id.ID, certificate, key string) (Certificate, error) {
	var made Certificate
	given := pair{certificate: certificate, key: key}
	if certificate != "" || key != "" {
		if err := given.check(s.Clock.Now()); err != nil {
			return made, err
		}
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.ownAppTx(ctx, tx, c, app); err != nil {
			return err
		}
		p := given
		if p.certificate == "" {
			old, err := certificateTx(ctx, tx, app)
			if err != nil {
				return err
			}
			if p, err = issue(old, tx.Now()); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO webhook_certificate AS w (app_id, certificate, private_key, authority, authority_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (app_id) DO UPDATE SET certificate = excluded.certificate, private_key = excluded.private_key,
				authority = excluded.authority, authority_key = excluded.authority_key, created_at = excluded.created_at`,
			app, p.certificate, p.key, p.authority, p.authorityKey, tx.Now())
		if err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		made, err = p.describe(app)
		return err
	})
	return made, err
}

// RemoveCertificate makes an app's webhooks show none.
func (s *Service) RemoveCertificate(ctx context.Context, c access.Caller, app id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.ownAppTx(ctx, tx, c, app); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM webhook_certificate WHERE app_id = $1`, app)
		return err
	})
}

// CertificateOf is what an app's webhooks show; false where they show none.
func (s *Service) CertificateOf(ctx context.Context, c access.Caller, app id.ID) (shown Certificate, ok bool, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.ownAppTx(ctx, tx, c, app); err != nil {
			return err
		}
		p, err := certificateTx(ctx, tx, app)
		if ok = p.certificate != ""; err != nil || !ok {
			return err
		}
		shown, err = p.describe(app)
		return err
	})
	return shown, ok, err
}

// ownAppTx refuses apps that are not of the caller's businesses.
func (s *Service) ownAppTx(ctx context.Context, tx *db.Tx, c access.Caller, app id.ID) error {
	owner, err := s.Owner(ctx, tx, app)
	if err == nil && !slices.Contains(c.Businesses, owner) {
		return ErrApp.Withf("app_id", "no app %s belongs to this token's businesses", app)
	}
	return err
}

func certificateTx(ctx context.Context, tx *db.Tx, app id.ID) (p pair, err error) {
	err = tx.QueryRow(ctx, `SELECT certificate, private_key, authority, authority_key FROM webhook_certificate WHERE app_id = $1`, app).
		Scan(&p.certificate, &p.key, &p.authority, &p.authorityKey)
	if errors.Is(err, db.ErrNoRows) {
		return pair{}, nil
	}
	return p, err
}

func (p pair) check(now time.Time) error {
	const most = 64 << 10
	if len(p.certificate)+len(p.key) > most {
		return ErrParam.Withf("certificate", "certificate and private_key have more than %d bytes", most)
	}
	t, err := tls.X509KeyPair([]byte(p.certificate), []byte(p.key))
	switch {
	case err != nil:
		return ErrParam.With("certificate", "certificate and private_key must be a pair, both in PEM; leave both out and one is made")
	case now.After(t.Leaf.NotAfter):
		return ErrParam.Withf("certificate", "the certificate was good until %s", t.Leaf.NotAfter.Format(time.DateOnly))
	case len(t.Leaf.ExtKeyUsage) > 0 && !slices.Contains(t.Leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth) && !slices.Contains(t.Leaf.ExtKeyUsage, x509.ExtKeyUsageAny):
		return ErrParam.With("certificate", "the certificate is not for clients (extended key usage clientAuth)")
	}
	return nil
}

func (p pair) describe(app id.ID) (Certificate, error) {
	t, err := tls.X509KeyPair([]byte(p.certificate), []byte(p.key))
	if err != nil {
		return Certificate{}, fmt.Errorf("webhook: stored certificate: %w", err)
	}
	sum := sha256.Sum256(t.Leaf.Raw)
	return Certificate{
		AppID: app, Subject: t.Leaf.Subject.String(), NotAfter: t.Leaf.NotAfter.UTC(), Fingerprint: hex.EncodeToString(sum[:]),
		Certificate: p.certificate, Authority: p.authority,
	}, nil
}

// issue makes a client certificate, by the authority of old where there is one.
func issue(old pair, now time.Time) (pair, error) {
	p := pair{authority: old.authority, authorityKey: old.authorityKey}
	var err error
	if p.authority == "" {
		root := &x509.Certificate{
			Subject: pkix.Name{CommonName: "Hawker webhooks"}, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}
		if p.authority, p.authorityKey, err = sign(root, nil, now); err != nil {
			return pair{}, err
		}
	}
	by, err := tls.X509KeyPair([]byte(p.authority), []byte(p.authorityKey))
	if err != nil {
		return pair{}, fmt.Errorf("webhook: stored authority: %w", err)
	}
	leaf := &x509.Certificate{
		Subject: pkix.Name{CommonName: clientName}, DNSNames: []string{clientName},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	p.certificate, p.key, err = sign(leaf, &by, now)
	return p, err
}

// sign makes a key and a certificate for it, by itself where there is no authority.
func sign(c *x509.Certificate, by *tls.Certificate, now time.Time) (certificate, key string, err error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("webhook: key: %w", err)
	}
	const serialBits = 127
	c.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), serialBits))
	if err != nil {
		return "", "", fmt.Errorf("webhook: serial number: %w", err)
	}
	c.NotBefore, c.NotAfter = now.Add(-time.Hour), now.AddDate(certificateYears, 0, 0)
	parent, signer := c, any(own)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, own.Public(), signer)
	if err != nil {
		return "", "", fmt.Errorf("webhook: certificate: %w", err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		return "", "", fmt.Errorf("webhook: key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})), nil
}

// clientTx is the client an app's requests leave by: one of its own when the app has a certificate. Clients
// are kept, and with them their connections.
func (s *Service) clientTx(ctx context.Context, tx *db.Tx, app id.ID) (*safehttp.Client, error) {
	p, err := certificateTx(ctx, tx, app)
	if err != nil || p.certificate == "" {
		return s.Client, err
	}
	if c, ok := s.clients.Load(p.certificate); ok {
		return c.(*safehttp.Client), nil
	}
	t, err := tls.X509KeyPair([]byte(p.certificate), []byte(p.key))
	if err != nil {
		return nil, fmt.Errorf("webhook: stored certificate: %w", err)
	}
	c, _ := s.clients.LoadOrStore(p.certificate, s.Client.WithCertificate(t))
	return c.(*safehttp.Client), nil
}
