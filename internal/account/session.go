package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
)

// How long things last.
const (
	sessionIdle    = 14 * 24 * time.Hour // without a visit
	sessionMost    = 90 * 24 * time.Hour
	sessionTouch   = 10 * time.Minute // how exact seen_at is
	invitationTime = 3 * 24 * time.Hour
	agentMost      = 200
)

// How often a password may be tried: for one address, and from one place, where an office may sit behind it.
var (
	loginRate = limit.Rate{Every: 3 * time.Minute, Burst: 6}
	placeRate = limit.Rate{Every: 20 * time.Second, Burst: 60}
)

// Session is a browser in which somebody is logged in.
type Session struct {
	// Key names the session to the person it belongs to; it is not the cookie.
	Key               string
	Agent             string
	CreatedAt, SeenAt time.Time
}

func secretText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Login starts a session of the person with this address and password. place is where the request came from.
func (s *Service) Login(ctx context.Context, email, password, place, agent string) (cookie string, err error) {
	email = strings.ToLower(strings.TrimSpace(email))
	for _, of := range []struct {
		rate limit.Rate
		key  string
	}{{placeRate, "login@" + place}, {loginRate, "login:" + email}} {
		if wait, ok := s.logins.Take(of.rate, of.key); !ok {
			return "", ErrLoginOften.Withf("password", "too many tries; the next one in %s", wait.Round(time.Second))
		}
	}
	var person id.ID
	var hashed string
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT id, password FROM person WHERE email = $1`, email).Scan(&person, &hashed)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if len(password) > 4*passwordMost || !checkHash(hashed, password) {
		return "", ErrLogin.With("password", "the address or the password is wrong")
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cookie, err = startSessionTx(ctx, tx, person, agent)
		return err
	})
	return cookie, err
}

func startSessionTx(ctx context.Context, tx *db.Tx, person id.ID, agent string) (cookie string, err error) {
	cookie = secretText()
	agent = strings.ToValidUTF8(agent, "")
	if len(agent) > agentMost {
		agent = strings.ToValidUTF8(agent[:agentMost], "")
	}
	_, err = tx.Exec(ctx, `INSERT INTO session (hash, person_id, agent, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)`, hashToken(cookie), person, agent, tx.Steady())
	return cookie, err
}

// Visit tells who a cookie belongs to.
func (s *Service) Visit(ctx context.Context, cookie string) (p Person, err error) {
	if cookie == "" || len(cookie) > agentMost {
		return Person{}, ErrSession.With("session", "nobody is logged in")
	}
	hash := hashToken(cookie)
	touch := false
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var created, seen time.Time
		var person id.ID
		err := tx.QueryRow(ctx, `SELECT person_id, created_at, seen_at FROM session WHERE hash = $1`, hash).Scan(&person, &created, &seen)
		now := tx.Steady()
		if errors.Is(err, db.ErrNoRows) || (err == nil && (now.Sub(seen) > sessionIdle || now.Sub(created) > sessionMost)) {
			return ErrSession.With("session", "the session has ended")
		}
		if err != nil {
			return err
		}
		touch = now.Sub(seen) > sessionTouch
		p, err = personTx(ctx, tx, person)
		return err
	})
	if err != nil || !touch {
		return p, err
	}
	return p, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE session SET seen_at = $2 WHERE hash = $1`, hash, tx.Steady())
		return err
	})
}

// Logout ends the session of a cookie.
func (s *Service) Logout(ctx context.Context, cookie string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM session WHERE hash = $1`, hashToken(cookie))
		return err
	})
}

// Sessions lists where a person is logged in, the newest first.
func (s *Service) Sessions(ctx context.Context, person id.ID) (list []Session, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `SELECT hash, agent, created_at, seen_at FROM session WHERE person_id = $1 ORDER BY seen_at DESC LIMIT 100`, person)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n Session
			if err := rows.Scan(&n.Key, &n.Agent, &n.CreatedAt, &n.SeenAt); err != nil {
				return err
			}
			list = append(list, n)
		}
		return rows.Err()
	})
	return list, err
}

// SessionKey is the [Session.Key] of a cookie.
func SessionKey(cookie string) string { return hashToken(cookie) }

// EndSession ends one of a person's sessions.
func (s *Service) EndSession(ctx context.Context, person id.ID, key string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM session WHERE person_id = $1 AND hash = $2`, person, key)
		return err
	})
}

