// Package feed takes in the files that fill catalogs: feeds, when they are fetched, the rules their rows go
// through, and what came of each upload. Reading files is feedfile's work, storing items catalog's.
package feed

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// Causes.
var (
	ErrUnknown  = fault.New("feed.unknown")
	ErrParam    = fault.New("feed.parameter")
	ErrNoFile   = fault.New("feed.no_file")
	ErrTooLarge = fault.New("feed.file_too_large")
	ErrFull     = fault.New("feed.too_many")
)

// Bounds.
const (
	nameMost     = 200
	feedsMost    = 200 // of one catalog
	rulesMost    = 100 // of one feed
	fileNameMost = 255
)

// Feed is a file, or a series of files, that fills a catalog. Its enums are Meta's.
type Feed struct {
	ID, CatalogID id.ID
	Name          string
	FileName      string
	Type          string // PRODUCTS
	Country       string
	Currency      string
	Encoding      string // AUTODETECT, UTF8, LATIN1, …
	Delimiter     string // AUTODETECT, TAB, COMMA, …
	QuotedFields  string // AUTODETECT, ON, OFF
	// DeletionEnabled removes the feed's items that a replacing upload does not hold.
	DeletionEnabled bool
	// UpdateOnly never creates or deletes items.
	UpdateOnly bool
	// Supplementary feeds only add to the items of the PrimaryFeeds.
	Supplementary bool
	PrimaryFeeds  []id.ID
	// OverrideType is COUNTRY, LANGUAGE, … for a feed of localised values, and empty otherwise.
	OverrideType   string
	OverrideValue  string
	OverrideFields []string
	ItemSubType    string
	UseCase        string
	MigratedFrom   id.ID
	LatestUpload   id.ID // zero before the first
	CreatedAt      time.Time
}

// Localised tells whether the feed holds values for a country or a language instead of items.
func (f Feed) Localised() bool {
	return f.OverrideType != ""
}

// Service keeps feeds and takes their files in.
type Service struct {
	db       *db.DB
	clock    clock.Clock
	files    Files
	client   *safehttp.Client
	catalogs *catalog.Service
	log      *slog.Logger

	// keeping is held by who stores a file and the row that names it, and exclusively by who removes one.
	keeping sync.RWMutex

	committed func() // called by tests' wish after each commit of an import
}

// Deps is what the service works with.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Files    Files // of its own: files of uploads are removed when nothing names them any more
	Client   *safehttp.Client
	Catalogs *catalog.Service
	Logger   *slog.Logger
}

// New returns the service. It must hear of every catalog that is deleted: see [catalog.Service.OnDelete].
func New(d Deps) *Service {
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{db: d.DB, clock: d.Clock, files: d.Files, client: d.Client, catalogs: d.Catalogs, log: d.Logger}
	d.Catalogs.OnDelete(deleteCatalogTx)
	return s
}

// Register hands the service's jobs to a runner.
func (s *Service) Register(r *job.Runner) {
	job.Handle(r, s.Import)
	job.Handle(r, s.Fetch)
	job.Handle(r, s.Tick)
	job.Handle(r, s.Report)
	job.Handle(r, s.Clear)
	job.Handle(r, s.DropFiles)
	job.Handle(r, s.DropOld)
}

// Settings are what a feed is made or changed with; nil leaves a value as it is, or at its default.
type Settings struct {
	Name, FileName, Type, Country, Currency    *string
	Encoding, Delimiter, QuotedFields          *string
	DeletionEnabled, UpdateOnly, Supplementary *bool
	PrimaryFeeds                               []id.ID
	OverrideType, OverrideValue                *string
	OverrideFields                             []string
	ItemSubType, UseCase                       *string
	MigratedFrom                               id.ID
	// Schedule replaces the feed's items, UpdateSchedule only changes them.
	Schedule, UpdateSchedule *Schedule
	Rules                    []Rule
}

// Create makes a feed of a catalog.
func (s *Service) Create(ctx context.Context, c access.Caller, catalogID id.ID, set Settings) (f Feed, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return Feed{}, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = s.createTx(ctx, tx, c, catalogID, set)
		return err
	})
	return f, err
}

func (s *Service) createTx(ctx context.Context, tx *db.Tx, c access.Caller, catalogID id.ID, set Settings) (Feed, error) {
	err := ownedTx(ctx, tx, c, catalogID)
	if err == nil {
		err = catalog.MayChangeTx(ctx, tx, c, catalogID)
	}
	if err != nil {
		return Feed{}, err
	}
	n, err := CountTx(ctx, tx, catalogID)
	if err != nil {
		return Feed{}, err
	}
	if n >= feedsMost {
		return Feed{}, ErrFull.Withf("product_feeds", "catalog %s has %d feeds, no more are allowed; delete one that is not used", catalogID, n)
	}
	f := Feed{
		CatalogID: catalogID, Type: "PRODUCTS", Country: "US", Currency: "USD", Encoding: auto, Delimiter: auto, QuotedFields: auto,
		DeletionEnabled: true, CreatedAt: tx.Now(),
	}
	f.apply(set)
	if err := f.check(); err != nil {
		return Feed{}, err
	}
	if err := f.checkPrimariesTx(ctx, tx); err != nil {
		return Feed{}, err
	}
	if f.ID, err = node.NewTx(ctx, tx, node.ProductFeed); err != nil {
		return Feed{}, err
	}
	if err := insertFeedTx(ctx, tx, f); err != nil {
		return Feed{}, err
	}
	return f, s.settleTx(ctx, tx, f.ID, set, true)
}

