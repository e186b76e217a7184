package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/waba"
)

// step is what a rung of the ladder takes away, and for how long; zero days: until an appeal is granted.
type step struct {
	days  int
	takes []waba.Restriction
}

var (
	writeFirst = []waba.Restriction{waba.AddNumbers, waba.WriteFirst}
	writeAtAll = []waba.Restriction{waba.AddNumbers, waba.WriteFirst, waba.WriteAtAll}
)

// ladder is what each rung means.
var ladder = map[string]step{
	waba.Warned:   {},
	waba.Days1:    {1, writeFirst},
	waba.Days3:    {3, writeFirst},
	waba.Days5:    {5, writeAtAll},
	waba.Days7:    {7, writeAtAll},
	waba.Days30:   {30, writeAtAll},
	waba.Locked:   {0, writeAtAll},
	waba.Disabled: {0, writeAtAll},
}

// Reinstate is no rung: it takes back everything in force.
const Reinstate = "reinstate"

// spam is held against accounts only, never against items.
const spam = "spam"

// AccountPolicies are what an account can violate: what items can, and spam.
func AccountPolicies() []string { return append(IDs(), spam) }

// How rejected items become violations, and how violations climb.
const (
	strikesToViolate = 3             // rejected items of one policy
	strikeWindow     = 30 * day      // within which they count together
	sameOffence      = day           // further items after a violation are part of it
	climbWindow      = 90 * day      // violations older than that lead no higher
	banNotice        = 7 * day       // between the lock at the top and disabling
	appealWindow     = 90 * day      // to appeal a violation
	farAway          = 4_102_444_800 // 2100: how programs are told that a restriction has no end, in Unix seconds
)

// severity is how a policy leads up the ladder.
type severity int

const (
	ordinary severity = iota // the items alone are rejected
	high                     // a rung each time
	grave                    // two rungs each time, the first time beyond the warning
)

// severities of policies that are not ordinary.
var severities = map[string]severity{
	"adult": high, "alcohol": high, "tobacco": high, "drugs": high, "gambling": high, "supplements": high, spam: high,
	"human_exploitation": grave,
}

// severityOf is that of a policy or of a part of one: "drugs.rx" is of drugs.
func severityOf(policyID string) severity {
	head, _, _ := strings.Cut(policyID, ".")
	return severities[head]
}

// nextRung is where a violation leads, given those that stand against the account and are not too old.
func nextRung(policyID string, earlier []waba.Violation) string {
	rungs := waba.Rungs()
	at := -1
	for _, v := range earlier {
		at = max(at, slices.Index(rungs, v.Rung))
	}
	up := 1
	if severityOf(policyID) == grave {
		up = 2
	}
	return rungs[min(at+up, len(rungs)-1)]
}

// violation is what a rung means for an account from now on. At the top an account is disabled after a notice, unless at once.
func violation(v waba.Violation, now time.Time, atOnce bool) waba.Violation {
	s := ladder[v.Rung]
	v.Restrictions = s.takes
	if s.days > 0 {
		v.Ends = now.Add(time.Duration(s.days) * day)
	}
	if v.Rung == waba.Disabled {
		v.DisabledAt = now
		if !atOnce {
			v.DisabledAt = now.Add(banNotice)
		}
	}
	return v
}
