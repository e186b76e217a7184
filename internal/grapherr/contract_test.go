package grapherr_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
)

// raised says where a code of the contract's table is raised: by a test, whose text holds what is looked for.
type raised struct {
	file, test string
	text       string     // the code itself, where it is left out
	cause      fault.Code // whose voice has the code, where the test names the cause
}

// In files of tests.
const (
	engine    = "graph/engine_test.go"
	sends     = "graphapi/messages_test.go"
	fills     = "graphapi/template_send_test.go"
	makes     = "graphapi/message_template_test.go"
	registers = "graphapi/phone_registration_test.go"
	flows     = "graphapi/flow_test.go"
	details   = "graphapi/number_detail_test.go"
	people    = "messaging/person_test.go"
	limits    = "messaging/limit_test.go"
	blocks    = "messaging/blocklist_test.go"
	codes     = "messaging/codes_test.go"
	ordered   = "TestTemplateMessagesAreRefusedInOrder"
	rules     = "TestTemplateRules"
)

// contract are the codes of the contract's table that are raised; the others stand in docs/divergences.md.
var contract = map[int]raised{
	1:       {engine, "TestReads", `"code":1,`, ""},
	2:       {"db/writer_test.go", "TestAFullDiskIsSurvived", "ErrFull", "db.storage_full"},
	3:       {engine, "TestReads", `"code":3,`, ""},
	4:       {"graph/busy_test.go", "TestACallTooManyIsRefused", `"code":4`, ""},
	100:     {sends, "TestEnvelopeRules", `"code":100`, ""},
	104:     {sends, "TestWhoMaySend", `"code":104`, ""},
	190:     {sends, "TestWhoMaySend", `"code":190`, ""},
	200:     {sends, "TestWhoMaySend", `(#200)`, ""},
	368:     {"app/enforcement_test.go", "TestTheRungsOfTheLadderByTheSandbox", "368", ""},
	803:     {engine, "TestReads", `"code":803`, ""},
	2046:    {"messaging/tap_test.go", "TestBillsMoveForward", "", ""},
	2047:    {"messaging/tap_test.go", "TestBillsMoveForward", "", ""},
	80007:   {makes, "TestAnAccountHasSoManyTemplates", "", ""},
	130429:  {codes, "TestANumberSendsSoManyASecond", "ErrRateLimit", "messaging.rate_limit"},
	130472:  {blocks, "TestMarketingMessagesAreWithheld", "", ""},
	130497:  {"messaging/regulated_test.go", "TestRegulatedTradesWriteToSomeCountriesOnly", "ErrCountry", "messaging.country_restricted"},
	131000:  {"app/inject_test.go", "TestCallsGoWrongOnPurpose", "", ""},
	131008:  {fills, ordered, "", ""},
	131009:  {sends, "TestProductsThatCannotBeSent", "value(", ""},
	131021:  {sends, "TestEnvelopeRules", "", ""},
	131026:  {"messaging/webhook_test.go", "TestABlockedBusinessIsNotDelivered", "", ""},
	131030:  {details, "TestTestNumbers", "", ""},
	131031:  {"app/enforcement_test.go", "TestTheRungsOfTheLadderByTheSandbox", "", ""},
	131037:  {codes, "TestAFictionalNumberNeedsAnApprovedName", "ErrNameNeeded", "messaging.name_needed"},
	131047:  {"messaging/webhook_test.go", "TestWindowClosedFailsByAStatus", "", ""},
	131048:  {limits, "TestANumberOfLowQualityReachesFew", "", ""},
	131049:  {blocks, "TestMarketingMessagesAreWithheld", "", ""},
	131050:  {blocks, "TestACustomerStopsMarketingMessages", "", ""},
	131051:  {sends, "TestEnvelopeRules", "", ""},
	131052:  {"app/change_test.go", "TestACustomerChangesMessages", "", ""},
	131053:  {"graphapi/message_limits_test.go", "TestMessageTypesLimits", "", ""},
	131056:  {"messaging/webhook_test.go", "TestThePairLimitComesAtThe46thMessage", "ErrPairLimit", "messaging.pair_limit"},
	131057:  {limits, "TestANumberBecomesFaster", "reach.ErrUpgrading", "reach.upgrading"},
	131059:  {makes, "TestTemplatesAreListedByTheirFilters", "", ""},
	131060:  {"app/change_test.go", "TestACustomerChangesMessages", "", ""},
	131062:  {people, "TestSendingByUserID", "ErrUserID", "messaging.user_id_unsupported"},
	131064:  {limits, "TestTheMessagingLimit", "", ""},
	132000:  {fills, ordered, "", ""},
	132001:  {fills, ordered, "", ""},
	132005:  {fills, ordered, "", ""},
	132012:  {fills, ordered, "", ""},
	132015:  {fills, ordered, "", ""},
	132016:  {fills, ordered, "", ""},
	132018:  {fills, ordered, "", ""},
	132068:  {codes, "TestABlockedOrThrottledFlowIsNotSent", "flow.ErrBlocked", "flow.blocked"},
	132069:  {codes, "TestABlockedOrThrottledFlowIsNotSent", "flow.ErrThrottled", "flow.throttled"},
	133005:  {registers, "TestRegisteringAndThePIN", "", ""},
	133006:  {registers, "TestCodesAreCountedAndExpire", "", ""},
	133008:  {registers, "TestRegisteringAndThePIN", "", ""},
	133009:  {registers, "TestRegisteringAndThePIN", "", ""},
	133010:  {registers, "TestRegisteringAndThePIN", "", ""},
	133015:  {registers, "TestRegisteringAndThePIN", "", ""},
	133016:  {registers, "TestRegisteringAndThePIN", "", ""},
	137000:  {people, "TestTheIdentityCheck", "", ""},
	139001:  {flows, "TestFlowsAreMadePublishedAndEnded", "", ""},
	139002:  {flows, "TestFlowsAreMadePublishedAndEnded", "", ""},
	139003:  {flows, "TestFlowsAreMadePublishedAndEnded", "", ""},
	139004:  {flows, "TestFlowsAreMadePublishedAndEnded", "", ""},
	139100:  {"graphapi/block_users_test.go", "TestBlockUsers", "", ""},
	139101:  {codes, "TestABlockListIsFull", "", ""},
	147001:  {details, "TestUsernames", "", ""},
	147002:  {details, "TestUsernames", "", ""},
	2388019: {makes, "TestAnAccountHasSoManyTemplates", "", ""},
	2388040: {makes, rules, "", ""},
	2388047: {makes, rules, "", ""},
	2388072: {makes, rules, "", ""},
	2388073: {makes, rules, "", ""},
	2388293: {makes, rules, "", ""},
	2388299: {makes, rules, "", ""},
}

