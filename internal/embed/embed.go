// Package embed lets a number's chat stand in pages of its business: which sites may show it, who the visitors are that
// write from there, and how often they may. The operator names the sites that are possible, the business picks among them.
package embed

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Causes of refusals.
var (
	ErrOff     = fault.New("embed.off")      // the number's chat stands in no site
	ErrOrigin  = fault.New("embed.origin")   // a site that the operator does not allow
	ErrTooMany = fault.New("embed.too_many") // too much at once
	ErrName    = fault.New("embed.name")     // no name to be called by
)

// Rates of visitors, who are nobody in particular.
var (
	// startsPlace: new visitors from one address; startsNumber: of one number.
	startsPlace  = limit.Rate{Every: time.Minute, Burst: 10}
	startsNumber = limit.Rate{Every: time.Hour / 1000, Burst: 200}
	// words: messages and orders of one visitor; steps: anything else that changes something.
	words = limit.Rate{Every: 3 * time.Second, Burst: 20}
	steps = limit.Rate{Every: 250 * time.Millisecond, Burst: 60}
)

// Service keeps sites and visitors. A nil service, or one without origins, embeds nothing.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	origins []string
	limiter *limit.Limiter
}

// New returns the service for the origins that the operator allows.
func New(d *db.DB, c clock.Clock, origins []string, l *limit.Limiter) *Service {
	return &Service{db: d, clock: c, origins: origins, limiter: l}
}

// Origins are what the operator allows.
func (s *Service) Origins() []string {
	if s == nil {
		return nil
	}
	return s.origins
}

// originsMost bounds the list of an operator.
const originsMost = 100

// ParseOrigins reads origins between commas: https://shop.example, or http:// on this machine itself.
func ParseOrigins(text string) ([]string, error) {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		o, ok := origin(part)
		if !ok {
			return nil, fmt.Errorf("%q is not an origin such as https://shop.example, without a path; http:// is for this machine only", part)
		}
		if !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	if len(list) > originsMost {
		return nil, fmt.Errorf("%d origins; at most %d", len(list), originsMost)
	}
	return list, nil
}

// origin writes an origin as browsers and policies do. Anything that could end the directive of a policy is none.
func origin(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	host := strings.ToLower(u.Host)
	if strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.:[]") != "" || strings.HasPrefix(host, ".") {
		return "", false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !here(u.Hostname())) {
		return "", false
	}
	return u.Scheme + "://" + host, true
}

func here(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// Sites are the origins that a number's chat may stand in now: what the business picked, as far as the operator allows it.
func (s *Service) Sites(ctx context.Context, phone id.ID) (list []string, err error) {
	if len(s.Origins()) == 0 {
		return nil, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = s.sitesTx(ctx, tx, phone)
		return err
	})
	return list, err
}

func (s *Service) sitesTx(ctx context.Context, tx *db.Tx, phone id.ID) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT origin FROM embed_site WHERE phone_id = $1 ORDER BY origin`, phone)
	if err != nil {
		return nil, fmt.Errorf("embed: sites: %w", err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, fmt.Errorf("embed: sites: %w", err)
		}
		if slices.Contains(s.origins, o) {
			list = append(list, o)
		}
	}
	return list, rows.Err()
}

// Pick sets the sites that a number of the caller's may be shown in; none closes its chats there.
func (s *Service) Pick(ctx context.Context, c access.Caller, phone id.ID, origins []string) error {
	for _, o := range origins {
		if !slices.Contains(s.origins, o) {
			return ErrOrigin.Withf("origin", "%.100q is not among the sites that the operator allows (--embed-origins)", o)
		}
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, c, phone); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM embed_site WHERE phone_id = $1`, phone); err != nil {
			return fmt.Errorf("embed: pick: %w", err)
		}
		for _, o := range origins {
			if _, err := tx.Exec(ctx, `INSERT INTO embed_site (phone_id, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING`, phone, o); err != nil {
				return fmt.Errorf("embed: pick: %w", err)
			}
		}
		return nil
	})
}
