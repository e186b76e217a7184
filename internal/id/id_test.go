package id_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/id"
)

func TestSourceRisesThroughFullMillisecondsAndClocksSetBack(t *testing.T) {
	t.Parallel()
	c := clock.NewFixed(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	s := id.NewSource(c, 3)
	last := id.ID(0)
	for i := range 5000 {
		if i == 2500 {
			c.Advance(-time.Hour)
		}
		n := s.New()
		if n <= last {
			t.Fatalf("id %d after %d does not rise", n, last)
		}
		if n > id.Max {
			t.Fatalf("id %d needs more than 53 bits", n)
		}
		last = n
	}
	s2 := id.NewSource(c, 3)
	s2.Reserve(last)
	if n := s2.New(); n <= last {
		t.Errorf("after Reserve(%d) came %d", last, n)
	}
}

func TestSourceFitsIn53BitsUntil2089(t *testing.T) {
	t.Parallel()
	s := id.NewSource(clock.NewFixed(time.Date(2089, 1, 1, 0, 0, 0, 0, time.UTC)), id.MaxInstance)
	if n := s.New(); n > id.Max {
		t.Errorf("id %d is larger than %d", n, id.Max)
	}
}

func TestIDTravelsAsAString(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(map[string]id.ID{"id": 500000000000001})
	if err != nil || string(b) != `{"id":"500000000000001"}` {
		t.Fatalf("Marshal = %s, %v", b, err)
	}
	for _, bad := range []string{"", "0", "-1", "01", "9007199254740992", "abc", "1.5", "18446744073709551617"} {
		if _, err := id.Parse(bad); err == nil {
			t.Errorf("Parse(%q) succeeded", bad)
		}
	}
}

// The published example of the structure: digits 16505551234, sent by the business.
func TestWamidHasThePublishedStructure(t *testing.T) {
	t.Parallel()
	const published = "wamid.HBgNNTUxMTk4ODg4Nzc3NxUCABEYEjA5QTFDNEQyRTdGMDEyMzQ1NgA="
	digits, d, unique, err := id.ParseWamid(published)
	if err != nil || digits != "5511988887777" || d != id.FromBusiness || unique != "09A1C4D2E7F0123456" {
		t.Fatalf("ParseWamid = %q %x %q %v", digits, d, unique, err)
	}
	for _, dir := range []id.Direction{id.FromBusiness, id.FromUser} {
		w := id.Wamid("84901234567", dir, 891418001543171)
		if m, ok := id.OfWamid(w); !ok || m != 891418001543171 {
			t.Errorf("OfWamid(%s) = %d, %v", w, m, ok)
		}
		digits, d, unique, err := id.ParseWamid(w)
		want := map[id.Direction]int{id.FromBusiness: 18, id.FromUser: 20}[dir]
		if err != nil || digits != "84901234567" || d != dir || len(unique) != want {
			t.Errorf("ParseWamid(%s) = %q %x %q %v", w, digits, d, unique, err)
		}
	}
	const enquiry = "wamid.HBgNNTUxMTk4ODg4Nzc3NxUCABEYD3Byb2R1Y3RfaW5xdWlyeQA="
	if got := id.ProductInquiryWamid("5511988887777"); got != enquiry {
		t.Errorf("ProductInquiryWamid = %s, want %s", got, enquiry)
	}
}

func FuzzParseWamid(f *testing.F) {
	f.Add(id.Wamid("84901234567", id.FromUser, id.Max))
	f.Add("wamid.HBgNNTUxMTk4ODg4Nzc3NxUCABEYD3Byb2R1Y3RfaW5xdWlyeQA=")
	f.Add("wamid.")
	f.Fuzz(func(t *testing.T, s string) {
		digits, d, _, err := id.ParseWamid(s)
		if m, ok := id.OfWamid(s); ok && (m <= 0 || m > id.Max) {
			t.Errorf("OfWamid(%q) = %d", s, m)
		}
		if err == nil && (len(digits) > 255 || (d != id.FromBusiness && d != id.FromUser)) {
			t.Errorf("accepted %q as %q %x", s, digits, d)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("500000000000001")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := id.Parse(s)
		if err == nil && strconv.FormatInt(int64(n), 10) != s {
			t.Errorf("Parse(%q) = %d does not print back", s, n)
		}
	})
}

func TestManyAreConsecutive(t *testing.T) {
	t.Parallel()
	s := id.NewSource(clock.NewFixed(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)), 3)
	first := s.New()
	list := s.Many(600)
	if list[0] != first+1 || list[254] != list[0]+254 {
		t.Errorf("%d is followed by %d … %d", first, list[0], list[254])
	}
	if !slices.IsSorted(list) || s.New() <= list[599] {
		t.Errorf("ids do not rise")
	}
}
