// Package grapherr gives every cause its Graph API voice: code, subcode, type, HTTP status and title.
// The tables stand in one file per domain; a test in app fails when a cause has none.
package grapherr

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Types of the error envelope.
const (
	OAuth       = "OAuthException"
	GraphMethod = "GraphMethodException"
)

// Voice is how a cause sounds in the Graph API.
type Voice struct {
	Code    int
	Subcode int
	// Type is OAuth unless said otherwise.
	Type string
	// Status is HTTP 400 unless said otherwise.
	Status int
	// Title is what the code means, as clients know it. The message is "(#code) Title".
	Title string
	// Plain makes the message the fault's detail, without code or title: for Graph's own wording.
	Plain bool
	// Details puts the fault's detail into error_data.details, as the Cloud API does, instead of
	// behind the title.
	Details bool
	// Literal tells that clients match on the whole detail: what is said to people besides stands in error_user_msg.
	Literal bool
	// Transient tells clients that the same call may succeed later.
	Transient bool
}

var voices = map[fault.Code]Voice{}

func register(m map[fault.Code]Voice) {
	for code, v := range m {
		if v.Type == "" {
			v.Type = OAuth
		}
		if v.Status == 0 {
			v.Status = http.StatusBadRequest
		}
		voices[code] = v
	}
}

// internalVoice is what strangers hear of an internal error.
var internalVoice = Voice{
	Code: 1, Type: OAuth, Status: http.StatusInternalServerError, Transient: true,
	Title: "An unknown error occurred. Try again; if it stays, look for the fbtrace_id in Hawker's log.",
}

// Spoken is an error that brings its voice along.
type Spoken struct {
	Cause error // a fault, for its code and words
	Voice Voice
}

// Error implements [error].
func (s *Spoken) Error() string { return s.Cause.Error() }

// Unwrap implements the errors package's convention.
func (s *Spoken) Unwrap() error { return s.Cause }

// Lookup finds the voice of err. ok is false for an internal error, which keeps its words to the log.
func Lookup(err error) (v Voice, f *fault.Fault, ok bool) {
	var cause *fault.Fault
	if !errors.As(err, &cause) {
		return internalVoice, nil, false
	}
	var spoken *Spoken
	if errors.As(err, &spoken) {
		return spoken.Voice, cause, true
	}
	v, known := voices[cause.Code]
	if !known {
		return internalVoice, nil, false
	}
	return v, cause, true
}

// Codes lists the causes that have a voice, sorted.
func Codes() []fault.Code { return slices.Sorted(maps.Keys(voices)) }
