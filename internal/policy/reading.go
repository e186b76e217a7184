package policy

import (
	"slices"

	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy/fold"
)

// field is a text of a listing.
type field struct{ name, text string }

// hit is a phrase that stands against a listing.
type hit struct {
	found
	field field
	order int  // of the field
	with  *hit // the other word of a combination
	level level
	price money.Amount
}

func (h hit) evidence() []Evidence {
	list := []Evidence{{Field: h.field.name, Text: h.field.text[h.start:h.end], Start: h.start, End: h.end, Rule: h.rule()}}
	if h.with != nil {
		list = append(list, h.with.evidence()...)
	}
	if !h.level.none() {
		text := h.price.String()
		list = append(list, Evidence{Field: fieldPrice, Text: text, End: len(text), Rule: h.level.rule()})
	}
	return list
}

// fieldPrice is what evidence names that is the price.
const fieldPrice = "price"

// listing is all texts of an item with the phrases in them. It keeps its memory from one item to the next.
type listing struct {
	reader    fold.Reader
	finder    finder
	glancer   glancer
	fields    []field
	price     money.Amount
	priced    bool // a combination asked it
	readings  []reading
	cues      policies
	cancelled policies
	softened  policies
	sets      []uint64 // bits of the sets of which a word is there
	branches  map[string]signalled
}

// signalled is a branch of the taxonomy that says something of its items, if ok.
type signalled struct {
	branch
	ok bool
}

// mostBranches is how many categories are kept with what they say: shops use few.
const mostBranches = 200

// category is the closed branch of the taxonomy a category lies in, if it does, which a shop's next item likely asks again.
func (x *listing) category(r *Rules, t *tables, name []byte) (branch, bool) {
	s, known := x.branches[string(name)]
	if !known {
		s.branch, s.ok = t.find(string(name))
		if path, known := r.taxonomy.Path(string(name)); known && !s.ok {
			s.branch, s.ok = t.find(path) // an id that the built-in branches do not list
		}
		s.ok = s.ok && s.Signal != allow
		if x.branches == nil || len(x.branches) >= mostBranches {
			x.branches = map[string]signalled{}
		}
		x.branches[string(name)] = s
	}
	return s.branch, s.ok
}

// clean tells at a glance that there is nothing in the texts of an item.
func (x *listing) clean(t *tables, texts ...[]byte) bool {
	if x.glancer.glance == nil {
		x.glancer.glance = t.glance()
	}
	return x.glancer.clean(texts...)
}

// read reads the texts of an item.
func (x *listing) read(lexicons []*Lexicon, fields []field) {
	x.fields, x.priced, x.cues, x.cancelled, x.softened = fields, false, 0, 0, 0
	clear(x.sets)
	x.finder.reset()
	for len(x.readings) < len(fields) {
		x.readings = append(x.readings, reading{text: &fold.Text{}})
	}
	for n, f := range fields {
		rd := &x.readings[n]
		x.reader.Read(f.text, rd.text)
		x.finder.list = rd.found[:0]
		x.finder.tally.clear()
		for _, l := range lexicons {
			x.finder.find(l, f.text, rd.text)
		}
		rd.found = x.finder.list
		rd.bounds, rd.bounded = rd.bounds[:0], false
		for _, p := range rd.found {
			x.note(p.phrase, n == 0)
		}
	}
}

// note keeps what a phrase says of the whole listing.
func (x *listing) note(p *phrase, title bool) {
	switch p.use {
	case useCue:
		x.cues |= p.mask
	case useCancel:
		x.cancelled |= p.mask
	case useSoften:
		if title || p.words > 1 {
			x.softened |= p.mask
		}
	case useSet:
		for p.set/64 >= len(x.sets) {
			x.sets = append(x.sets, 0)
		}
		x.sets[p.set/64] |= 1 << (p.set % 64)
	}
}

// complete tells whether there is a word of every set of a combination.
func (x *listing) complete(c *combination) bool {
	for _, n := range c.sets {
		if n/64 >= len(x.sets) || x.sets[n/64]>>(n%64)&1 == 0 {
			return false
		}
	}
	return true
}

// strongest is the phrase that weighs most against a listing.
func (x *listing) strongest(lexicons []*Lexicon) (best hit, ok bool) {
	try := func(h hit) {
		if x.softened&h.mask != 0 && (h.use == useReject || h.use == useNeed) {
			p := *h.phrase
			p.use = useHold
			h.phrase = &p
		}
		if !ok || h.stronger(best) {
			best, ok = h, true
		}
	}
	for n := range x.fields {
		rd := &x.readings[n]
		for _, f := range rd.found {
			if f.use.accuses() && (f.use == useAlways || x.cancelled&f.mask == 0) && (f.use != useNeed || x.cues&f.mask != 0) && rd.counts(f, n > 0) {
				try(hit{found: f, field: x.fields[n], order: n})
			}
		}
	}
	for _, l := range lexicons {
		for _, c := range l.combos {
			if !x.complete(c) || !x.costs(c.level) || x.cancelled&c.mask != 0 && c.use != useAlways && c.level.none() {
				continue
			}
			if h, whole := x.combined(c); whole {
				try(h)
			}
		}
	}
	return best, ok
}

