package registration

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of accounts.
const (
	accountNameMost = 100
	accountsMost    = 50 // of one business
)

var timezoneForm = regexp.MustCompile(`^[0-9]{1,4}$`)

// CreateAccount makes a WhatsApp account of a business the caller reaches. ID and template namespace are made.
func (s *Service) CreateAccount(ctx context.Context, c access.Caller, want waba.Account) (a waba.Account, err error) {
	if err := checkAccount(&want); err != nil {
		return a, err
	}
	if !c.Reaches(want.BusinessID) {
		return a, waba.ErrAccountUnknown.With("", "that business does not exist, or you may not see it")
	}
	want.ID, want.TemplateNamespace = 0, namespace()
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		have, err := waba.AccountsTx(ctx, tx, access.Caller{Businesses: []id.ID{want.BusinessID}})
		if err != nil {
			return err
		}
		if len(have) >= accountsMost {
			return ErrTooMany.Withf("name", "this business has %d WhatsApp accounts, which is the most", len(have))
		}
		if a, err = waba.CreateAccountTx(ctx, tx, want); err != nil {
			return err
		}
		if err := s.tellReview(ctx, tx, a, a.Review); err != nil {
			return err
		}
		return waba.DidTx(ctx, tx, c, waba.Activity{WABAID: a.ID, Kind: waba.DidCreateAccount, Detail: "The account " + a.Name + " was made"})
	})
	return a, err
}

func checkAccount(a *waba.Account) error {
	a.Name, a.Currency, a.Country = strings.TrimSpace(a.Name), strings.ToUpper(a.Currency), strings.ToUpper(a.Country)
	if a.TimezoneID == "" {
		a.TimezoneID = "1"
	}
	_, known := money.Exponent(a.Currency)
	switch n := utf8.RuneCountInString(a.Name); {
	case n == 0 || n > accountNameMost:
		return ErrParam.Withf("name", "name has %d characters; the name of an account has 1 to %d", n, accountNameMost)
	case !known:
		return ErrParam.Withf("currency", "currency is %.10q; it is an ISO 4217 code such as VND", a.Currency)
	case !slices.Contains(phone.Countries(), a.Country):
		return ErrParam.Withf("country", "country is %.10q; it is an ISO 3166-1 code such as VN", a.Country)
	case !timezoneForm.MatchString(a.TimezoneID):
		return ErrParam.Withf("timezone_id", "timezone_id is %.10q; it is the number of a time zone", a.TimezoneID)
	}
	return nil
}

// namespace is a new namespace of message templates, which looks like a UUID with underscores.
func namespace() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	t := hex.EncodeToString(b)
	return t[:8] + "_" + t[8:12] + "_" + t[12:16] + "_" + t[16:20] + "_" + t[20:]
}