// SetPassword changes a person's password and ends all sessions but the one of a cookie.
func (s *Service) SetPassword(ctx context.Context, person id.ID, old, password, cookie string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	if _, ok := s.logins.Take(loginRate, "password:"+person.String()); !ok {
		return ErrLoginOften.With("password", "too many tries; wait some minutes")
	}
	var hashed string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT password FROM person WHERE id = $1`, person).Scan(&hashed)
	})
	if err != nil {
		return err
	}
	if !checkHash(hashed, old) {
		return ErrLogin.With("password", "the old password is wrong")
	}
	hashed = hashPassword(password)
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE person SET password = $2 WHERE id = $1`, person, hashed); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM session WHERE person_id = $1 AND hash <> $2`, person, hashToken(cookie))
		return err
	})
}

// Invitation makes whoever has its code a person.
type Invitation struct {
	// Business is zero for the first administrator, who founds one.
	Business id.ID
	Role     Role
}

// InviteTx makes a code that is good once, for three days.
func InviteTx(ctx context.Context, tx *db.Tx, i Invitation) (code string, err error) {
	code = secretText()
	_, err = tx.Exec(ctx, `INSERT INTO invitation (hash, business_id, role, expires_at) VALUES ($1, $2, $3, $4)`,
		hashToken(code), i.Business, string(i.Role), tx.Steady().Add(invitationTime))
	return code, err
}

// InvitationTx is what a code is for.
func InvitationTx(ctx context.Context, tx *db.Tx, code string) (i Invitation, err error) {
	var expires time.Time
	err = tx.QueryRow(ctx, `SELECT business_id, role, expires_at FROM invitation WHERE hash = $1`, hashToken(code)).Scan(&i.Business, &i.Role, &expires)
	if errors.Is(err, db.ErrNoRows) || (err == nil && !tx.Steady().Before(expires)) {
		return Invitation{}, ErrInvitation.With("code", "the link was used or is too old; ask for a new one")
	}
	return i, err
}

// Joining is what somebody writes who was invited.
type Joining struct {
	Email, Name, Password string
	// Business and Country found a business, where the invitation is the first administrator's.
	Business, Country string
}

// Join makes an invited person and starts their session. A first administrator founds a business.
func (s *Service) Join(ctx context.Context, code string, j Joining, agent string) (cookie string, err error) {
	email, name, err := checkPerson(j.Email, j.Name, j.Password)
	if err != nil {
		return "", err
	}
	hashed := hashPassword(j.Password)
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := InvitationTx(ctx, tx, code)
		if err != nil {
			return err
		}
		if i.Business == 0 {
			name := strings.TrimSpace(j.Business)
			if n := utf8.RuneCountInString(name); n == 0 || n > nameMost {
				return ErrName.Withf("business", "the name of a business has 1 to %d characters", nameMost)
			}
			b, err := CreateBusinessTx(ctx, tx, Business{Name: name, Country: j.Country})
			if err != nil {
				return err
			}
			i.Business = b.ID
		}
		p, err := createPersonTx(ctx, tx, email, name, hashed)
		if err != nil {
			return err
		}
		if err := GrantTx(ctx, tx, p.ID, i.Business, i.Role); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM invitation WHERE hash = $1`, hashToken(code)); err != nil {
			return err
		}
		cookie, err = startSessionTx(ctx, tx, p.ID, agent)
		return err
	})
	return cookie, err
}
