package feed

import (
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the binary knows the world's timezones wherever it runs
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/id"
)

// Intervals of a schedule.
const (
	Hourly  = "HOURLY"
	Daily   = "DAILY"
	Weekly  = "WEEKLY"
	Monthly = "MONTHLY"
)

// intervals, with the most of each that a schedule may wait.
var intervals = map[string]int64{Hourly: 24, Daily: 31, Weekly: 52, Monthly: 12}

// days of the week, as the contract spells them; the index is Go's.
var days = []string{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}

// defaultZone is the contract's: Pacific time.
const defaultZone = "America/Los_Angeles"

// unset is the value of an hour, minute or day that was not given.
const unset = -1

// Schedule says when a feed is fetched, and from where.
type Schedule struct {
	ID, FeedID id.ID
	// Updates: the fetched file changes items and never creates or deletes any.
	Updates  bool
	Interval string
	// Count is every how many intervals; at least 1.
	Count int64
	URL   string
	// Hour and Minute are the time of day, and of the hour for HOURLY; -1 where not given.
	Hour, Minute int64
	DayOfWeek    string // SUNDAY …; WEEKLY only
	DayOfMonth   int64  // 1 to 31, or the month's last where it is shorter; MONTHLY only; -1 where not given
	Timezone     string // IANA: "Europe/Berlin"
	Username     string
	NextAt       time.Time
	CreatedAt    time.Time

	password           string
	seq                int64
	etag, lastModified string
	settled            id.ID
}

// SetPassword sets what is never read back.
func (s *Schedule) SetPassword(p string) { s.password = p }

// NewSchedule returns a schedule with nothing given.
func NewSchedule() Schedule {
	return Schedule{Count: 1, Hour: unset, Minute: unset, DayOfMonth: unset}
}

// check completes a schedule and says what is wrong with it; field is the parameter it came in.
func (s *Schedule) check(field string) error {
	s.Interval, s.DayOfWeek = strings.ToUpper(strings.TrimSpace(s.Interval)), strings.ToUpper(strings.TrimSpace(s.DayOfWeek))
	if s.Timezone == "" {
		s.Timezone = defaultZone
	}
	most, ok := intervals[s.Interval]
	if !ok {
		return ErrParam.Withf(field+".interval", "%s.interval %.40q is unknown; one of HOURLY, DAILY, WEEKLY, MONTHLY", field, s.Interval)
	}
	if s.URL == "" {
		return ErrParam.Withf(field+".url", "%s.url is missing; it says where the file is: https://…", field)
	}
	for _, n := range []struct {
		name         string
		value        int64
		least, most  int64
		only, remedy string
	}{
		{"interval_count", s.Count, 1, most, "", ""}, {"hour", s.Hour, 0, 23, "", ""}, {"minute", s.Minute, 0, 59, "", ""}, {"day_of_month", s.DayOfMonth, 1, 31, Monthly, ""},
	} {
		if n.value == unset {
			continue
		}
		if n.value < n.least || n.value > n.most {
			return ErrParam.Withf(field+"."+n.name, "%s.%s is %d, it must be between %d and %d", field, n.name, n.value, n.least, n.most)
		}
		if n.only != "" && n.only != s.Interval {
			return ErrParam.Withf(field+"."+n.name, "%s.%s belongs to the interval %s; leave it out, or change the interval", field, n.name, n.only)
		}
	}
	if s.DayOfWeek != "" && !slices.Contains(days, s.DayOfWeek) {
		return ErrParam.Withf(field+".day_of_week", "%s.day_of_week %.40q is unknown; one of %s", field, s.DayOfWeek, strings.Join(days, ", "))
	}
	if s.DayOfWeek != "" && s.Interval != Weekly {
		return ErrParam.Withf(field+".day_of_week", "%s.day_of_week belongs to the interval WEEKLY; leave it out, or change the interval", field)
	}
	if _, err := zone(s.Timezone); err != nil {
		return ErrParam.Withf(field+".timezone", "%s.timezone %.40q is unknown; write a name such as Europe/Berlin", field, s.Timezone)
	}
	for name, text := range map[string]string{"username": s.Username, "password": s.password} {
		if utf8.RuneCountInString(text) > 200 || strings.ContainsAny(text, "\x00\r\n") || !utf8.ValidString(text) {
			return ErrParam.Withf(field+"."+name, "%s.%s must be a text of at most 200 characters on one line", field, name)
		}
	}
	if strings.Contains(s.Username, ":") {
		return ErrParam.Withf(field+".username", "%s.username must not hold a colon: HTTP basic authentication cannot carry it", field)
	}
	return nil
}

// zone is a timezone by its name; the machine's own zone has none.
func zone(name string) (*time.Location, error) {
	if name == "Local" || name == "" {
		return nil, ErrParam
	}
	return time.LoadLocation(name)
}

