package manager

import (
	"context"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// HomePage is what needs attention.
type HomePage struct {
	Shell
	Tally  catalog.Tally
	Tiles  []Tile
	Steps  []Step
	Issues []catalog.Diagnostic
	Feeds  []FeedLine
	// Failed counts webhooks that were given up; of the last Sent webhooks Arrived reached their receiver.
	Failed, Arrived, Sent int
	Problem               *Problem
}

// Tile is a number with a link to what it counts.
type Tile struct {
	Key, Link, Icon, Tone string
	Count                 int
}

// Step is one of the things a new business does first.
type Step struct {
	Key, Link string
	Done      bool
}

// FeedLine is a feed and how its last upload went.
type FeedLine struct {
	Feed   feed.Feed
	Upload feed.Upload
	Ran    bool
}

// failedMost is up to how many failed webhooks are counted.
const failedMost = 100

// home shows what needs attention.
func (s *Server) home(v *visit) error { return s.showHome(v, http.StatusOK, nil) }

func (s *Server) showHome(v *visit, status int, problem *Problem) error {
	p := HomePage{Shell: v.shell(v.business.Name, "home"), Problem: problem}
	if v.catalog.ID != 0 {
		if err := s.homeCatalog(v, &p); err != nil {
			return err
		}
	}
	failed, err := s.Webhooks.Deliveries(v.Context(), v.caller, webhook.Filter{State: "undelivered"}, 0, failedMost)
	if err != nil {
		return err
	}
	p.Failed = len(failed)
	last, err := s.Webhooks.Deliveries(v.Context(), v.caller, webhook.Filter{}, 0, failedMost)
	if err != nil {
		return err
	}
	for _, d := range last {
		if p.Sent++; d.State == "delivered" {
			p.Arrived++
		}
	}
	if p.Steps, err = s.firstSteps(v, p.Tally.Items); err != nil {
		return err
	}
	return v.show(status, "home.html", p)
}

func (s *Server) homeCatalog(v *visit, p *HomePage) (err error) {
	if p.Tally, err = s.Catalogs.Tally(v.Context(), v.caller, v.catalog.ID); err != nil {
		return err
	}
	p.Tiles = tiles(p.Tally, v.at("/items?catalog="+v.catalog.ID.String()))
	if p.Issues, err = s.Catalogs.Diagnostics(v.Context(), v.caller, v.catalog.ID); err != nil {
		return err
	}
	return s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Feeds = nil
		list, err := feed.ListTx(ctx, tx, v.caller, v.catalog.ID)
		if err != nil {
			return err
		}
		for _, f := range list {
			line := FeedLine{Feed: f}
			uploads, err := feed.UploadsTx(ctx, tx, v.caller, f.ID, 0, 0, 1)
			if err != nil {
				return err
			}
			if len(uploads) > 0 {
				line.Upload, line.Ran = uploads[0], true
			}
			p.Feeds = append(p.Feeds, line)
		}
		return nil
	})
}

func tiles(t catalog.Tally, items string) []Tile {
	pending := t.Review[catalog.Pending] + t.Review[catalog.Outdated]
	return []Tile{
		{Key: "manager.approved", Link: items + "&review=approved", Icon: "circle-check", Tone: "good", Count: t.Review[catalog.Approved]},
		{Key: "manager.pending", Link: items + "&review=pending", Icon: "clock-3", Tone: "", Count: pending},
		{Key: "manager.held", Link: items + "&review=held", Icon: "user-round", Tone: "warm", Count: t.Review[catalog.Held]},
		{Key: "manager.rejected", Link: items + "&review=rejected", Icon: "ban", Tone: "bad", Count: t.Review[catalog.Rejected]},
		{Key: "manager.gone", Link: items + "&availability=out+of+stock", Icon: "package-x", Tone: "warm", Count: t.Gone},
		{Key: "manager.hidden", Link: items + "&visibility=staging", Icon: "eye-off", Tone: "", Count: t.Hidden},
	}
}

// firstSteps are what a business does before its first sale; none once all are done.
func (s *Server) firstSteps(v *visit, items int) (steps []Step, err error) {
	var connected, visible bool
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		accounts, err := waba.AccountsTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			_, ok, err := waba.ConnectedCatalogTx(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			connected = connected || ok
		}
		numbers, err := waba.NumbersTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			set, err := waba.SettingsTx(ctx, tx, n.ID)
			if err != nil {
				return err
			}
			visible = visible || set.CatalogVisible
		}
		return nil
	})
	steps = []Step{
		{Key: "upload", Link: v.at("/sources"), Done: items > 0},
		{Key: "connect", Link: v.at("/connections"), Done: connected},
		{Key: "settings", Link: v.at("/connections"), Done: connected && visible},
	}
	for _, st := range steps {
		if !st.Done {
			return steps, err
		}
	}
	return nil, err
}

// now is the platform's time.
func (s *Server) now() time.Time { return s.Clock.Now() }