// settleTx stores the schedules and rules of settings.
func (s *Service) settleTx(ctx context.Context, tx *db.Tx, feed id.ID, set Settings, fresh bool) error {
	for _, sch := range []struct {
		*Schedule
		updates bool
		field   string
	}{{set.Schedule, false, "schedule"}, {set.UpdateSchedule, true, "update_schedule"}} {
		if sch.Schedule == nil {
			continue
		}
		sch.Updates = sch.updates
		if err := s.setScheduleTx(ctx, tx, feed, *sch.Schedule, sch.field); err != nil {
			return err
		}
	}
	if fresh {
		for _, r := range set.Rules {
			if _, err := addRuleTx(ctx, tx, feed, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Update changes a feed. Its next fetch takes the whole file in, even if the file is the same.
func (s *Service) Update(ctx context.Context, c access.Caller, feed id.ID, set Settings) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := changeTx(ctx, tx, c, feed)
		if err != nil {
			return err
		}
		f.apply(set)
		if err := f.check(); err != nil {
			return err
		}
		if set.PrimaryFeeds != nil {
			if err := f.checkPrimariesTx(ctx, tx); err != nil {
				return err
			}
		}
		if err := updateFeedTx(ctx, tx, f); err != nil {
			return err
		}
		if err := forgetFilesTx(ctx, tx, feed); err != nil {
			return err
		}
		return s.settleTx(ctx, tx, feed, set, false)
	})
}

// Delete removes a feed, and then its items.
func (s *Service) Delete(ctx context.Context, c access.Caller, feed id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := changeTx(ctx, tx, c, feed)
		if err != nil {
			return err
		}
		if err := hideFeedTx(ctx, tx, feed); err != nil {
			return err
		}
		return job.EnqueueTx(ctx, tx, Clear{FeedID: feed}, job.Key(catalogKey(f.CatalogID)))
	})
}

// catalogKey is the key that all who change the items of a catalog queue under.
func catalogKey(catalog id.ID) string { return "catalog:" + catalog.String() }

const auto = "AUTODETECT"

func (f *Feed) apply(set Settings) {
	for _, t := range []struct {
		to   *string
		from *string
		up   bool
	}{
		{&f.Name, set.Name, false},
		{&f.FileName, set.FileName, false},
		{&f.Type, set.Type, true},
		{&f.Country, set.Country, true},
		{&f.Currency, set.Currency, true},
		{&f.Encoding, set.Encoding, true},
		{&f.Delimiter, set.Delimiter, true},
		{&f.QuotedFields, set.QuotedFields, true},
		{&f.OverrideType, set.OverrideType, true},
		{&f.OverrideValue, set.OverrideValue, false},
		{&f.ItemSubType, set.ItemSubType, true},
		{&f.UseCase, set.UseCase, true},
	} {
		if t.from == nil {
			continue
		}
		*t.to = strings.TrimSpace(*t.from)
		if t.up {
			*t.to = strings.ToUpper(*t.to)
		}
	}
	for _, b := range []struct{ to, from *bool }{
		{&f.DeletionEnabled, set.DeletionEnabled}, {&f.UpdateOnly, set.UpdateOnly}, {&f.Supplementary, set.Supplementary},
	} {
		if b.from != nil {
			*b.to = *b.from
		}
	}
	if set.PrimaryFeeds != nil {
		f.PrimaryFeeds = set.PrimaryFeeds
	}
	if set.OverrideFields != nil {
		f.OverrideFields = set.OverrideFields
	}
	if set.MigratedFrom != 0 {
		f.MigratedFrom = set.MigratedFrom
	}
}

