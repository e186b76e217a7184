package access_test

import (
	"errors"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/id"
)

func TestCallerReachesOnlyWhatItWasGranted(t *testing.T) {
	t.Parallel()
	c := access.Caller{Businesses: []id.ID{7}, Permissions: []access.Permission{access.CatalogManagement}}
	if !c.Reaches(7) || c.Reaches(8) || (access.Caller{}).Reaches(7) {
		t.Error("Reaches is wrong")
	}
	if err := c.Require(access.CatalogManagement); err != nil {
		t.Errorf("Require(granted) = %v", err)
	}
	if err := c.Require(access.CatalogManagement, access.Sandbox); !errors.Is(err, access.ErrPermission) {
		t.Errorf("Require(missing) = %v, want ErrPermission", err)
	}
}
