package dev

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/catalog"
)

// CallQuery is what a search for calls asks for: words, and operators like is:failed code:131009 path:/messages since:1h.
type CallQuery struct {
	Text         string
	Failed, Good bool
	Method, Path string
	Status, Code int // Code is the error's code or subcode
	Since        time.Duration
	words        []string
	// Unknown are operators nobody knows.
	Unknown []string
}

// callOperators are those of the language, for suggestions.
func callOperators() []string {
	return []string{"is:failed", "is:ok", "code:131009", "status:400", "method:POST", "path:/messages", "since:1h"}
}

func parseCallQuery(text string) CallQuery {
	q := CallQuery{}
	q.Text, q.words = readQuery(text, q.operator)
	return q
}

// operator reads one; what is like none is a word.
func (q *CallQuery) operator(name, value, part string) bool {
	number := func(to *int) {
		n, err := strconv.Atoi(value)
		if err != nil {
			q.Unknown = append(q.Unknown, part)
			return
		}
		*to = n
	}
	switch name {
	case "is":
		switch strings.ToLower(value) {
		case "failed", "refused":
			q.Failed = true
		case "ok", "good":
			q.Good = true
		default:
			q.Unknown = append(q.Unknown, part)
		}
	case "method":
		q.Method = strings.ToUpper(value)
	case "path":
		q.Path = value
	case "status":
		number(&q.Status)
	case "code", "error":
		number(&q.Code)
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

// Any tells whether the search leaves something out.
func (q CallQuery) Any() bool { return strings.TrimSpace(q.Text) != "" }

// OnlyFailed tells that the search is the one of the button.
func (q CallQuery) OnlyFailed() bool { return strings.TrimSpace(q.Text) == "is:failed" }

// fits tells whether a call is searched for.
func (q CallQuery) fits(c calllog.Call, now time.Time) bool {
	const refused = 400
	switch {
	case q.Failed && c.Status < refused, q.Good && c.Status >= refused, q.Method != "" && c.Method != q.Method, q.Status != 0 && c.Status != q.Status,
		q.Code != 0 && c.Code != q.Code && c.Subcode != q.Code, q.Path != "" && !strings.Contains(c.Path, q.Path), q.Since > 0 && c.At.Before(now.Add(-q.Since)):
		return false
	}
	if len(q.words) == 0 {
		return true
	}
	text := catalog.Fold(strings.Join([]string{c.Path, c.Query, c.Trace, c.Ref, c.Agent, c.ID.String(), readable(c.Request), readable(c.Response)}, " "))
	return !slices.ContainsFunc(q.words, func(w string) bool { return !strings.Contains(text, w) })
}
