package dev

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// GraphCall is a call of the Graph API that can be tried.
type GraphCall struct {
	// Key names it: "POST /{phone_number}/messages". Node is Meta's name of what it is about; "" for endpoints that are no nodes.
	Key, Node, Method, Path, Doc string
	// Fields can be asked for with fields=.
	Fields []string
	// Query and Body are an example, with {kind} where an id of that kind stands.
	Query, Body string
}

// GraphGroup are the calls about one kind of node.
type GraphGroup struct {
	Name  string
	Calls []GraphCall
}

// graphVersion stands before the paths that are offered.
const graphVersion = "/v25.0"

// graphGroups are the calls that all words of a search are found in, by node.
func (s *Server) graphGroups(search, lang string) (list []GraphGroup) {
	words := strings.Fields(catalog.Fold(search))
	for _, c := range s.Graph {
		if !found(words, c.Key, c.Node, c.Doc, Said(lang, c.Doc), strings.Join(c.Fields, " ")) {
			continue
		}
		if len(list) == 0 || list[len(list)-1].Name != c.Node {
			list = append(list, GraphGroup{Name: c.Node})
		}
		g := &list[len(list)-1]
		g.Calls = append(g.Calls, c)
	}
	return list
}

// found tells whether all words stand somewhere in texts.
func found(words []string, texts ...string) bool {
	text := catalog.Fold(strings.Join(texts, " "))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// named is what an example leaves open: {phone_number}.
var named = regexp.MustCompile(`\{[a-z_]+\}`)

// lists are where an id of a kind is found.
var lists = map[string]string{
	"waba": "/{business}/owned_whatsapp_business_accounts", "phone_number": "/{waba}/phone_numbers", "product_catalog": "/{waba}/product_catalogs",
	"product_item": "/{product_catalog}/products", "product_set": "/{product_catalog}/product_sets", "product_group": "/{product_catalog}/product_groups",
	"product_feed": "/{product_catalog}/product_feeds", "feed_upload": "/{product_feed}/uploads", "feed_schedule": "/{product_feed}/upload_schedules",
	"feed_rule": "/{product_feed}/rules", "feed_upload_error": "/{feed_upload}/errors", "feed_upload_sample": "/{feed_upload_error}/samples",
	"message_template": "/{waba}/message_templates", "flow": "/{waba}/flows", "system_user": "/{business}/system_users",
}

// sampleCustomer is who examples write to, sampleSpan what they look back on.
const (
	sampleCustomer = "84901234567"
	sampleSpan     = 7 * 24 * time.Hour
)

// names knows what stands for {kind} in this world. What there is none of stays as it is.
type names struct {
	s    *Server
	v    *visit
	have map[string]string
}

func (s *Server) names(v *visit) names {
	now := s.Clock.Now()
	n := names{s: s, v: v, have: map[string]string{
		"app": s.AppID.String(), "token": s.Token, "wa_id": sampleCustomer,
		"since": strconv.FormatInt(now.Add(-sampleSpan).Unix(), 10), "until": strconv.FormatInt(now.Unix(), 10),
	}}
	if len(v.caller.Businesses) > 0 {
		n.have["business"] = v.caller.Businesses[0].String()
	}
	return n
}

// fill puts ids where an example names kinds.
func (n names) fill(text string) string {
	return named.ReplaceAllStringFunc(text, func(m string) string {
		if value := n.of(strings.Trim(m, "{}")); value != "" {
			return value
		}
		return m
	})
}

// of is an id of a kind; "" where there is none.
func (n names) of(kind string) string {
	value, known := n.have[kind]
	if known {
		return value
	}
	n.have[kind] = "" // whoever asks on the way gets none
	field, path := "id", lists[kind]
	if kind == "retailer_id" {
		field, path = kind, lists["product_item"]
	}
	if path == "" {
		return ""
	}
	if path = n.fill(path); strings.Contains(path, "{") {
		return ""
	}
	a := n.s.do(n.v.Request, Ask{Method: http.MethodGet, Path: graphVersion + path + "?fields=" + field + "&limit=1", Token: n.s.Token})
	var page struct{ Data []map[string]any }
	if json.Unmarshal([]byte(a.Body), &page) == nil && len(page.Data) > 0 {
		value, _ = page.Data[0][field].(string)
	}
	n.have[kind] = value
	return value
}

// begin is a call as it is offered for trying.
func (n names) begin(c GraphCall) Ask {
	a := Ask{Method: c.Method, Path: graphVersion + n.fill(c.Path), Token: n.s.Token}
	if c.Query != "" {
		a.Path += "?" + n.fill(c.Query)
	}
	if c.Body != "" {
		var b bytes.Buffer
		if json.Indent(&b, []byte(n.fill(c.Body)), "", "  ") == nil {
			a.Body = b.String()
		}
	}
	return a
}

// graphCall finds a call by its key.
func (s *Server) graphCall(key string) *GraphCall {
	for n := range s.Graph {
		if s.Graph[n].Key == key {
			return &s.Graph[n]
		}
	}
	return nil
}

// Href leads to the call, filled in.
func (c GraphCall) Href(search string) string {
	q := url.Values{"graph": {c.Key}}
	if search != "" {
		q.Set("q", search)
	}
	return Prefix + "/explorer?" + q.Encode()
}
