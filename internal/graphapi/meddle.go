package graphapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/inject"
)

// faultHeader tells a caller that what happened was wanted.
const faultHeader = "X-Hawker-Fault"

// Meddle lets calls go wrong by the rules of s, as [Deps.Meddle] wants it.
func Meddle(s *inject.Set) func(r *graph.Request) (said map[string]string, lose bool, err error) {
	return func(r *graph.Request) (map[string]string, bool, error) {
		if s.Quiet(inject.Graph) {
			return nil, false, nil
		}
		path := r.IDText
		if r.Edge != "" {
			path += "/" + r.Edge
		}
		rule, hit := s.OnCall(inject.Call{Method: r.Method, Path: path, Node: r.ID, App: r.Caller.App, Businesses: r.Caller.Businesses})
		if !hit {
			return nil, false, nil
		}
		said := map[string]string{faultHeader: printable(rule.Name)}
		if rule.Latency > 0 {
			select {
			case <-time.After(time.Duration(rule.Latency)):
			case <-r.Context().Done():
				return said, false, r.Context().Err()
			}
		}
		if rule.Drop == inject.DropRequest {
			panic(http.ErrAbortHandler)
		}
		if rule.Status != 0 || rule.Code != 0 {
			return said, false, spoken(rule)
		}
		return said, rule.Drop == inject.DropAnswer, nil
	}
}

// spoken is the error a rule asks for. What it leaves open is what Meta's servers answer when they fail.
func spoken(rule inject.Rule) error {
	v := grapherr.Voice{Code: rule.Code, Subcode: rule.Subcode, Type: grapherr.OAuth, Status: rule.Status, Title: rule.Message}
	if v.Code == 0 {
		v.Code, v.Transient = 2, true
	}
	if v.Status == 0 {
		v.Status = http.StatusBadRequest
	}
	if v.Title == "" {
		v.Title = "An unexpected error has occurred. Please retry your request later."
	}
	return &grapherr.Spoken{Cause: inject.ErrPurpose.With("", "a fault on purpose: "+rule.Name), Voice: v}
}

// printable is a name as a header can carry it.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, name)
}
