package embed

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Life is how long a visitor is known; then the chat begins anew.
const Life = 90 * 24 * time.Hour

// nameMost is the longest name, in characters.
const nameMost = 60

// New visitor: what they call themselves, the language of the page, and the address they come from, for limits only.
type Newcomer struct{ Name, Lang, Place string }

// Begin makes a visitor of a number's chat. The token is all that tells who it is: it is shown this once.
func (s *Service) Begin(ctx context.Context, number id.ID, n Newcomer) (token string, err error) {
	name := tidy(n.Name)
	if name == "" {
		return "", ErrName.Withf("name", "a name has 1 to %d characters that can be seen", nameMost)
	}
	if err := s.take(startsPlace, "place "+n.Place); err != nil {
		return "", err
	}
	if err := s.take(startsNumber, "number "+number.String()); err != nil {
		return "", err
	}
	token = rand.Text() + rand.Text()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sites, err := s.sitesTx(ctx, tx, number)
		if err != nil {
			return err
		}
		if len(sites) == 0 {
			return ErrOff.With("number", "this number's chat stands in no site")
		}
		if _, err := waba.NumberTx(ctx, tx, number); err != nil {
			return err
		}
		wa, err := freeTx(ctx, tx)
		if err != nil {
			return err
		}
		if err := chat.PutCustomerTx(ctx, tx, chat.Customer{WaID: wa, Name: name, Locale: n.Lang}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM embed_visitor WHERE expires_at <= $1`, tx.Now()); err != nil {
			return fmt.Errorf("embed: begin: %w", err)
		}
		_, err = tx.Exec(ctx, `INSERT INTO embed_visitor (token_hash, phone_id, wa_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			hash(token), number, wa, tx.Now(), tx.Now().Add(Life))
		if err != nil {
			return fmt.Errorf("embed: begin: %w", err)
		}
		return nil
	})
	return token, err
}

// freeTx finds a number that no customer has.
func freeTx(ctx context.Context, tx *db.Tx) (string, error) {
	for {
		wa := phone.Visitor()
		if _, taken, err := chat.CustomerTx(ctx, tx, wa); err != nil || !taken {
			return wa, err
		}
	}
}

// Visitor is who a token belongs to, in a number's chat; ok is false where it belongs to nobody any more.
func (s *Service) Visitor(ctx context.Context, number id.ID, token string) (c chat.Customer, ok bool, err error) {
	if token == "" {
		return c, false, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var wa string
		err := tx.QueryRow(ctx, `SELECT wa_id FROM embed_visitor WHERE token_hash = $1 AND phone_id = $2 AND expires_at > $3`, hash(token), number, tx.Now()).Scan(&wa)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("embed: visitor: %w", err)
		}
		c, ok, err = chat.CustomerTx(ctx, tx, wa)
		return err
	})
	return c, ok, err
}

// End forgets who a token belongs to. What was written stays with the business.
func (s *Service) End(ctx context.Context, number id.ID, token string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM embed_visitor WHERE token_hash = $1 AND phone_id = $2`, hash(token), number); err != nil {
			return fmt.Errorf("embed: end: %w", err)
		}
		return nil
	})
}

// Speak counts a message or an order of a visitor, Step anything else that changes something.
func (s *Service) Speak(waID string) error { return s.take(words, "words "+waID) }

// Step is [Service.Speak] for what says nothing.
func (s *Service) Step(waID string) error { return s.take(steps, "steps "+waID) }

func (s *Service) take(r limit.Rate, key string) error {
	if wait, ok := s.limiter.Take(r, "embed "+key); !ok {
		return ErrTooMany.Withf("wait", "try again in %d seconds", int(wait/time.Second)+1)
	}
	return nil
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// tidy keeps what can be seen of a name, or nothing of one that is too long. Signs that turn the direction of text around
// are no part of names.
func tidy(name string) string {
	if !utf8.ValidString(name) {
		return ""
	}
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || turns(r) }), " ")
	if utf8.RuneCountInString(name) > nameMost {
		return ""
	}
	return name
}

// turns tells the marks that embed or override the direction of text.
func turns(r rune) bool { return (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069') }