// table are all codes of the contract's table, with the HTTP status where it names one.
var table = map[int]int{
	0: 401, 1: 400, 2: 503, 3: 500, 4: 400, 10: 403, 33: 400, 100: 400, 104: 401, 190: 401, 200: 403, 368: 403, 803: 404, 1026: 0, 2040: 0, 2046: 0, 2047: 0,
	80007: 400, 130429: 400, 130472: 400, 130497: 403, 131000: 500, 131005: 403, 131008: 400, 131009: 400, 131016: 500, 131021: 400, 131026: 400, 131030: 400, 131031: 403,
	131037: 400, 131042: 400, 131044: 0, 131045: 500, 131047: 400, 131048: 400, 131049: 400, 131050: 400, 131051: 400, 131052: 400, 131053: 400, 131055: 400, 131056: 400,
	131057: 500, 131058: 400, 131059: 400, 131060: 0, 131062: 400, 131063: 400, 131064: 400, 132000: 400, 132001: 404, 132005: 400, 132007: 400, 132008: 400, 132012: 400,
	132015: 400, 132016: 400, 132018: 400, 132068: 400, 132069: 400, 133000: 0, 133004: 0, 133005: 0, 133006: 0, 133008: 0, 133009: 0, 133010: 0, 133015: 0, 133016: 0,
	134011: 400, 134100: 0, 134101: 0, 134102: 0, 1752041: 0, 135000: 400, 137000: 0, 139000: 400, 139001: 400, 139002: 400, 139003: 400, 139004: 400, 139100: 400, 139101: 400,
	139102: 400, 139103: 400, 147001: 400, 147002: 400, 147003: 400, 147004: 400, 2388019: 400, 2388040: 400, 2388047: 400, 2388072: 400, 2388073: 400, 2388293: 400,
	2388299: 400, 2494100: 0,
}

