package manager

import (
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/ui"
)

// Pages are parsed when they are first asked for: here all of them are asked.
func TestEveryTemplateParses(t *testing.T) {
	t.Parallel()
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	if err := ui.NewRenderer(templates(), clock.System{}, time.UTC, assets).Check(); err != nil {
		t.Error(err)
	}
}
