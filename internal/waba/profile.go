package waba

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Limits of a business profile, in characters (spec: Cloud API, business profiles).
const (
	maxAbout       = 139
	maxAddress     = 256
	maxDescription = 512
	maxEmail       = 128
	maxWebsite     = 256
	maxWebsites    = 2
	maxPicture     = 2048
)

// Verticals lists what a profile may call its trade.
func Verticals() []string {
	return []string{
		"UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL",
		"HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS", "NOT_A_BIZ",
	}
}

// check holds every field that is to change against its rule.
func (c ProfileChange) check() error {
	if c.About != nil && *c.About == "" {
		return ErrProfile.Withf("about", "about must hold 1 to %d characters; leave the field out to keep the text", maxAbout)
	}
	for _, f := range []struct {
		name string
		text *string
		most int
	}{
		{"about", c.About, maxAbout},
		{"address", c.Address, maxAddress},
		{"description", c.Description, maxDescription},
		{"email", c.Email, maxEmail},
		{"profile_picture_url", c.PictureURL, maxPicture},
	} {
		if f.text == nil {
			continue
		}
		if n := utf8.RuneCountInString(*f.text); n > f.most {
			return ErrProfile.Withf(f.name, "%s has %d characters, at most %d are allowed; shorten it", f.name, n, f.most)
		}
	}
	if c.Email != nil && *c.Email != "" {
		if local, host, ok := strings.Cut(*c.Email, "@"); !ok || local == "" || !strings.Contains(host, ".") || strings.ContainsAny(*c.Email, " \t\n") {
			return ErrProfile.With("email", "email must be an e-mail address such as shop@example.com")
		}
	}
	if c.Vertical != nil && !slices.Contains(Verticals(), *c.Vertical) {
		return ErrProfile.With("vertical", "vertical must be one of "+strings.Join(Verticals(), ", "))
	}
	return c.checkWebsites()
}

func (c ProfileChange) checkWebsites() error {
	if c.Websites == nil {
		return nil
	}
	if n := len(*c.Websites); n > maxWebsites {
		return ErrProfile.Withf("websites", "websites has %d addresses, at most %d are allowed; remove some", n, maxWebsites)
	}
	for i, w := range *c.Websites {
		field := fmt.Sprintf("websites[%d]", i)
		if n := utf8.RuneCountInString(w); n > maxWebsite {
			return ErrProfile.Withf(field, "the address has %d characters, at most %d are allowed; shorten it", n, maxWebsite)
		}
		if u, err := url.Parse(w); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return ErrProfile.With(field, "a website must be an address that begins with http:// or https://, such as https://example.com")
		}
	}
	return nil
}

// ProfileTx returns a number's business profile; one that was never set is empty.
func ProfileTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (Profile, error) {
	var p Profile
	var websites string
	err := tx.QueryRow(ctx, `SELECT about, address, description, email, websites, vertical, picture_url
		FROM business_profile WHERE phone_id = $1`, phoneID).
		Scan(&p.About, &p.Address, &p.Description, &p.Email, &websites, &p.Vertical, &p.PictureURL)
	if errors.Is(err, db.ErrNoRows) {
		return Profile{}, nil
	}
	if err != nil {
		return Profile{}, fmt.Errorf("waba: profile: %w", err)
	}
	if err := json.Unmarshal([]byte(websites), &p.Websites); err != nil {
		return Profile{}, fmt.Errorf("waba: profile of %s: websites: %w", phoneID, err)
	}
	return p, nil
}

// SetProfileTx changes a number's business profile. A field that breaks its rule is refused with
// [ErrProfile] and nothing is changed.
func SetProfileTx(ctx context.Context, tx *db.Tx, phoneID id.ID, change ProfileChange) error {
	if err := change.check(); err != nil {
		return err
	}
	p, err := ProfileTx(ctx, tx, phoneID)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		to   *string
		from *string
	}{
		{&p.About, change.About},
		{&p.Address, change.Address},
		{&p.Description, change.Description},
		{&p.Email, change.Email},
		{&p.Vertical, change.Vertical},
		{&p.PictureURL, change.PictureURL},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if change.Websites != nil {
		p.Websites = *change.Websites
	}
	return storeProfile(ctx, tx, phoneID, p)
}

// PictureShownTx tells whether any number's profile shows a picture.
func PictureShownTx(ctx context.Context, tx *db.Tx, url string) (shown bool, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) > 0 FROM business_profile WHERE picture_url = $1`, url).Scan(&shown)
	if err != nil {
		return false, fmt.Errorf("waba: profile: %w", err)
	}
	return shown, nil
}

func storeProfile(ctx context.Context, tx *db.Tx, phoneID id.ID, p Profile) error {
	websites := []byte("[]")
	if len(p.Websites) > 0 {
		var err error
		if websites, err = json.Marshal(p.Websites); err != nil {
			return fmt.Errorf("waba: profile: %w", err)
		}
	}
	tx.Notify(Changes)
	_, err := tx.Exec(ctx, `INSERT INTO business_profile (phone_id, about, address, description, email, websites, vertical, picture_url)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (phone_id) DO UPDATE SET about = excluded.about, address = excluded.address, description = excluded.description,
			email = excluded.email, websites = excluded.websites, vertical = excluded.vertical, picture_url = excluded.picture_url`,
		phoneID, p.About, p.Address, p.Description, p.Email, string(websites), p.Vertical, p.PictureURL)
	if err != nil {
		return fmt.Errorf("waba: profile: %w", err)
	}
	return nil
}