// nearTitle is up to where in a description a combination with the title is looked for.
const nearTitle = 300

// combined finds a word of each set of a combination, at least one of them in the title.
func (x *listing) combined(c *combination) (h hit, ok bool) {
	inTitle := false
	for n := len(c.sets) - 1; n >= 0; n-- {
		part, found := x.member(c, c.sets[n])
		if !found {
			return hit{}, false
		}
		inTitle = inTitle || part.order == 0
		part.price = x.price
		if n < len(c.sets)-1 {
			next := h
			part.with = &next
		}
		h = part
	}
	h.level = c.level
	return h, inTitle && !slices.ContainsFunc(c.not, x.titled)
}

// titled tells whether the title has a word of a set.
func (x *listing) titled(set int) bool {
	return slices.ContainsFunc(x.readings[0].found, func(f found) bool { return f.use == useSet && f.set == set })
}

// member finds a word of a set, in the title before the description.
func (x *listing) member(c *combination, set int) (hit, bool) {
	for n := range x.fields {
		rd := &x.readings[n]
		for _, f := range rd.found {
			if f.use != useSet || f.set != set || n > 0 && f.start > nearTitle {
				continue
			}
			p := c.phrase
			p.words, p.headFirst = f.words, f.headFirst
			as := found{&p, f.start, f.end}
			if !c.level.none() || rd.counts(as, false) { // a price tells more than the words beside it
				return hit{found: as, field: x.fields[n], order: n}, true
			}
		}
	}
	return hit{}, false
}

// stronger tells whether a phrase weighs more than another one: a reject before a hold, a title before a description, a longer phrase
// before a shorter one.
func (h hit) stronger(b hit) bool {
	if (h.use == useHold) != (b.use == useHold) {
		return b.use == useHold
	}
	if h.use != b.use && (h.use <= useHard || b.use <= useHard) && (h.use > useHard || b.use > useHard) {
		return h.use <= useHard
	}
	if h.order != b.order {
		return h.order < b.order
	}
	if h.words != b.words {
		return h.words > b.words
	}
	return h.start < b.start
}

// reading is a field's text with the phrases in it.
type reading struct {
	text    *fold.Text
	found   []found
	bounds  []boundary
	bounded bool // bounds are there
}

// counts tells whether a phrase means what it says. Of a description, which talks about much that is not sold, only what is never
// harmless counts, and what it says is in the box.
func (rd *reading) counts(f found, description bool) bool {
	for _, x := range rd.found {
		covers := x.start <= f.start && f.end <= x.end
		longer := x.end-x.start > f.end-f.start
		if covers && x.use == useExcept && (x.policy == f.policy || x.policy == goods || f.use > useHard) && (longer || f.ending) {
			return false
		}
		if covers && x.use == useHold && x.policy == f.policy && x.words > f.words {
			return false // cooking wine
		}
	}
	if rd.denied(f) {
		return false
	}
	from, to, named := rd.part(f)
	if description && f.use > useHard && (!named || f.use == useNeed) {
		return false
	}
	if f.use == useAlways {
		return true
	}
	for _, c := range rd.found {
		if named && f.use > useHard && c.use == useAbsorb && c.policy == f.policy && c.end <= from && rd.understands(c, f) {
			return false // cake with rum
		}
		if c.start >= from && c.end <= to && c.clears(f) && rd.heads(c, f) && rd.understands(c, f) && !rd.swallowed(c, f) {
			return false
		}
	}
	return true
}

// understands tells that a clearing noun is of a language the phrase is of: a cap is a hat in English and a brand in Indonesian. Where
// scripts differ there is no doubt, and brands are of every language.
func (rd *reading) understands(c, f found) bool {
	switch {
	case c.lang == everywhere || !c.latin || !f.latin:
		return true
	case rd.text.Vietnamese:
		return c.lang == "vi"
	case c.lang == f.lang || f.lang == everywhere || near[c.lang] != "" && near[c.lang] == near[f.lang]:
		return true
	}
	_, ok := rd.kin(f, func(g found) bool {
		return g.start == f.start && g.end == f.end && (g.lang == c.lang || g.lang == everywhere)
	})
	return ok
}

// everywhere is the file of what holds in every language.
const everywhere = "any"

// near are languages whose speakers mix them in titles, or read each other's.
var near = map[string]string{"es": "iberian", "pt": "iberian", "en": "hinglish", "hi": "hinglish"}

