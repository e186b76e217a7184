package policy

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/policy/fold"
	"github.com/hawkerhq/hawker/internal/policy/match"
)

// ruleFiles are the built-in phrases, a file a language.
//
//go:embed rules/*.txt
var ruleFiles embed.FS

// use is what a phrase does.
type use uint8

const (
	useAlways   use = iota // rejects, whatever it is printed on or made into
	useHard                // rejects, whatever the listing's head noun is, but not a picture of it
	useReject              // rejects what is sold under that name
	useNeed                // rejects together with a cue
	useHold                // a person decides
	useCue                 // what useNeed needs
	useSoften              // leaves to a person what would be rejected: wine for cooking
	useClear               // a head noun that makes it something else: a glass for wine
	usePrint               // a head noun that only shows something: a poster
	useAbsorb              // food that what it is made with is no drink in: cake with rum
	useExcept              // words that mean something else together: root beer
	useCancel              // says that it is not so: alcohol free
	useColour              // a colour's name, behind what it is like
	useColourOf            // "the colour of", before it
	useBefore              // a word that denies what follows
	useAfter               // a word that denies what stands before
	useWith                // begins another part of what is sold
	useAnd                 // a word of useWith that also joins: beer and wine glasses
	useLink                // leads from the head noun to what it is for
	useSet                 // a word of a set that combinations name
)

var uses = map[string]use{
	"always": useAlways, "hard": useHard, "reject": useReject, "need": useNeed, "hold": useHold, "cue": useCue, "soften": useSoften, "clear": useClear,
	"print": usePrint, "absorb": useAbsorb, "except": useExcept, "cancel": useCancel, "colour": useColour, "colourof": useColourOf, "before": useBefore, "after": useAfter,
	"with": useWith, "and": useAnd, "link": useLink,
}

// accuses tells whether a phrase of this use stands against a listing.
func (u use) accuses() bool { return u <= useHold }

// goods is the section of words that hold for every policy.
const goods = "goods"

// ids are the policies that phrases may name.
var ids = []string{
	"drugs", "tobacco", "alcohol", "supplements", "weapons", "animals", "adult", "sexualized", "body_parts", "healthcare", "gambling", "dating", "digital",
	"media_access", "financial", "misleading", "counterfeit", "stolen", "recalled", "hazardous", "hate", "human_exploitation", "illegal", "hygiene",
}

// phrase is a phrase of the rules.
type phrase struct {
	text, lang, policy string
	use                use
	headFirst          bool
	words              int
	first              uint64 // the first word's hash with its accents
	set                int    // of useSet
	from, to           int    // what a number in it may be; no bounds when both are zero
	wild               bool   // has a number in it
	ending             bool   // is the ending of a word
	latin              bool   // is written in Latin letters
}

// rule names the phrase's rule in evidence.
func (p *phrase) rule() string { return p.lang + "/" + p.policy }

// combination accuses a listing that has a word of each of its sets.
type combination struct {
	phrase // what it does; the text names the sets
	sets   []int
}

// Lexicon is all phrases, ready to search.
type Lexicon struct {
	phrases []*phrase
	combos  []*combination
	sets    map[string]int
	plain   *match.Set // by letters without accents
	exact   *match.Set // by letters with accents, for texts in Vietnamese
	endings map[string]int32
	wild    bool
}

// shortWord is up to how many letters a single word only counts as it is written, accents and all.
const shortWord = 4

// Endings have a length between these, and the word is longer by leastStem.
const (
	leastEnding = 4
	mostEnding  = 9
	leastStem   = 2
)

// anyNumber is the key of a number in a phrase that may be any one.
const anyNumber = 0x23_23_23_23

func (b *builder) builtIn() error {
	names, err := ruleFiles.ReadDir("rules")
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	for _, n := range names {
		f, err := ruleFiles.Open(path.Join("rules", n.Name()))
		if err != nil {
			return fmt.Errorf("policy: %w", err)
		}
		if err := b.read(f, strings.TrimSuffix(n.Name(), ".txt")); err != nil {
			return fmt.Errorf("policy: rules/%s: %w", n.Name(), err)
		}
	}
	return nil
}

// found is a phrase in a text.
type found struct {
	*phrase
	start, end int // bytes of the original
}

