package fault

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// ErrPanic is a panic that was contained.
var ErrPanic = errors.New("panic")

// Contain runs f and returns its error; a panic of f is one as well. It is for goroutines of our own that read what strangers
// wrote: there, nobody above would recover, and the whole program would end.
func Contain(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", ErrPanic, p, debug.Stack())
		}
	}()
	return f()
}