// TestEveryCodeOfTheContractIsRaisedOrSaidNotToBe holds the table, the tests that raise its codes, docs/errors.md and docs/divergences.md together.
func TestEveryCodeOfTheContractIsRaisedOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	never := neverRaised(t)
	said := documented(t)
	for code, status := range table {
		r, ok := contract[code]
		switch {
		case ok == slices.Contains(never, code):
			t.Errorf("%d is raised by %q, and docs/divergences.md says so of it: exactly one of them must be", code, r.test)
		case ok:
			r.shown(t, code)
		case said[code]:
			t.Errorf("%d stands in docs/errors.md and is never raised", code)
		}
		if ok && code < 2388000 && code != 131052 && code != 131060 && !said[code] { // those two are told of customers' messages, the large ones are subcodes
			t.Errorf("%d is raised and stands not in docs/errors.md", code)
		}
		for _, c := range grapherr.Codes() {
			v, _, _ := grapherr.Lookup(&fault.Fault{Code: c})
			if v.Code == code && code > 1000 && status != 0 && v.Status != status {
				t.Errorf("%d (%s) has HTTP %d, the contract %d", code, c, v.Status, status)
			}
		}
	}
	for code := range contract {
		if _, ok := table[code]; !ok {
			t.Errorf("%d is none of the contract's table", code)
		}
	}
}

// shown looks for the test that raises a code.
func (r raised) shown(t *testing.T, code int) {
	t.Helper()
	source := read(t, filepath.Join("..", filepath.FromSlash(r.file)))
	_, body, ok := strings.Cut(source, "func "+r.test+"(")
	if !ok {
		t.Errorf("%d: %s has no %s", code, r.file, r.test)
		return
	}
	body, _, _ = strings.Cut(body, "\n}\n")
	text := r.text
	if text == "" {
		text = strconv.Itoa(code)
	}
	if !strings.Contains(body, text) {
		t.Errorf("%d: %s of %s says nothing of %s", code, r.test, r.file, text)
	}
	if r.cause == "" {
		return
	}
	if v, _, ok := grapherr.Lookup(&fault.Fault{Code: r.cause}); !ok || v.Code != code {
		t.Errorf("%s has code %d, not %d", r.cause, v.Code, code)
	}
}

// neverRaised are the codes that docs/divergences.md says are never raised.
func neverRaised(t *testing.T) (list []int) {
	t.Helper()
	_, text, _ := strings.Cut(read(t, "../../docs/divergences.md"), "- Codes that are never raised:")
	text, _, _ = strings.Cut(text, "\n- ")
	for _, m := range regexp.MustCompile("`([0-9]+)`").FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		list = append(list, n)
	}
	if len(list) == 0 {
		t.Fatal("docs/divergences.md tells no codes that are never raised")
	}
	return list
}

// documented are the codes of the first table of docs/errors.md.
func documented(t *testing.T) map[int]bool {
	t.Helper()
	found := map[int]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([0-9]+) \|`).FindAllStringSubmatch(read(t, "../../docs/errors.md"), -1) {
		n, _ := strconv.Atoi(m[1])
		found[n] = true
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
