package dev

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Query is what a search for webhooks asks for: words, and operators like is:failed type:order to:+84… since:1h.
type Query struct {
	Text string
	// State is pending, delivered or undelivered; empty for all. Failing are those whose last attempt failed.
	State   string
	Failing bool
	Type    string // a field, or a type of message or status within it
	To      string // digits of a customer's number
	Status  int    // of the last answer
	URL     string
	Since   time.Duration
	words   []string
	// Unknown are operators nobody knows.
	Unknown []string
}

// operators are those of the language, for suggestions.
func operators() []string {
	return []string{"is:failed", "is:pending", "is:delivered", "type:messages", "type:order", "type:statuses", "to:+84", "status:500", "url:", "since:1h"}
}

// queryMost bounds a search, wordsMost its words.
const (
	queryMost = 300
	wordsMost = 20
)

// parseQuery reads a search. Nothing in it is an error: what is no operator is a word.
func parseQuery(text string) Query {
	q := Query{}
	q.Text, q.words = readQuery(text, q.operator)
	return q
}

// readQuery gives each name:value of a search to operator; what that does not take is a word.
func readQuery(text string, operator func(name, value, part string) bool) (kept string, words []string) {
	if len(text) > queryMost {
		text = text[:queryMost]
	}
	text = strings.ToValidUTF8(text, "")
	parts := strings.Fields(text)
	for _, part := range parts[:min(len(parts), wordsMost)] {
		name, value, ok := strings.Cut(part, ":")
		if !ok || value == "" || !operator(strings.ToLower(name), value, part) {
			words = append(words, catalog.Fold(part))
		}
	}
	return text, words
}

// operator reads one; what is like none is a word.
func (q *Query) operator(name, value, part string) bool {
	switch name {
	case "is":
		q.is(strings.ToLower(value), part)
	case "type", "field":
		q.Type = value
	case "to", "from", "phone":
		q.To = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, value)
	case "status", "code":
		n, err := strconv.Atoi(value)
		if err != nil {
			q.Unknown = append(q.Unknown, part)
			return true
		}
		q.Status = n
	case "url":
		q.URL = value
	case "since":
		d, err := since(value)
		if err != nil || d <= 0 {
			q.Unknown = append(q.Unknown, part)
			return true
		}
		q.Since = d
	default:
		return false
	}
	return true
}

func (q *Query) is(value, part string) {
	switch value {
	case "failed", "failing":
		q.Failing = true
	case "undelivered", "delivered", "pending":
		q.State = value
	default:
		q.Unknown = append(q.Unknown, part)
	}
}

// since reads 30m, 1h, 2d.
func since(text string) (time.Duration, error) {
	const day = 24
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(min(n, 3650)*day) * time.Hour, err
	}
	return time.ParseDuration(text)
}

// Any tells whether the search leaves something out.
func (q Query) Any() bool { return strings.TrimSpace(q.Text) != "" }

// fits tells whether a delivery is searched for.
func (q Query) fits(d webhook.Delivery, now time.Time) bool {
	failed := d.State == "undelivered" || (d.State == "pending" && d.Attempts > 0)
	switch {
	case q.State != "" && d.State != q.State, q.Failing && !failed, q.Status != 0 && d.LastStatus != q.Status,
		q.Since > 0 && d.CreatedAt.Before(now.Add(-q.Since)), q.URL != "" && !strings.Contains(d.URL, q.URL),
		q.To != "" && !strings.Contains(d.Body, q.To):
		return false
	}
	if q.Type != "" && d.Field != q.Type && !strings.Contains(d.Body, `"type":"`+q.Type+`"`) && !strings.Contains(d.Body, `"`+q.Type+`":[`) {
		return false
	}
	if len(q.words) == 0 {
		return true
	}
	text := catalog.Fold(d.Field + " " + d.URL + " " + d.ID.String() + " " + d.EventID.String() + " " + readable(d.Body))
	return !slices.ContainsFunc(q.words, func(w string) bool { return !strings.Contains(text, w) })
}