// swallowed tells that a clearing noun is a part of another phrase that stands against the listing: the masala of pan masala.
func (rd *reading) swallowed(c, f found) bool {
	_, ok := rd.kin(f, func(g found) bool { return g.start <= c.start && c.end <= g.end && g.words > c.words })
	return ok
}

// clears tells whether a head noun makes something harmless of what a phrase names.
func (c found) clears(f found) bool {
	switch {
	case c.use != useClear && c.use != usePrint:
		return false
	case f.use == useHard && f.policy == "animals":
		return false // a statue of ivory is ivory
	case c.policy == f.policy:
		return true
	case c.policy != goods:
		return false
	case c.use == usePrint && shown&f.mask != 0:
		return true
	}
	return substances&f.mask != 0 && f.use != useHard
}

// shown are the policies about what may be shown on a poster or told in a book.
var shown = masks("alcohol", "drugs", "supplements", "weapons", "healthcare", "hazardous", "body_parts", "gambling", "dating", "financial", "misleading", "illegal", "recalled")

// substances are the policies about what things are: the name of some other thing clears them. "Replica shoes" stay replicas.
var substances = masks("alcohol", "tobacco", "drugs", "supplements", "weapons", "animals", "adult", "healthcare", "hazardous", "body_parts", "recalled", "gambling")

func masks(list ...string) (all policies) {
	for _, id := range list {
		all |= maskOf(id)
	}
	return all
}

// heads tells whether a clearing noun is the head of what the phrase belongs to.
func (rd *reading) heads(c, f found) bool {
	if c.start < f.end && f.start < c.end {
		return false // the same words
	}
	if c.headFirst {
		return c.start < f.start
	}
	if c.start >= f.end {
		return true
	}
	for _, l := range rd.found { // "glasses for wine"
		if l.use == useLink && l.start >= c.end && l.end <= f.start {
			return true
		}
	}
	return false
}

// boundary is where one part of a text ends and the next one begins.
type boundary struct {
	from, to int  // the word that parts them, or the place
	named    bool // a word such as "with"
	and      bool // a word or mark that may also join what belongs together: beer and wine glasses
}

// boundaries are all of a text in their order.
func (rd *reading) boundaries(list []boundary) []boundary {
	for n, w := range rd.text.Words {
		if n > 0 && w.Before >= fold.Join {
			list = append(list, boundary{from: w.Start, to: w.Start, and: w.Before == fold.Join})
		}
	}
	for _, x := range rd.found {
		if x.use == useWith {
			list = append(list, boundary{from: x.start, to: x.end, named: true})
		}
	}
	for _, x := range rd.found {
		for n := range list {
			if x.use == useAnd && list[n].named && list[n].from == x.start && list[n].to == x.end {
				list[n].and = true
			}
		}
	}
	slices.SortFunc(list, func(a, b boundary) int { return a.from - b.from })
	return list
}

// part is the part of the text a phrase stands in: marks and words such as "with" begin another one, but "and" between two of a kind
// does not. named tells that such a word begins the phrase's part.
func (rd *reading) part(f found) (from, to int, named bool) {
	if !rd.bounded {
		rd.bounds, rd.bounded = rd.boundaries(rd.bounds[:0]), true
	}
	left := len(rd.bounds) - 1
	for left >= 0 && (rd.bounds[left].from > f.start || rd.bounds[left].named && rd.bounds[left].to > f.start) {
		left--
	}
	right := 0
	for right < len(rd.bounds) && rd.bounds[right].from < f.end {
		right++
	}
	named = left >= 0 && rd.bounds[left].named
	for at := f.start; left >= 0 && rd.bounds[left].and; left-- {
		g, ok := rd.kin(f, func(g found) bool { return rd.touch(g.end, rd.bounds[left].from) && rd.touch(rd.bounds[left].to, at) })
		if !ok {
			break
		}
		at = g.start
	}
	for at := f.end; right < len(rd.bounds) && rd.bounds[right].and; right++ {
		g, ok := rd.kin(f, func(g found) bool {
			return rd.touch(at, rd.bounds[right].from) && rd.touch(rd.bounds[right].to, g.start)
		})
		if !ok {
			break
		}
		at = g.end
	}
	from, to = 0, 1<<62
	if left >= 0 {
		from = rd.bounds[left].to
	}
	if right < len(rd.bounds) {
		to = rd.bounds[right].from
	}
	return from, to, named
}

// kin finds a phrase that stands for the same policy.
func (rd *reading) kin(f found, as func(found) bool) (found, bool) {
	for _, g := range rd.found {
		if g.use.accuses() && g.policy == f.policy && as(g) {
			return g, true
		}
	}
	return found{}, false
}

// touch tells that no word stands between two places.
func (rd *reading) touch(end, start int) bool {
	if start < end {
		return false
	}
	n, _ := slices.BinarySearchFunc(rd.text.Words, end, func(w fold.Word, at int) int { return w.Start - at })
	return n == len(rd.text.Words) || rd.text.Words[n].Start >= start
}
