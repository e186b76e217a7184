package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feed"
)

// pushFeed is the feed that pushes go through which name none.
const pushFeed = "hawker catalog push"

// remoteFeed is a feed of the catalog, and what it does to a file.
type remoteFeed struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Currency string `json:"default_currency"`
	rules    []feed.Rule
}

// feedNamed finds a feed by its name or id, with its rules; without an id, there is none.
func (r *remote) feedNamed(ctx context.Context, wanted string) (found remoteFeed, names []string, err error) {
	for after := ""; ; {
		var page page[remoteFeed]
		if err := r.call(ctx, http.MethodGet, r.catalog+"/product_feeds?fields=name,default_currency&limit=200"+after, "", nil, &page); err != nil {
			return remoteFeed{}, nil, err
		}
		for _, f := range page.Data {
			if names = append(names, f.Name); f.Name == wanted || f.ID == wanted {
				f.rules, err = r.rules(ctx, f.ID)
				return f, nil, err
			}
		}
		if after = page.next(); after == "" {
			return remoteFeed{}, names, nil
		}
	}
}

func (r *remote) rules(ctx context.Context, feedID string) (list []feed.Rule, err error) {
	for after := ""; ; {
		var page page[json.RawMessage]
		if err := r.call(ctx, http.MethodGet, feedID+"/rules?fields=attribute,rule_type,params&limit=200"+after, "", nil, &page); err != nil {
			return nil, err
		}
		text, err := json.Marshal(page.Data)
		if err != nil {
			return nil, err
		}
		part, err := feed.ReadRules(text)
		if err != nil {
			return nil, fmt.Errorf("the rules of feed %s: %s", feedID, inDetail(err))
		}
		list = append(list, part...)
		if after = page.next(); after == "" {
			return list, nil
		}
	}
}

// target is the feed a push goes through.
type target struct {
	name     string // empty: the pushes' own
	template string // of links
	links    []feed.Rule
}

func (t *target) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.name, "feed", "", `name or id of the feed to push through, by its rules; without it one named "`+pushFeed+`"`)
	linkFlag(cmd, &t.template)
}

func linkFlag(cmd *cobra.Command, template *string) {
	cmd.Flags().StringVar(template, "link-template", "", "address of the page of a row without a link, for example https://shop.example/products/{item_group_id}")
}

// check reads the template of links.
func (t *target) check() (err error) {
	t.links, err = linkRules(t.template)
	return err
}

func linkRules(template string) ([]feed.Rule, error) {
	if template == "" {
		return nil, nil
	}
	rules, err := feed.LinkRules(template)
	if err != nil {
		return nil, fmt.Errorf("link-template: %s", inDetail(err))
	}
	return rules, nil
}

// look finds the feed without making anything. Its rules are those it will have.
func (r *remote) look(ctx context.Context, t target) (f remoteFeed, missing []feed.Rule, err error) {
	wanted := t.name
	if wanted == "" {
		wanted = pushFeed
	}
	f, names, err := r.feedNamed(ctx, wanted)
	if err != nil {
		return f, nil, err
	}
	if f.ID == "" && t.name != "" {
		return f, nil, fmt.Errorf("the catalog has no feed %q; it has %q", t.name, names)
	}
	for _, rule := range t.links {
		if !slices.ContainsFunc(f.rules, rule.Same) {
			missing = append(missing, rule)
		}
	}
	f.rules = append(f.rules, missing...)
	return f, missing, nil
}

// prepare finds the feed, makes the pushes' own where there is none, and gives it what the push asks for.
func (r *remote) prepare(ctx context.Context, t target, currency string) (string, error) {
	f, missing, err := r.look(ctx, t)
	if err != nil {
		return "", err
	}
	if f.ID == "" {
		form := url.Values{"name": {pushFeed}}
		if currency != "" {
			form.Set("default_currency", currency)
		}
		var made created
		if err := r.post(ctx, r.catalog+"/product_feeds", form, &made); err != nil {
			return "", err
		}
		f.ID, f.Currency = made.ID, currency
	}
	if currency != "" && currency != f.Currency {
		var done struct{ Success bool }
		if err := r.post(ctx, f.ID, url.Values{"default_currency": {currency}}, &done); err != nil {
			return "", err
		}
	}
	for _, rule := range missing {
		params, err := json.Marshal(rule.Params)
		if err != nil {
			return "", err
		}
		var made created
		if err := r.post(ctx, f.ID+"/rules", url.Values{"attribute": {rule.Attribute}, "rule_type": {rule.Type}, "params": {string(params)}}, &made); err != nil {
			return "", err
		}
	}
	return f.ID, nil
}

// fileRules reads the rules of a file, for a check without a server.
func fileRules(name string) ([]feed.Rule, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rules, err := feed.ReadRules(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, inDetail(err))
	}
	return rules, nil
}
