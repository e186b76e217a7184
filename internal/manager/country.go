package manager

import (
	"slices"

	"github.com/hawkerhq/hawker/internal/phone"
)

func countries() []string { return phone.Countries() }

func known(country string) bool { return slices.Contains(countries(), country) }
