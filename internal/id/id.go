// Package id makes and reads the identifiers of the platform: decimal node ids,
// message ids (wamid) and trace ids.
package id

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// ID names a node of the graph. It is positive, fits 53 bits (so that a JavaScript
// number carries it unharmed) and rises with time. In JSON it is always a string.
type ID int64

// Max is the largest id: 2⁵³ − 1.
const Max ID = 1<<53 - 1

// ErrSyntax reports text that is not a decimal id between 1 and [Max].
var ErrSyntax = errors.New("id: not a decimal id")

// Parse reads a decimal id.
func Parse(s string) (ID, error) {
	if s == "" || s[0] < '1' || s[0] > '9' {
		return 0, fmt.Errorf("%w: %q", ErrSyntax, s)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ID(n) > Max {
		return 0, fmt.Errorf("%w: %q", ErrSyntax, s)
	}
	return ID(n), nil
}

// String is the decimal form; the zero id is the empty string.
func (i ID) String() string {
	if i == 0 {
		return ""
	}
	return strconv.FormatInt(int64(i), 10)
}

// MarshalText implements [encoding.TextMarshaler]: ids travel as JSON strings.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}

// Layout of an id: 41 bits of milliseconds since epoch, 4 bits of instance, 8 bits of counter.
const (
	instanceBits = 4
	counterBits  = 8
	counterMax   = 1<<counterBits - 1
)

// MaxInstance is the highest instance number; every process on one database has its own.
const MaxInstance = 1<<instanceBits - 1

var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Time is the moment an id of this platform was made at.
func (i ID) Time() time.Time {
	return epoch.Add(time.Duration(int64(i)>>(instanceBits+counterBits)) * time.Millisecond)
}

// Source makes ids that are unique and rising within one instance, whatever the clock does.
type Source struct {
	clock    clock.Clock
	instance int64

	mu      sync.Mutex
	last    int64 // milliseconds since epoch of the last id
	counter int64
}

// NewSource returns the id source of one process. It panics if instance is out of range.
func NewSource(c clock.Clock, instance int) *Source {
	if instance < 0 || instance > MaxInstance {
		panic(fmt.Sprintf("id: instance %d is not between 0 and %d", instance, MaxInstance))
	}
	return &Source{clock: c, instance: int64(instance)}
}

// FirstAt is below every id made at a time or later, by a clock that went forward.
func FirstAt(t time.Time) ID {
	return ID(max(t.Sub(epoch).Milliseconds(), 0) << (instanceBits + counterBits))
}

// New returns the next id. A full millisecond borrows from the next one, and a clock
// that went back keeps counting from where it was.
func (s *Source) New() ID {
	ms := s.clock.Now().Sub(epoch).Milliseconds()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next(ms)
}

// Many returns the next n ids, with none of others in between but those of other instances.
func (s *Source) Many(n int) []ID {
	ms := s.clock.Now().Sub(epoch).Milliseconds()
	ids := make([]ID, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range ids {
		ids[i] = s.next(ms)
	}
	return ids
}

// next is the next id at a time in milliseconds since the epoch.
func (s *Source) next(ms int64) ID {
	switch {
	case ms > s.last:
		s.last, s.counter = ms, 0
	case s.counter < counterMax:
		s.counter++
	default:
		s.last, s.counter = s.last+1, 0
	}
	return ID(s.last<<(instanceBits+counterBits) | s.instance<<counterBits | s.counter)
}

// Reserve makes every later id larger than seen: called at start with the newest id on disk,
// so that a clock set back never makes an id twice.
func (s *Source) Reserve(seen ID) {
	ms := int64(seen) >> (instanceBits + counterBits)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ms >= s.last {
		s.last, s.counter = ms+1, 0
	}
}
