package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
)

// Causes of a refused token.
var (
	ErrTokenMissing = fault.New("account.token_missing")
	ErrTokenInvalid = fault.New("account.token_invalid")
	ErrTokenExpired = fault.New("account.token_expired")
	ErrTokenRevoked = fault.New("account.token_revoked")
	ErrProof        = fault.New("account.proof_invalid")
)

// tokenPrefix starts every token we make, so that scanners recognise a leaked one.
const tokenPrefix = "EAA"

// cacheFor bounds how long another process's revocation may go unnoticed.
const cacheFor = 30 * time.Second

// cacheMost bounds the cache; it starts over when full.
const cacheMost = 10_000

// Token is what is known of a token besides its text.
type Token struct {
	App         App
	Caller      access.Caller
	IssuedAt    time.Time
	ExpiresAt   time.Time // zero: never
	RevokedAt   time.Time // zero: not revoked
	secrets     Secrets   // of the app
	cachedUntil time.Time
}

// NewToken describes a token to be made.
type NewToken struct {
	App, User   id.ID
	Businesses  []id.ID
	Permissions []access.Permission
	ExpiresAt   time.Time // zero: never
	// Text fixes the token's text: for the demo world only. Empty makes a random one.
	Text string
}

// Service authenticates callers.
type Service struct {
	db    *db.DB
	clock clock.Clock
	// logins counts tries of passwords; it does so in a load test too.
	logins *limit.Limiter

	mu    sync.RWMutex
	cache map[string]Token // by hash
	// hashes are those of the texts whose tokens are in the cache: what is revoked leaves the cache, and its hash alone lets nobody in.
	hashes map[string]string
}

// New returns the service over d.
func New(d *db.DB) *Service {
	return &Service{db: d, clock: d.Clock(), logins: limit.New(d.Clock()), cache: map[string]Token{}, hashes: map[string]string{}}
}

// CreateTokenTx makes a token and returns its text, which is not kept anywhere.
func CreateTokenTx(ctx context.Context, tx *db.Tx, n NewToken) (string, error) {
	text := n.Text
	if text == "" {
		text = randomToken()
	}
	perms := make([]string, len(n.Permissions))
	for i, p := range n.Permissions {
		perms[i] = string(p)
	}
	if !n.ExpiresAt.IsZero() {
		n.ExpiresAt = n.ExpiresAt.Add(tx.Ahead()) // it lives as long as was asked for
	}
	h := hashToken(text)
	_, err := tx.Exec(ctx, `INSERT INTO token (hash, app_id, user_id, permissions, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		h, n.App, n.User, strings.Join(perms, " "), n.ExpiresAt, tx.Now())
	if err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	rows := make([][]any, len(n.Businesses))
	for i, b := range n.Businesses {
		rows[i] = []any{h, b}
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO token_business (hash, business_id) VALUES ($1, $2)`, rows); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return text, nil
}

// randomToken is 256 random bits with a checksum behind them, so that a mistyped token needs no look-up.
func randomToken() string {
	b := make([]byte, 32, 36)
	_, _ = rand.Read(b)
	sum := crc32.ChecksumIEEE(b)
	b = append(b, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
}

func hashToken(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Authenticate tells who calls with a token: a system user's, or an app's own "{app-id}|{app-secret}".
func (s *Service) Authenticate(ctx context.Context, text string) (Token, error) {
	t, err := s.Inspect(ctx, text)
	if err != nil {
		return Token{}, err
	}
	now := s.db.Steady() // what has expired stays so, whatever the clock shows
	if !t.RevokedAt.IsZero() {
		return Token{}, ErrTokenRevoked.With("access_token", "the token was revoked; make a new one")
	}
	if !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		return Token{}, ErrTokenExpired.Withf("access_token", "Session has expired on %s. The current time is %s.",
			t.ExpiresAt.Format(time.RFC1123), now.Format(time.RFC1123))
	}
	return t, nil
}

// Forget drops what is remembered of tokens: they may have changed without a word.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache)
	clear(s.hashes)
}

// Inspect returns what is known of a token, also of an expired or revoked one.
func (s *Service) Inspect(ctx context.Context, text string) (Token, error) {
	const most = 1024
	if text == "" {
		return Token{}, ErrTokenMissing.With("access_token", "An access token is required to request this resource.")
	}
	if len(text) > most {
		return Token{}, errInvalid()
	}
	now := s.clock.Now()
	s.mu.RLock()
	h := s.hashes[text]
	t, ok := s.cache[h]
	s.mu.RUnlock()
	if ok && now.Before(t.cachedUntil) && now.After(t.cachedUntil.Add(-2*cacheFor)) {
		return t, nil
	}
	h = hashToken(text)
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if appID, secret, isApp := strings.Cut(text, "|"); isApp {
			t, err = appToken(ctx, tx, appID, secret)
			return err
		}
		t, err = userToken(ctx, tx, h)
		return err
	})
	if err != nil {
		return Token{}, err
	}
	t.cachedUntil = now.Add(cacheFor)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cache) >= cacheMost || len(s.hashes) >= cacheMost {
		clear(s.cache)
		clear(s.hashes)
	}
	s.cache[h], s.hashes[strings.Clone(text)] = t, h
	return t, nil
}

