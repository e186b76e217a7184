package fault_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
)

var errSample = fault.New("fault_test.sample")

func TestConcreteFaultsAreTheirCause(t *testing.T) {
	t.Parallel()
	concrete := errSample.With("a.b", "must be a number").Fact("max", "30").Wrap(errors.New("disk"))
	wrapped := fmt.Errorf("while testing: %w", concrete)
	if !errors.Is(wrapped, errSample) {
		t.Error("a concrete fault is not its declared cause")
	}
	f, ok := fault.As(wrapped)
	if !ok || f.Field != "a.b" || f.Facts["max"] != "30" {
		t.Errorf("As = %+v, %v", f, ok)
	}
	if errSample.Field != "" || errSample.Facts != nil {
		t.Error("With changed the declared cause")
	}
	if !slices.Contains(fault.Codes(), "fault_test.sample") {
		t.Error("the cause is not registered")
	}
}

func TestACauseIsDeclaredOnce(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a second declaration did not panic")
		}
	}()
	fault.New("fault_test.sample")
}
