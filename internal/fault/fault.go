// Package fault is the vocabulary of causes: why something the caller asked for cannot be done.
//
// A domain package declares its causes as package variables with [New] and returns them, made
// concrete with [Fault.With]. A cause knows nothing of protocols: the tables in grapherr (Graph API)
// and i18n (pages) give it a voice, and a test in app fails when a cause has none.
// Any error that is not a Fault is internal: it is logged and never shown.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Code names a cause, as "package.cause": "messaging.window_closed".
type Code string

// Fault is one cause, concrete or not.
type Fault struct {
	Code Code
	// Field is the path of the parameter at fault, as the caller spelled it:
	// "interactive.action.sections[0].title". Empty where no single field is.
	Field string
	// Detail says in English which rule was broken and what would be right. Where clients match
	// on a literal text of the contract, the literal comes first.
	Detail string
	// Facts fill the placeholders of the cause's user text.
	Facts map[string]string

	cause error
}

var (
	registryMu sync.Mutex
	registry   []Code
)

// New declares a cause. It is called once per cause, from a package variable, and panics on a second
// declaration of the same code.
func New(code Code) *Fault {
	registryMu.Lock()
	defer registryMu.Unlock()
	if slices.Contains(registry, code) {
		panic(fmt.Sprintf("fault: %s is declared twice", code))
	}
	registry = append(registry, code)
	return &Fault{Code: code}
}

// Codes lists every declared cause, sorted.
func Codes() []Code {
	registryMu.Lock()
	defer registryMu.Unlock()
	return slices.Sorted(slices.Values(registry))
}

// With returns a copy of f that blames field and explains with detail.
func (f *Fault) With(field, detail string) *Fault {
	c := *f
	c.Field, c.Detail = field, detail
	return &c
}

// Withf is [Fault.With] with a formatted detail.
func (f *Fault) Withf(field, format string, args ...any) *Fault {
	return f.With(field, fmt.Sprintf(format, args...))
}

// Fact returns a copy of f that also carries a named value for its user text.
func (f *Fault) Fact(key, value string) *Fault {
	c := *f
	c.Facts = make(map[string]string, len(f.Facts)+1)
	for k, v := range f.Facts {
		c.Facts[k] = v
	}
	c.Facts[key] = value
	return &c
}

// Wrap returns a copy of f that keeps err as its private cause: logged, never shown.
func (f *Fault) Wrap(err error) *Fault {
	c := *f
	c.cause = err
	return &c
}

// Error implements error.
func (f *Fault) Error() string {
	s := string(f.Code)
	if f.Field != "" {
		s += " (" + f.Field + ")"
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

// Unwrap returns the private cause.
func (f *Fault) Unwrap() error { return f.cause }

// Is makes errors.Is compare faults by code.
func (f *Fault) Is(target error) bool {
	var t *Fault
	return errors.As(target, &t) && t.Code == f.Code
}

// As returns the fault inside err, if there is one.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}
