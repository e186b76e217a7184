package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Limits says whose rate limits apply.
type Limits string

// Values of [Config.Limits].
const (
	LimitsMeta Limits = "meta" // Meta's published rates
	LimitsOff  Limits = "off"  // none: for load tests
)

// Config is everything an operator may set. The zero value is not usable: start from [Defaults].
// The keys are those of flags (--public-url), variables (HAWKER_PUBLIC_URL) and hawker.toml.
type Config struct {
	// Addr is the address to listen on, host:port. Port 0 picks a free one.
	Addr string `koanf:"addr"`
	// Data is the directory of the SQLite database and of stored media.
	Data string `koanf:"data"`
	// Database is "sqlite" or a postgres:// URL.
	Database string `koanf:"database"`
	// Instance tells apart the processes that share one PostgreSQL database, 0 to 15.
	Instance int `koanf:"instance"`
	// Limits is "meta" or "off".
	Limits Limits `koanf:"limits"`
	// MostAtWork is how many Graph API calls are worked on at once; more are refused with code 4 and Retry-After, so
	// that those at work are answered in time. 0 is no bound.
	MostAtWork int `koanf:"most-at-work"`
	// Demo seeds the demo world and opens the sandbox.
	Demo bool `koanf:"demo"`
	// DemoAnywhere allows Demo on an address that is not a loopback one: its token and password are public knowledge.
	DemoAnywhere bool `koanf:"demo-anywhere"`
	// PublicURL is how callers reach the server, for links made without a request at hand.
	// Empty means http:// and the listening address.
	PublicURL string `koanf:"public-url"`
	// EmbedOrigins are the sites in which businesses may let their chats stand, between commas; empty is none.
	EmbedOrigins string `koanf:"embed-origins"`
	// TrustProxy believes X-Forwarded-Proto and X-Forwarded-Host.
	TrustProxy bool `koanf:"trust-proxy"`
	// WebhookPrivate allows webhook receivers on loopback and private addresses.
	WebhookPrivate bool `koanf:"webhook-private"`
	// WebhookRoots is a PEM file of authorities to believe beside the system's, for receivers in one's own network.
	WebhookRoots string `koanf:"webhook-roots"`
	// WebhookBatch is how many updates one request may carry to a receiver that is behind; 1 is always one.
	WebhookBatch int `koanf:"webhook-batch"`
	// SyncWindow answers a send outside the customer service window with 131047 at once instead of
	// by a failed status.
	SyncWindow bool `koanf:"sync-window"`
	// SettingsDefaults answers commerce settings that were never set with a row of the defaults
	// instead of Meta's empty list.
	SettingsDefaults bool `koanf:"settings-defaults"`
	// Pictures fetches the pictures that items name and shows them from here; off, pages show a placeholder.
	Pictures bool `koanf:"pictures"`
	// TemplateReview is how long a decision on a message template takes; 0 decides at once.
	TemplateReview time.Duration `koanf:"template-review"`
	// Taxonomy is the vendor's file of Google's product taxonomy; empty is none.
	Taxonomy string `koanf:"taxonomy"`
	// PolicyRules is a directory of files with further rules of the policy review; empty is none.
	PolicyRules string `koanf:"policy-rules"`
	// PolicySupplements is "unsafe_only" or "all": which food supplements the review rejects.
	PolicySupplements string `koanf:"policy-supplements"`
	// PolicyReviewer is the address of the operator's own reviewer, asked about items the rules hold for a person; empty is none.
	PolicyReviewer string `koanf:"policy-reviewer"`
	// PolicyReviewerSecret signs what it is sent.
	PolicyReviewerSecret string `koanf:"policy-reviewer-secret"`
	// PolicyReviewerTimeout is how long its answer may take.
	PolicyReviewerTimeout time.Duration `koanf:"policy-reviewer-timeout"`
	// Transparent is the address:port that answers over TLS for Meta's hosts, with Hawker's own authority;
	// empty is off.
	Transparent string `koanf:"transparent"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `koanf:"log-level"`
	// LogFormat is text or json.
	LogFormat string `koanf:"log-format"`
}

// Defaults is the configuration of a plain `hawker serve`.
func Defaults() Config {
	return Config{
		Addr:       "127.0.0.1:8080",
		Data:       "./hawker-data",
		Database:   "sqlite",
		Limits:     LimitsMeta,
		MostAtWork: 1024,
		Pictures:   true,
		LogLevel:   "info",
		LogFormat:  "text",

		TemplateReview: 30 * time.Second,

		PolicySupplements:     policy.SupplementsUnsafe,
		PolicyReviewerTimeout: 5 * time.Second,
		WebhookBatch:          webhook.BatchMost,
	}
}

// templateReviewMost is as long as Meta takes at most.
const templateReviewMost = 24 * time.Hour

// Validate reports every mistake at once.
func (c Config) Validate() error {
	var errs []error
	add := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		add("addr", "%q is not host:port, for example 127.0.0.1:8080", c.Addr)
	}
	if c.Demo && err == nil && !c.DemoAnywhere && !isLoopback(host) {
		add("demo", "the demo world's token and password are public, so it only runs on a loopback address (127.0.0.1, localhost, ::1), not %q; --demo-anywhere opens it knowingly", host)
	}
	if c.Database != "sqlite" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		add("database", `must be "sqlite" or a postgres:// URL`)
	}
	if c.Database == "sqlite" && c.Data == "" {
		add("data", "needs a directory for the SQLite database, for example ./hawker-data")
	}
	if c.Instance < 0 || c.Instance > 15 {
		add("instance", "%d is not between 0 and 15", c.Instance)
	}
	if c.MostAtWork < 0 {
		add("most-at-work", "%d is negative; 0 is no bound", c.MostAtWork)
	}
	if c.Limits != LimitsMeta && c.Limits != LimitsOff {
		add("limits", `%q is neither "meta" nor "off"`, c.Limits)
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			add("public-url", "%q is not an address such as https://shop.example, without a path", c.PublicURL)
		}
	}
	if _, err := embed.ParseOrigins(c.EmbedOrigins); err != nil {
		add("embed-origins", "%s", err)
	}
	if c.WebhookBatch < 1 || c.WebhookBatch > webhook.BatchMost {
		add("webhook-batch", "%d is not between 1 and %d", c.WebhookBatch, webhook.BatchMost)
	}
	if c.TemplateReview < 0 || c.TemplateReview > templateReviewMost {
		add("template-review", "%s is not between 0 and %s", c.TemplateReview, templateReviewMost)
	}
	if c.PolicySupplements != policy.SupplementsUnsafe && c.PolicySupplements != policy.SupplementsAll {
		add("policy-supplements", "%q is neither %q nor %q", c.PolicySupplements, policy.SupplementsUnsafe, policy.SupplementsAll)
	}
	c.validateReviewer(add)
	if _, err := c.logLevel(); err != nil {
		add("log-level", "%q is not debug, info, warn or error", c.LogLevel)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		add("log-format", `%q is neither "text" nor "json"`, c.LogFormat)
	}
	return errors.Join(errs...)
}

func (c Config) logLevel() (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(c.LogLevel))
	return l, err
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// Bounds of the operator's own reviewer.
const (
	reviewerSecretLeast = 16
	reviewerTimeLeast   = 100 * time.Millisecond
	reviewerTimeMost    = 30 * time.Second
)

func (c Config) validateReviewer(add func(key, format string, args ...any)) {
	if c.PolicyReviewer == "" {
		return
	}
	if u, err := url.Parse(c.PolicyReviewer); err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		add("policy-reviewer", "%q is not an absolute http:// or https:// URL", c.PolicyReviewer)
	}
	if len(c.PolicyReviewerSecret) < reviewerSecretLeast {
		add("policy-reviewer-secret", "has %d characters; it signs what the reviewer is sent and needs %d or more (HAWKER_POLICY_REVIEWER_SECRET)", len(c.PolicyReviewerSecret), reviewerSecretLeast)
	}
	if c.PolicyReviewerTimeout < reviewerTimeLeast || c.PolicyReviewerTimeout > reviewerTimeMost {
		add("policy-reviewer-timeout", "%s is not from %s to %s", c.PolicyReviewerTimeout, reviewerTimeLeast, reviewerTimeMost)
	}
}
