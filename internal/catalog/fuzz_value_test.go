package catalog

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sumsUp is the rule of GS1 told otherwise: of the number filled up to fourteen digits, three times those at odd places and
// once the others are a multiple of ten.
func sumsUp(digits string) bool {
	padded := strings.Repeat("0", 14-len(digits)) + digits
	odd, even := 0, 0
	for n, c := range []byte(padded) {
		if n%2 == 0 {
			odd += int(c - '0')
		} else {
			even += int(c - '0')
		}
	}
	return (3*odd+even)%10 == 0
}

// isOldISBN is the rule of ISBN-10 with its weights from the left.
func isOldISBN(s string) bool {
	sum := 0
	for n, c := range []byte(s) {
		d := int(c) - '0'
		if n == 9 && (c == 'X' || c == 'x') {
			d = 10
		}
		sum += (n + 1) * d
	}
	return sum%11 == 0
}

var (
	plainGTIN = regexp.MustCompile(`^(\d{8}|\d{12,14})$`)
	plainISBN = regexp.MustCompile(`^\d{9}[\dXx]$`)
)

// FuzzGTIN: a number is taken exactly where GS1's rule says so, and what is taken is a list of such numbers.
func FuzzGTIN(f *testing.F) {
	for _, s := range []string{"4006381333931", "4006381333932", "012345678905", "96385074", "10614141000415", "0-306-40615-2", "080442957X", "4006381333931, 96385074", "", "0000000000000", "٤٠٠٦٣٨١٣٣٣٩٣١"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := readGTIN(s)
		if one := strings.NewReplacer(" ", "", "-", "").Replace(s); plainGTIN.MatchString(one) && len(s) <= gtinMost {
			if sumsUp(one) != (err == nil) {
				t.Errorf("%q: %v %v", s, v, err)
			}
		} else if plainISBN.MatchString(one) && len(s) <= gtinMost && isOldISBN(one) != (err == nil) {
			t.Errorf("the ISBN %q: %v %v", s, v, err)
		}
		if err != nil {
			if err.Error() == "" {
				t.Errorf("%q is refused without a word", s)
			}
			return
		}
		for part := range strings.SplitSeq(fmt.Sprint(v), ",") {
			if !plainGTIN.MatchString(part) || !sumsUp(part) {
				t.Errorf("%q is taken as %q", s, v)
			}
		}
		if again, err := readGTIN(v); err != nil || again != v {
			t.Errorf("%q becomes %q, and that %q, %v", s, v, again, err)
		}
	})
}

var moment = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:?\d\d)?)?$`)

// instantOf reads the spellings of the contract with a pattern and a calendar; ok is false for all others.
func instantOf(s string) (at time.Time, ok bool) {
	m := moment.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	at = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if at.Year() != n[0] || at.Month() != time.Month(n[1]) || at.Day() != n[2] || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return time.Time{}, false
	}
	if zone := m[7]; len(zone) > 1 {
		digits := strings.ReplaceAll(zone[1:], ":", "")
		hours, _ := strconv.Atoi(digits[:2])
		minutes, _ := strconv.Atoi(digits[2:])
		if hours > 23 || minutes > 59 {
			return time.Time{}, false
		}
		east := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if zone[0] == '-' {
			east = -east
		}
		at = at.Add(-east)
	}
	return at, n[0] >= 1970
}

// FuzzDates: dates, moments and periods of the contract's spellings are taken as the calendar has them; whatever else is taken is
// the same moment when it is written by the rules.
func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2026-02-30", "2024-02-29", "1969-12-31", "2026-11-23T08:00+07:00", "2026-11-23T08:00:59-0330", "2026-11-23T24:00Z", "2026-11-23T8:00", "23.11.2026", "9999-12-31T23:59:59Z"} {
		f.Add(s, "2026-12-01T00:00+07:00")
		f.Add("2026-11-01T00:00-0800", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		v, err := readInstant(a)
		want, ok := instantOf(a)
		if ok && (err != nil || !v.(time.Time).Equal(want)) {
			t.Errorf("%q is %v, %v; the calendar says %v", a, v, err, want)
		}
		if err == nil {
			at := v.(time.Time)
			if again, err := readInstant(at.Format(time.RFC3339)); err != nil || !again.(time.Time).Equal(at.Truncate(time.Second)) {
				t.Errorf("%q becomes %v, and that %v, %v", a, at, again, err)
			}
		}
		day, dayErr := readDate(a)
		if want, ok := instantOf(a); (ok && len(a) == len(time.DateOnly)) != (dayErr == nil) {
			t.Errorf("the day %q is %v, %v; the calendar says %v %v", a, day, dayErr, want, ok)
		}
		if dayErr == nil && day != a {
			t.Errorf("the day %q becomes %v", a, day)
		}
		end, endErr := readInstant(b)
		v, spanErr := readPeriod(a + "/" + b)
		clean := a == strings.TrimSpace(a) && b == strings.TrimSpace(b) && !strings.Contains(a+b, "/")
		if should := err == nil && endErr == nil && momentOf(a).Before(momentOf(b)); clean && should != (spanErr == nil) {
			t.Errorf("%q to %q is %v, %v; its ends are %v and %v", a, b, v, spanErr, err, endErr)
		}
		if spanErr == nil && clean {
			if sp := v.(span); !sp.start.Equal(momentOf(a)) || !sp.end.Equal(end.(time.Time)) {
				t.Errorf("%q to %q becomes %v", a, b, sp)
			}
		}
	})
}

func momentOf(s string) time.Time {
	v, err := readInstant(s)
	if err != nil {
		return time.Time{}
	}
	return v.(time.Time)
}
