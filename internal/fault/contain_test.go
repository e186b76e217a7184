package fault_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
)

func TestAPanicIsAnError(t *testing.T) {
	t.Parallel()
	if err := fault.Contain(func() error { return nil }); err != nil {
		t.Error(err)
	}
	own := errors.New("own")
	if err := fault.Contain(func() error { return own }); !errors.Is(err, own) || errors.Is(err, fault.ErrPanic) {
		t.Error(err)
	}
	var none map[string]int
	err := fault.Contain(func() error { none["x"] = 1; return nil })
	if !errors.Is(err, fault.ErrPanic) || !strings.Contains(err.Error(), "nil map") || !strings.Contains(err.Error(), "contain_test.go") {
		t.Errorf("%v, want the panic and where it was", err)
	}
}
