package policy

import (
	"github.com/hawkerhq/hawker/internal/policy/fold"
)

// found is a phrase in a text.
type found struct {
	*phrase
	start, end int // bytes of the original
}

// Bounds of what is kept of a text: listings hold a few dozen phrases, and the judgement compares them with each other.
const (
	mostFound = 1500
	mostOfOne = 32 // of one phrase
)

// finder finds phrases in texts, one after another, and keeps its memory from one to the next.
type finder struct {
	source string
	list   []found
	tally  tally
	ids    []uint32
	spare  []*phrase // unpacked ones to use again
	used   int
}

// reset forgets all texts.
func (f *finder) reset() { f.used = 0 }

// takes is which phrases count in a search.
type takes uint8

const (
	takesAll takes = iota
	takesVietnamese
	takesOther
	// takesUnmarked: one word of a Vietnamese list is a word of many languages where no mark tells that the text is Vietnamese.
	takesUnmarked
)

// key is how words are compared in a search.
type key uint8

const (
	byLetters key = iota
	byAccents
	byTail
	byLettersOrNumber
	byAccentsOrNumber
)

// find adds all phrases of a lexicon in a text to a list. In a text with accents, Vietnamese phrases have to have theirs; in a
// Vietnamese one all have.
func (f *finder) find(l *Lexicon, s string, t *fold.Text) {
	f.source = s
	f.words(l, t, t.Words, true)
	for _, words := range t.Variants {
		f.words(l, t, words, false)
	}
	if !t.Vietnamese {
		f.endings(l, t)
	}
}

func (f *finder) words(l *Lexicon, t *fold.Text, words []fold.Word, asWritten bool) {
	number := false
	if asWritten && l.Wild {
		for n := range words {
			number = number || words[n].Number
		}
	}
	switch {
	case t.Vietnamese:
		f.look(l, sideExact, words, byAccents, takesAll)
		if number {
			f.look(l, sideExact, words, byAccentsOrNumber, takesAll)
		}
		return
	case t.Marked:
		f.look(l, sideExact, words, byAccents, takesVietnamese)
		f.look(l, sidePlain, words, byLetters, takesOther)
	default:
		f.look(l, sidePlain, words, byLetters, takesUnmarked)
	}
	if !asWritten {
		return
	}
	f.look(l, sidePlain, words, byTail, takesOther)
	if number {
		f.look(l, sidePlain, words, byLettersOrNumber, takesOther)
		f.look(l, sideExact, words, byAccentsOrNumber, takesVietnamese)
	}
}

// hash is what a word is compared by; special tells that it is not what another search compares already.
func (k key) hash(w *fold.Word) (h uint64, special bool) {
	switch {
	case k >= byLettersOrNumber && w.Number:
		return anyNumber, true
	case k == byTail && w.Tail != 0:
		return w.Tail, true
	case k == byAccents || k == byAccentsOrNumber:
		return w.Exact, k == byAccents
	}
	return w.Key, k == byLetters
}

func (f *finder) look(l *Lexicon, side int32, words []fold.Word, by key, which takes) {
	f.ids = f.ids[:0]
	some, special := uint32(0), false
	for n := range words {
		h, own := by.hash(&words[n])
		id := l.set.Word(h)
		some |= id
		special = special || own && id != 0
		f.ids = append(f.ids, id)
	}
	if some == 0 || !special {
		return
	}
	l.set.Search(f.ids, func(last, length int, number int32) {
		if number&side != 0 {
			f.hit(l, words[last-length+1:last+1], number>>sideBits, which)
		}
	})
}

// hit takes a phrase that was found, if it counts.
func (f *finder) hit(l *Lexicon, words []fold.Word, number int32, which takes) {
	if l.gone[number] {
		return
	}
	r := l.record(number)
	if which != takesAll {
		vi := r.lang() == l.vietnamese
		switch which {
		case takesVietnamese:
			if !vi {
				return
			}
		case takesOther:
			if vi || !asWritten(r, &words[0]) {
				return
			}
		default:
			if vi && r.words() == 1 || !asWritten(r, &words[0]) {
				return
			}
		}
	}
	if from, to := r.bounds(); to != 0 && !f.within(from, to, words) {
		return
	}
	f.add(l, number, r, words[0].Start, words[len(words)-1].End)
}

// asWritten keeps short words apart that differ in accents: "bò" is not "bo".
func asWritten(r record, first *fold.Word) bool {
	return r.words() > 1 || first.Letters > shortWord || first.Exact == first.Key || first.Exact == r.first()
}

// add keeps a phrase once at a place, and not too often.
func (f *finder) add(l *Lexicon, number int32, r record, start, end int) {
	of := uint64(l.from + number)                     //nolint:gosec // both count from 0
	place := of<<36 | uint64(start)<<18 | uint64(end) //nolint:gosec // see [fold.Most]
	all := of | 1<<63
	if len(f.list) >= mostFound || f.tally.of(place) > 0 || f.tally.of(all) >= mostOfOne {
		return
	}
	f.tally.count(place)
	f.tally.count(all)
	if f.used == len(f.spare) {
		f.spare = append(f.spare, new(phrase))
	}
	p := f.spare[f.used]
	f.used++
	l.phrase(r, p)
	f.list = append(f.list, found{p, start, end})
}

// within tells whether the number in a phrase is one it means.
func (f *finder) within(from, to int, words []fold.Word) bool {
	for _, w := range words {
		if w.Number {
			n := fold.Number(f.source[w.Start:w.End])
			return n >= from && n <= to
		}
	}
	return false
}

// endings finds words that end as the names of medicines do.
func (f *finder) endings(l *Lexicon, t *fold.Text) {
	if len(l.endings) == 0 {
		return
	}
	for n := range t.Words {
		letters := t.Letters(t.Words[n])
		if len(letters) < leastEnding+leastStem {
			continue
		}
		for _, number := range l.endings[[leastEnding]byte(letters[len(letters)-leastEnding:])] {
			r := l.record(number)
			ending := l.texts[r.number(0)+1:][:r[4]-1]
			if len(letters) >= len(ending)+leastStem && string(letters[len(letters)-len(ending):]) == ending && !l.gone[number] {
				f.add(l, number, r, t.Words[n].Start, t.Words[n].End)
			}
		}
	}
}

// tally counts keys; none is 0 at a place that is free. It holds two keys for each phrase that is found.
type tally struct {
	keys  [tallySize]uint64
	times [tallySize]uint8
	used  []uint16
}

const tallySize = 1 << 13 // well above 2 × mostFound

func (t *tally) slot(key uint64) int {
	n := (key ^ key>>29) * 0x9e3779b97f4a7c15 >> (64 - 13)
	for t.times[n] > 0 && t.keys[n] != key {
		n = (n + 1) % tallySize
	}
	return int(n) //nolint:gosec // below tallySize
}

func (t *tally) of(key uint64) uint8 { return t.times[t.slot(key)] }

func (t *tally) count(key uint64) {
	n := t.slot(key)
	if t.times[n] == 0 {
		t.used = append(t.used, uint16(n)) //nolint:gosec // below tallySize
	}
	t.keys[n] = key
	t.times[n]++
}

func (t *tally) clear() {
	for _, n := range t.used {
		t.times[n] = 0
	}
	t.used = t.used[:0]
}