// find returns all phrases in a text. In a text with accents, Vietnamese phrases have to have theirs; in a Vietnamese one all have.
func (l *Lexicon) find(s string, t *fold.Text) []found {
	f := finder{seen: map[found]bool{}, times: map[*phrase]int{}, lexicon: l, source: s}
	plain := func(w fold.Word) uint64 { return w.Key }
	exact := func(w fold.Word) uint64 { return w.Exact }
	tail := func(w fold.Word) uint64 {
		if w.Tail != 0 {
			return w.Tail
		}
		return w.Key
	}
	number := func(key func(fold.Word) uint64) func(fold.Word) uint64 {
		return func(w fold.Word) uint64 {
			if w.Number {
				return anyNumber
			}
			return key(w)
		}
	}
	numbers := l.wild && slices.ContainsFunc(t.Words, func(w fold.Word) bool { return w.Number })
	any := func(*phrase, fold.Word) bool { return true }
	vietnamese := func(p *phrase, _ fold.Word) bool { return p.lang == "vi" }
	other := func(p *phrase, w fold.Word) bool { return p.lang != "vi" && asWritten(p, w) }
	// One word of a Vietnamese list is a word of many languages where no mark tells that the text is Vietnamese.
	unmarked := func(p *phrase, w fold.Word) bool { return (p.lang != "vi" || p.words > 1) && asWritten(p, w) }
	for n, words := range append([][]fold.Word{t.Words}, t.Variants...) {
		switch {
		case t.Vietnamese:
			f.look(l.exact, words, exact, any)
			if numbers && n == 0 {
				f.look(l.exact, words, number(exact), any)
			}
			continue
		case t.Marked:
			f.look(l.exact, words, exact, vietnamese)
			f.look(l.plain, words, plain, other)
		default:
			f.look(l.plain, words, plain, unmarked)
		}
		if n > 0 {
			continue
		}
		f.look(l.plain, words, tail, other)
		if numbers {
			f.look(l.plain, words, number(plain), other)
			f.look(l.exact, words, number(exact), vietnamese)
		}
	}
	if !t.Vietnamese {
		f.endings(t)
	}
	return f.list
}

// asWritten keeps short words apart that differ in accents: "bò" is not "bo".
func asWritten(p *phrase, first fold.Word) bool {
	return p.words > 1 || first.Letters > shortWord || first.Exact == first.Key || first.Exact == p.first
}

type finder struct {
	lexicon *Lexicon
	source  string
	seen    map[found]bool
	times   map[*phrase]int
	list    []found
	keys    []uint64
}

func (f *finder) look(set *match.Set, words []fold.Word, hash func(fold.Word) uint64, takes func(p *phrase, first fold.Word) bool) {
	f.keys = f.keys[:0]
	for _, w := range words {
		f.keys = append(f.keys, hash(w))
	}
	set.Search(f.keys, func(last, length int, number int32) {
		p, at := f.lexicon.phrases[number], words[last-length+1:last+1]
		if takes(p, at[0]) && (p.to == 0 || f.within(p, at)) {
			f.add(p, at[0].Start, at[length-1].End)
		}
	})
}

// Bounds of what is kept of a text: listings hold a few dozen phrases, and the judgement compares them with each other.
const (
	mostFound = 1500
	mostOfOne = 32 // of one phrase
)

func (f *finder) add(p *phrase, start, end int) {
	x := found{p, start, end}
	if !f.seen[x] && len(f.list) < mostFound && f.times[p] < mostOfOne {
		f.seen[x] = true
		f.times[p]++
		f.list = append(f.list, x)
	}
}

// within tells whether the number in a phrase is one it means.
func (f *finder) within(p *phrase, words []fold.Word) bool {
	for _, w := range words {
		if w.Number {
			n := fold.Number(f.source[w.Start:w.End])
			return n >= p.from && n <= p.to
		}
	}
	return false
}

// endings finds words that end as the names of medicines do.
func (f *finder) endings(t *fold.Text) {
	if len(f.lexicon.endings) == 0 {
		return
	}
	for _, w := range t.Words {
		letters := t.Letters(w)
		for n := leastEnding; n <= mostEnding && n+leastStem <= len(letters); n++ {
			if number, ok := f.lexicon.endings[string(letters[len(letters)-n:])]; ok {
				f.add(f.lexicon.phrases[number], w.Start, w.End)
			}
		}
	}
}

// IDs lists the policies a verdict may name.
func IDs() []string { return slices.Clone(ids) }
