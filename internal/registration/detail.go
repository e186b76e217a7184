package registration

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of what a chat offers by itself.
const (
	promptsMost, promptMost   = 4, 80
	commandsMost, commandMost = 30, 32
	commandTextMost           = 256
	keyLeast                  = 2048 // bits
	keyTextMost               = 4096 // bytes
)

// SetStorage keeps the country where a number's messages are to rest; empty: nowhere in particular.
func (s *Service) SetStorage(ctx context.Context, c access.Caller, phoneID id.ID, region string) error {
	if err := checkRegion("storage_configuration.region", region); err != nil {
		return err
	}
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		return nil, waba.SetDetailTx(ctx, tx, n.ID, waba.NumberSettings{StorageRegion: region})
	})
}

func checkRegion(field, region string) error {
	if region != "" && !slices.Contains(Regions(), region) {
		return ErrParam.Withf(field, "%s is %.10q; it is one of %s", field, region, strings.Join(Regions(), ", "))
	}
	return nil
}

// SetIdentityCheck turns the check of who a customer is on or off.
func (s *Service) SetIdentityCheck(ctx context.Context, c access.Caller, phoneID id.ID, on bool) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		n.IdentityCheck = on
		return nil, waba.SaveNumberTx(ctx, tx, n)
	})
}

// AutomationChange changes what is not nil.
type AutomationChange struct {
	Welcome  *bool
	Prompts  *[]string
	Commands *[]waba.Command
}

var commandForm = regexp.MustCompile(`^[\p{L}\p{M}\p{N}_-]+$`)

// SetAutomation changes what a number's chats offer by themselves.
func (s *Service) SetAutomation(ctx context.Context, c access.Caller, phoneID id.ID, change AutomationChange) error {
	if err := change.check(); err != nil {
		return err
	}
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		a, err := waba.DetailTx[waba.Automation](ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		if change.Welcome != nil {
			a.Welcome = *change.Welcome
		}
		if change.Prompts != nil {
			a.Prompts = *change.Prompts
		}
		if change.Commands != nil {
			a.Commands = *change.Commands
		}
		return nil, waba.SetDetailTx(ctx, tx, n.ID, a)
	})
}

func (c AutomationChange) check() error {
	if c.Prompts != nil {
		if n := len(*c.Prompts); n > promptsMost {
			return ErrParam.Withf("prompts", "prompts has %d texts, at most %d are allowed", n, promptsMost)
		}
		for i, p := range *c.Prompts {
			if n := utf8.RuneCountInString(p); n == 0 || n > promptMost {
				return ErrParam.Withf("prompts", "prompts[%d] has %d characters; a prompt has 1 to %d", i, n, promptMost)
			}
		}
	}
	if c.Commands == nil {
		return nil
	}
	if n := len(*c.Commands); n > commandsMost {
		return ErrParam.Withf("commands", "commands has %d entries, at most %d are allowed", n, commandsMost)
	}
	seen := map[string]bool{}
	for i, k := range *c.Commands {
		n, t := utf8.RuneCountInString(k.Name), utf8.RuneCountInString(k.Description)
		switch {
		case n == 0 || n > commandMost || !commandForm.MatchString(k.Name):
			return ErrParam.Withf("commands", "commands[%d].command_name has %d characters; it has 1 to %d letters, digits, _ or -", i, n, commandMost)
		case t == 0 || t > commandTextMost:
			return ErrParam.Withf("commands", "commands[%d].command_description has %d characters; it has 1 to %d", i, t, commandTextMost)
		case seen[strings.ToLower(k.Name)]:
			return ErrParam.Withf("commands", "commands names %.40q twice", k.Name)
		}
		seen[strings.ToLower(k.Name)] = true
	}
	return nil
}

// SetPublicKey keeps the key with which payloads for the business are encrypted.
func (s *Service) SetPublicKey(ctx context.Context, c access.Caller, phoneID id.ID, text string) error {
	const how = "business_public_key must be an RSA public key of at least 2048 bits in PEM: -----BEGIN PUBLIC KEY-----"
	block, rest := pem.Decode([]byte(text))
	if len(text) > keyTextMost || block == nil || strings.TrimSpace(string(rest)) != "" {
		return ErrParam.With("business_public_key", how)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return ErrParam.With("business_public_key", how).Wrap(err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < keyLeast {
		return ErrParam.With("business_public_key", how)
	}
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		return nil, waba.SetDetailTx(ctx, tx, n.ID, waba.Encryption{PublicKey: text})
	})
}