// Next is when the file is fetched next after a moment. It counts its intervals from the day it was made. At
// an hour that the clocks skip it is fetched as much later as they skip, and at one they go through twice
// the first time.
func (s Schedule) Next(after time.Time) time.Time {
	loc, err := zone(s.Timezone)
	if err != nil {
		loc = time.UTC // checked when it was set; a later version of the table may have lost it
	}
	anchor, local := s.CreatedAt.In(loc), after.In(loc)
	count := max(s.Count, 1)
	hour, minute := int(max(s.Hour, 0)), int(max(s.Minute, 0))
	switch s.Interval {
	case Hourly:
		return s.nextHour(after, loc, count)
	case Weekly:
		day := int(anchor.Weekday())
		if s.DayOfWeek != "" {
			day = slices.Index(days, s.DayOfWeek)
		}
		first := dayNumber(anchor) + int64((day-int(anchor.Weekday())+7)%7)
		return nextDay(first, 7*count, local, hour, minute, loc)
	case Monthly:
		return s.nextMonth(anchor, local, count, hour, minute, loc)
	default:
		return nextDay(dayNumber(anchor), count, local, hour, minute, loc)
	}
}

// nextHour goes by hours that pass, whatever the clocks show.
func (s Schedule) nextHour(after time.Time, loc *time.Location, count int64) time.Time {
	minute := max(s.Minute, 0)
	t := s.CreatedAt.Truncate(time.Minute)
	for range 60 {
		if int64(t.In(loc).Minute()) == minute {
			break
		}
		t = t.Add(time.Minute)
	}
	if s.Hour != unset {
		// The hour given is the one the counting starts at.
		for range 24 {
			if int64(t.In(loc).Hour()) == s.Hour {
				break
			}
			t = t.Add(time.Hour)
		}
	}
	step := time.Duration(count) * time.Hour
	if t.After(after) {
		return t.Add(-step * (t.Sub(after.Add(1)) / step))
	}
	return t.Add(step * (after.Sub(t)/step + 1))
}

// dayNumber counts days of the calendar.
func dayNumber(t time.Time) int64 {
	const secondsOfDay = 24 * 60 * 60
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay
}

// nextDay is the first moment behind local on a day that is a number of steps from first.
func nextDay(first, step int64, local time.Time, hour, minute int, loc *time.Location) time.Time {
	today := dayNumber(local)
	n := max((today-first)/step-1, 0)
	for ; ; n++ {
		y, m, d := time.Unix(0, 0).UTC().AddDate(0, 0, int(first+n*step)).Date()
		if t := wall(y, m, d, hour, minute, loc); t.After(local) {
			return t
		}
	}
}

func (s Schedule) nextMonth(anchor, local time.Time, count int64, hour, minute int, loc *time.Location) time.Time {
	day := int(s.DayOfMonth)
	if s.DayOfMonth == unset {
		day = anchor.Day()
	}
	month := func(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) - 1 }
	first := month(anchor)
	for n := max((month(local)-first)/count-1, 0); ; n++ {
		at := first + n*count
		y, m := int(at/12), time.Month(at%12+1)
		last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if t := wall(y, m, min(day, last), hour, minute, loc); t.After(local) {
			return t
		}
	}
}

// wall is the moment at which the clocks of a place show a time: the first of two, and where they skip it,
// as much later as they skip.
func wall(y int, m time.Month, d, hour, minute int, loc *time.Location) time.Time {
	u := time.Date(y, m, d, hour, minute, 0, 0, time.UTC)
	offset := func(near time.Time) time.Duration {
		_, seconds := near.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, behind := u.Add(-offset(u.Add(-24*time.Hour))), u.Add(-offset(u.Add(24*time.Hour)))
	var found time.Time
	for _, t := range []time.Time{before, behind} {
		l := t.In(loc)
		if l.Day() == u.Day() && l.Hour() == hour && l.Minute() == minute && (found.IsZero() || t.Before(found)) {
			found = t
		}
	}
	if found.IsZero() {
		found = before
	}
	return found.UTC()
}

var language = regexp.MustCompile(`^[a-z]{2,3}_[A-Z]{2}$`)

// checkOverride checks what a localised feed is for; a feed may leave it to the column override of its file.
func checkOverride(kind, value string) error {
	if value == "" {
		return nil
	}
	lang, land, both := strings.Cut(value, "|")
	var ok bool
	var like string
	switch kind {
	case "COUNTRY":
		ok, like = catalog.IsCountry(value), "GB"
	case "LANGUAGE":
		ok, like = language.MatchString(value), "es_XX"
	default:
		ok, like = both && language.MatchString(lang) && catalog.IsCountry(land), "es_XX|GB"
	}
	if !ok {
		return ErrParam.Withf("override_value", "override_value %.40q does not fit the override_type %s; write it like %s", value, kind, like)
	}
	return nil
}
