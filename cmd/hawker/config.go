package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"

	"github.com/hawkerhq/hawker/internal/app"
)

const (
	envPrefix   = "HAWKER_"
	defaultFile = "hawker.toml"
)

// addConfigFlags declares a flag for each key of [app.Config].
func addConfigFlags(f *pflag.FlagSet) {
	d := app.Defaults()
	f.String("config", "", "read settings from this file (default ./"+defaultFile+" where it exists)")
	f.String("addr", d.Addr, "address to listen on, host:port")
	f.String("data", d.Data, "directory of the SQLite database and media")
	f.String("database", d.Database, `"sqlite" or a postgres:// URL`)
	f.Int("instance", d.Instance, "number of this process among those on one PostgreSQL database, 0 to 15")
	f.String("limits", string(d.Limits), `rate limits: "meta" (Meta's published rates) or "off" (load tests)`)
	f.Int("most-at-work", d.MostAtWork, "Graph API calls worked on at once; more are refused with code 4 (0: no bound)")
	f.Bool("demo", d.Demo, "seed three demo shops and four customers, and open the sandbox")
	f.Bool("demo-anywhere", d.DemoAnywhere, "allow --demo on an address that is not loopback (its credentials are public)")
	f.String("public-url", d.PublicURL, "how callers reach the server, for example https://shop.example")
	f.String("embed-origins", d.EmbedOrigins, "sites in which businesses may let their chats stand, between commas: https://shop.example")
	f.Bool("trust-proxy", d.TrustProxy, "believe X-Forwarded-Proto and X-Forwarded-Host")
	f.Bool("webhook-private", d.WebhookPrivate, "allow webhook receivers on loopback and private addresses (--demo does)")
	f.String("webhook-roots", d.WebhookRoots, "PEM file of authorities that receivers' certificates may come from, beside the system's")
	f.Int("webhook-batch", d.WebhookBatch, "how many updates one request may carry to a receiver that is behind; 1: always one")
	f.Bool("sync-window", d.SyncWindow, "answer 131047 at once instead of by a failed status")
	f.Bool("pictures", d.Pictures, "fetch the pictures that items name and show them from here; off, pages show a placeholder")
	f.Bool("settings-defaults", d.SettingsDefaults, "show the defaults for commerce settings that were never set")
	f.Duration("template-review", d.TemplateReview, "how long a decision on a message template takes; 0 decides at once")
	f.String("taxonomy", d.Taxonomy, "file of Google's product taxonomy (taxonomy-with-ids.en-US.txt): uploads are warned of categories that are not in it")
	f.String("policy-rules", d.PolicyRules, "directory of files NAME.txt with further rules of the policy review")
	f.String("policy-reviewer", d.PolicyReviewer, "address of your own reviewer, asked about items the rules hold for a person")
	f.String("policy-reviewer-secret", d.PolicyReviewerSecret, "signs what your own reviewer is sent; better given as HAWKER_POLICY_REVIEWER_SECRET")
	f.Duration("policy-reviewer-timeout", d.PolicyReviewerTimeout, "how long its answer may take; the item waits for a person meanwhile")
	f.String("policy-supplements", d.PolicySupplements, `food supplements the review rejects: "unsafe_only" or "all"`)
	f.String("transparent", d.Transparent, "address:port that answers over TLS as graph.facebook.com, for example 127.0.0.77:443")
	f.String("log-level", d.LogLevel, "debug, info, warn or error")
	f.String("log-format", d.LogFormat, "text or json")
}

// loadConfig merges, in rising weight: defaults, the settings file, HAWKER_* variables, flags.
// HAWKER_DATABASE_FILE names a file that holds the database URL, so that a password need not stand in the environment.
func loadConfig(flags *pflag.FlagSet, environ []string) (app.Config, error) {
	k := koanf.New(".")
	file, err := readSettings(flags)
	if err != nil {
		return app.Config{}, err
	}
	environ, err = resolveFiles(environ)
	if err != nil {
		return app.Config{}, err
	}
	fromEnv := env.Provider(".", env.Opt{
		Prefix:      envPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(key, value string) (string, any) {
			return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, envPrefix)), "_", "-"), value
		},
	})
	fromFlags := posflag.ProviderWithFlag(flags, ".", k, func(f *pflag.Flag) (string, any) {
		if f.Name == "config" || f.Name == "help" {
			return "", nil
		}
		return f.Name, posflag.FlagVal(flags, f)
	})
	for _, p := range []koanf.Provider{confmap.Provider(file, "."), fromEnv, fromFlags} {
		if err := k.Load(p, nil); err != nil {
			return app.Config{}, fmt.Errorf("reading settings: %w", err)
		}
	}
	if err := refuseUnknown(k.Keys()); err != nil {
		return app.Config{}, err
	}
	c := app.Defaults()
	err = k.UnmarshalWithConf("", &c, koanf.UnmarshalConf{
		Tag: "koanf",
		DecoderConfig: &mapstructure.DecoderConfig{
			Result: &c, TagName: "koanf", WeaklyTypedInput: true, DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
		},
	})
	if err != nil {
		return app.Config{}, fmt.Errorf("reading settings: %w", err)
	}
	return c, c.Validate()
}

func readSettings(flags *pflag.FlagSet) (map[string]any, error) {
	name, _ := flags.GetString("config")
	asked := name != ""
	if !asked {
		name = defaultFile
	}
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	var m map[string]any
	if err := toml.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("reading settings from %s: %w", name, err)
	}
	return m, nil
}

// callers are the variables of the commands that call a server: who exports them for those may start one in the same shell.
var callers = []string{envPrefix + "SERVER", envPrefix + "TOKEN", envPrefix + "CATALOG"}

func resolveFiles(environ []string) ([]string, error) {
	const key = envPrefix + "DATABASE_FILE="
	out := make([]string, 0, len(environ))
	for _, e := range environ {
		name, ok := strings.CutPrefix(e, key)
		// Variables of our own test machinery, and those of the commands that call a server, are not settings of one.
		if strings.HasPrefix(e, envPrefix+"TEST_") || slices.Contains(callers, strings.Split(e, "=")[0]) {
			continue
		}
		if !ok {
			out = append(out, e)
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("HAWKER_DATABASE_FILE: %w", err)
		}
		out = append(out, envPrefix+"DATABASE="+strings.TrimSpace(string(b)))
	}
	return out, nil
}

func refuseUnknown(keys []string) error {
	known := map[string]bool{}
	for f := range reflect.TypeFor[app.Config]().Fields() {
		known[f.Tag.Get("koanf")] = true
	}
	var errs []error
	for _, k := range keys {
		if !known[k] {
			errs = append(errs, fmt.Errorf("%s: no such setting; `hawker serve --help` lists them", k))
		}
	}
	return errors.Join(errs...)
}