func errInvalid() error {
	return ErrTokenInvalid.With("access_token", "Invalid OAuth access token - Cannot parse access token")
}

func appToken(ctx context.Context, tx *db.Tx, appID, secret string) (Token, error) {
	i, err := id.Parse(appID)
	if err != nil {
		return Token{}, errInvalid()
	}
	var t Token
	err = tx.QueryRow(ctx, `SELECT id, business_id, name, require_proof, created_at, secret, old_secret, old_secret_until FROM app WHERE id = $1`, i).
		Scan(&t.App.ID, &t.App.BusinessID, &t.App.Name, &t.App.RequireProof, &t.App.CreatedAt, &t.secrets.Current, &t.secrets.Previous, &t.secrets.PreviousUntil)
	t.secrets = t.secrets.at(tx.Now())
	if errors.Is(err, db.ErrNoRows) || (err == nil && !t.secrets.match(secret)) {
		return Token{}, errInvalid()
	}
	if err != nil {
		return Token{}, fmt.Errorf("account: %w", err)
	}
	t.IssuedAt = t.App.CreatedAt
	t.Caller = access.Caller{Kind: access.KindApp, App: t.App.ID, Businesses: []id.ID{t.App.BusinessID}}
	return t, nil
}

func userToken(ctx context.Context, tx *db.Tx, hash string) (Token, error) {
	var t Token
	var perms string
	c := access.Caller{Kind: access.KindSystemUser}
	err := tx.QueryRow(ctx, `SELECT a.id, a.business_id, a.name, a.require_proof, a.created_at, a.secret, a.old_secret, a.old_secret_until,
			u.id, u.name, t.permissions, t.expires_at, t.revoked_at, t.created_at
		FROM token t JOIN app a ON a.id = t.app_id JOIN system_user u ON u.id = t.user_id WHERE t.hash = $1`, hash).
		Scan(&t.App.ID, &t.App.BusinessID, &t.App.Name, &t.App.RequireProof, &t.App.CreatedAt, &t.secrets.Current, &t.secrets.Previous, &t.secrets.PreviousUntil,
			&c.User, &c.UserName, &perms, &t.ExpiresAt, &t.RevokedAt, &t.IssuedAt)
	if errors.Is(err, db.ErrNoRows) {
		return Token{}, errInvalid()
	}
	if err != nil {
		return Token{}, fmt.Errorf("account: %w", err)
	}
	t.secrets = t.secrets.at(tx.Now())
	c.App = t.App.ID
	for _, p := range strings.Fields(perms) {
		c.Permissions = append(c.Permissions, access.Permission(p))
	}
	rows, err := tx.Query(ctx, `SELECT business_id FROM token_business WHERE hash = $1 ORDER BY business_id`, hash)
	if err != nil {
		return Token{}, fmt.Errorf("account: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return Token{}, fmt.Errorf("account: %w", err)
		}
		c.Businesses = append(c.Businesses, b)
	}
	t.Caller = c
	return t, rows.Err()
}

// Revoke ends a token's life at once.
func (s *Service) Revoke(ctx context.Context, text string) error {
	h := hashToken(text)
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE token SET revoked_at = $1 WHERE hash = $2 AND revoked_at = 0`, tx.Now(), h)
		if err == nil && n == 0 {
			return errInvalid()
		}
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, h)
	return err
}

// Drop takes one permission from a token. A permission it lacks is no error: it is gone.
func (s *Service) Drop(ctx context.Context, text string, p access.Permission) error {
	h := hashToken(text)
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var perms string
		err := tx.QueryRow(ctx, `SELECT permissions FROM token WHERE hash = $1`, h).Scan(&perms)
		if errors.Is(err, db.ErrNoRows) {
			return errInvalid()
		}
		if err != nil {
			return fmt.Errorf("account: %w", err)
		}
		left := slices.DeleteFunc(strings.Fields(perms), func(have string) bool { return have == string(p) })
		_, err = tx.Exec(ctx, `UPDATE token SET permissions = $1 WHERE hash = $2`, strings.Join(left, " "), h)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, h)
	return err
}

// CheckProof verifies an appsecret_proof: the hex HMAC-SHA256 of the token under the app's secret.
// An empty proof passes unless the app requires one.
func (t Token) CheckProof(text, proof string) error {
	if proof == "" {
		if t.App.RequireProof {
			return ErrProof.With("appsecret_proof", "API calls from the server require an appsecret_proof argument")
		}
		return nil
	}
	given := []byte(strings.ToLower(proof))
	for _, secret := range []string{t.secrets.Current, t.secrets.Previous} {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(text))
		if secret != "" && hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), given) {
			return nil
		}
	}
	return ErrProof.With("appsecret_proof", "Invalid appsecret_proof provided in the API argument; it is the hex HMAC-SHA256 of the access token, keyed with the app secret")
}