// Enums of the contract.
var (
	encodings     = []string{auto, "LATIN1", "UTF16BE", "UTF16LE", "UTF32BE", "UTF32LE", "UTF8"}
	delimiters    = []string{auto, "BAR", "COMMA", "SEMICOLON", "TAB", "TILDE"}
	quotedModes   = []string{auto, "ON", "OFF"}
	overrideTypes = []string{"COUNTRY", "LANGUAGE", "LANGUAGE_AND_COUNTRY"}

	// Types and overrides of the contract that are for what Hawker does not sell.
	otherTypes = strings.Fields(`ACTIVITY APP_AND_SOFTWARE ARTICLE_AND_PUBLICATION AUTOMOTIVE_MODEL COLLECTION DESTINATION FLIGHT HOME_LISTING HOTEL HOTEL_ROOM
		LOCAL_INVENTORY MEDIA_TITLE OFFER PRODUCT_RATINGS_AND_REVIEWS SERVICE TRANSACTABLE_ITEMS VEHICLES VEHICLE_OFFER`)
	otherOverrides = strings.Fields(`BATCH_API_LANGUAGE_OR_COUNTRY CATALOG_SEGMENT_CUSTOMIZE_DEFAULT LOCAL SMART_PIXEL_LANGUAGE_OR_COUNTRY VERSION`)
)

func (f Feed) check() error {
	if n := utf8.RuneCountInString(f.Name); n == 0 || n > nameMost {
		return ErrParam.Withf("name", "name: a feed needs a name of 1 to %d characters, this one has %d", nameMost, n)
	}
	if n := utf8.RuneCountInString(f.FileName); n > fileNameMost {
		return ErrParam.Withf("file_name", "file_name has %d characters, at most %d are allowed", n, fileNameMost)
	}
	for _, e := range []struct {
		field, value string
		list         []string
	}{
		{"encoding", f.Encoding, encodings}, {"delimiter", f.Delimiter, delimiters}, {"quoted_fields_mode", f.QuotedFields, quotedModes},
	} {
		if !slices.Contains(e.list, e.value) {
			return ErrParam.Withf(e.field, "%s %.40q is unknown; one of %s", e.field, e.value, strings.Join(e.list, ", "))
		}
	}
	switch {
	case f.Type == "PRODUCTS":
	case !slices.Contains(otherTypes, f.Type):
		return ErrParam.Withf("feed_type", "feed_type %.40q is unknown; leave it out, or write PRODUCTS", f.Type)
	default:
		return ErrParam.Withf("feed_type", "feed_type %.40q is not offered; Hawker takes feeds of PRODUCTS", f.Type)
	}
	if _, ok := money.Exponent(f.Currency); !ok {
		return ErrParam.Withf("default_currency", "default_currency %.10q is no ISO 4217 code; write for example USD", f.Currency)
	}
	if !catalog.IsCountry(f.Country) {
		return ErrParam.Withf("country", "country %.10q is no ISO 3166 code of two letters; write for example US", f.Country)
	}
	if f.UseCase != "" && f.UseCase != "CREATOR_ASSET" {
		return ErrParam.Withf("use_case", "use_case %.40q is unknown; leave it out, or write CREATOR_ASSET", f.UseCase)
	}
	if f.ItemSubType != "" && !slices.Contains(catalog.SubTypes(), f.ItemSubType) {
		return ErrParam.Withf("item_sub_type", "item_sub_type %.40q is unknown; one of %s", f.ItemSubType, strings.Join(catalog.SubTypes(), ", "))
	}
	return f.checkKind()
}

// checkKind checks what a supplementary or localised feed needs.
func (f Feed) checkKind() error {
	if f.Supplementary && len(f.PrimaryFeeds) == 0 {
		return ErrParam.With("primary_feed_ids", "primary_feed_ids: a supplementary feed adds to the items of primary feeds; name at least one")
	}
	if !f.Supplementary && len(f.PrimaryFeeds) > 0 {
		return ErrParam.With("primary_feed_ids", "primary_feed_ids belongs to a feed whose ingestion_source_type is SUPPLEMENTARY_FEED; leave it out")
	}
	if f.OverrideType == "" {
		if f.OverrideValue != "" || len(f.OverrideFields) > 0 {
			return ErrParam.Withf("override_type", "override_type: say what override_value and selected_override_fields are for; one of %s", strings.Join(overrideTypes, ", "))
		}
		return nil
	}
	if !slices.Contains(overrideTypes, f.OverrideType) {
		state := "unknown"
		if slices.Contains(otherOverrides, f.OverrideType) {
			state = "not offered"
		}
		return ErrParam.Withf("override_type", "override_type %.40q is %s; one of %s", f.OverrideType, state, strings.Join(overrideTypes, ", "))
	}
	for _, name := range f.OverrideFields {
		if !catalog.Overridable(name, f.OverrideType) {
			return ErrParam.Withf("selected_override_fields", "selected_override_fields: %.40q cannot differ by %s; title, description, link and price are fields that can", name, f.OverrideType)
		}
	}
	return checkOverride(f.OverrideType, f.OverrideValue)
}

// selected leaves of a localised row what the feed is for, where it names fields: the others of its file say nothing.
func (f Feed) selected(data map[string]any) map[string]any {
	if len(f.OverrideFields) > 0 {
		maps.DeleteFunc(data, func(name string, _ any) bool {
			base, _, _ := strings.Cut(name, ".")
			return !slices.Contains(f.OverrideFields, name) && !slices.Contains(f.OverrideFields, base)
		})
	}
	return data
}
