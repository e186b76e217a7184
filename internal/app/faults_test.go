package app_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
)

// What clients branch on: a code is an error of HTTP 4xx or 5xx, and codes mean one thing.
func TestVoicesSoundAsTheContractSays(t *testing.T) {
	t.Parallel()
	titles := map[int]string{}
	status := map[int]int{}
	for _, c := range grapherr.Codes() {
		v, _, ok := grapherr.Lookup(&fault.Fault{Code: c})
		if !ok || v.Code <= 0 || v.Status < 400 || v.Status > 599 || v.Type == "" || (v.Title == "" && !v.Plain) {
			t.Errorf("%s sounds like %+v", c, v)
		}
		if v.Code < 1000 || v.Plain {
			continue
		}
		if have, seen := titles[v.Code]; seen && (have != v.Title || status[v.Code] != v.Status) {
			t.Errorf("code %d is %q with HTTP %d, and for %s %q with HTTP %d", v.Code, have, status[v.Code], c, v.Title, v.Status)
		}
		titles[v.Code], status[v.Code] = v.Title, v.Status
	}
	for code, title := range map[int]string{
		131009: "Parameter value is not valid", 131021: "Recipient cannot be sender", 131026: "Message undeliverable",
		131047: "Re-engagement message", 131051: "Unsupported message type", 130429: "Rate limit hit",
		131056: "(Business Account, Consumer Account) pair rate limit hit",
	} {
		if titles[code] != title {
			t.Errorf("code %d is called %q, the contract says %q; have %v", code, titles[code], title, slices.Sorted(maps.Keys(titles)))
		}
	}
}
