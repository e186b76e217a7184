package policy

import (
	"bufio"
	"embed"
	"fmt"
	"io"
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
	useHard     use = iota // rejects, whatever the listing's head noun is
	useReject              // rejects what is sold under that name
	useNeed                // rejects together with a cue
	useHold                // a person decides
	useCue                 // what useNeed needs
	useClear               // a head noun that makes it something else: a glass for wine
	useExcept              // words that mean something else together: root beer
	useCancel              // says that it is not so: alcohol free
	useColour              // a colour's name, behind what it is like
	useColourOf            // "the colour of", before it
	useBefore              // a word that denies what follows
	useAfter               // a word that denies what stands before
	useWith                // begins another part of what is sold
	useLink                // leads from the head noun to what it is for
)

var uses = map[string]use{
	"hard": useHard, "reject": useReject, "need": useNeed, "hold": useHold, "cue": useCue, "clear": useClear, "except": useExcept, "cancel": useCancel,
	"colour": useColour, "colourof": useColourOf, "before": useBefore, "after": useAfter, "with": useWith, "link": useLink,
}

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
}

// rule names the phrase's rule in evidence.
func (p phrase) rule() string { return p.lang + "/" + p.policy }

// Lexicon is all phrases, ready to search.
type Lexicon struct {
	phrases []phrase
	plain   *match.Set // by letters without accents
	exact   *match.Set // by letters with accents, for texts in Vietnamese
}

// shortWord is up to how many letters a single word only counts as it is written, accents and all.
const shortWord = 4

// NewLexicon reads the built-in phrases.
func NewLexicon() (*Lexicon, error) {
	b := builder{lexicon: &Lexicon{}}
	names, err := ruleFiles.ReadDir("rules")
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	for _, n := range names {
		f, err := ruleFiles.Open(path.Join("rules", n.Name()))
		if err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		if err := b.read(f, strings.TrimSuffix(n.Name(), ".txt")); err != nil {
			return nil, fmt.Errorf("policy: rules/%s: %w", n.Name(), err)
		}
	}
	b.lexicon.plain, b.lexicon.exact = b.plain.Build(), b.exact.Build()
	return b.lexicon, nil
}

type builder struct {
	lexicon      *Lexicon
	plain, exact match.Builder
	reader       fold.Reader
	text         fold.Text
}

// read reads the phrases of a language: sections in brackets, one use a line, phrases between commas.
func (b *builder) read(r io.Reader, lang string) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	headFirst, section := false, ""
	for line := 1; in.Scan(); line++ {
		text := strings.TrimSpace(in.Text())
		switch {
		case text == "" || text[0] == '#':
		case text == "head first" || text == "head last":
			headFirst = text == "head first"
		case text[0] == '[':
			section = strings.Trim(text, "[]")
			if section != goods && !slices.Contains(ids, section) {
				return fmt.Errorf("line %d: %q is no policy; one of %v", line, section, ids)
			}
		default:
			key, list, ok := strings.Cut(text, ":")
			u, known := uses[key]
			if !ok || !known || section == "" {
				return fmt.Errorf("line %d: want use: phrase, phrase, …", line)
			}
			for p := range strings.SplitSeq(list, ",") {
				if p = strings.TrimSpace(p); p != "" {
					b.add(phrase{text: p, lang: lang, policy: section, use: u, headFirst: headFirst})
				}
			}
		}
	}
	return in.Err()
}

func (b *builder) add(p phrase) {
	b.reader.Read(p.text, &b.text)
	plain, exact := make([]uint64, 0, len(b.text.Words)), make([]uint64, 0, len(b.text.Words))
	letters := 0
	for _, w := range b.text.Words {
		plain, exact = append(plain, w.Key), append(exact, w.Exact)
		letters += w.Letters
	}
	p.words = len(plain)
	number := int32(len(b.lexicon.phrases))
	b.lexicon.phrases = append(b.lexicon.phrases, p)
	b.exact.Add(exact, number)
	// Vietnamese syllables without their tones are words of many languages: alone, short ones do not count.
	if p.lang == "vi" && p.words == 1 && letters <= shortWord && plain[0] != exact[0] {
		return
	}
	b.plain.Add(plain, number)
}

// found is a phrase in a text.
type found struct {
	phrase
	start, end int // bytes of the original
}

// find returns all phrases in a text. In a text with accents, Vietnamese phrases have to have theirs; in a Vietnamese one all have.
func (l *Lexicon) find(t *fold.Text) []found {
	f := finder{seen: map[found]bool{}, lexicon: l}
	plain := func(w fold.Word) uint64 { return w.Key }
	exact := func(w fold.Word) uint64 { return w.Exact }
	tail := func(w fold.Word) uint64 {
		if w.Tail != 0 {
			return w.Tail
		}
		return w.Key
	}
	for n, words := range append([][]fold.Word{t.Words}, t.Variants...) {
		switch {
		case t.Vietnamese:
			f.look(l.exact, words, exact, func(phrase, fold.Word) bool { return true })
			continue
		case t.Marked:
			f.look(l.exact, words, exact, func(p phrase, _ fold.Word) bool { return p.lang == "vi" })
			f.look(l.plain, words, plain, func(p phrase, w fold.Word) bool { return p.lang != "vi" && asWritten(p, w) })
		default:
			f.look(l.plain, words, plain, asWritten)
		}
		if n == 0 {
			f.look(l.plain, words, tail, func(p phrase, w fold.Word) bool { return p.lang != "vi" && asWritten(p, w) })
		}
	}
	return f.list
}

// asWritten keeps short words apart that differ in accents: "bò" is not "bo".
func asWritten(p phrase, first fold.Word) bool {
	return p.words > 1 || first.Letters > shortWord || first.Exact == first.Key
}

type finder struct {
	lexicon *Lexicon
	seen    map[found]bool
	list    []found
	keys    []uint64
}

func (f *finder) look(set *match.Set, words []fold.Word, hash func(fold.Word) uint64, takes func(p phrase, first fold.Word) bool) {
	f.keys = f.keys[:0]
	for _, w := range words {
		f.keys = append(f.keys, hash(w))
	}
	set.Search(f.keys, func(last, length int, number int32) {
		p, first := f.lexicon.phrases[number], words[last-length+1]
		if !takes(p, first) {
			return
		}
		x := found{p, first.Start, words[last].End}
		if !f.seen[x] {
			f.seen[x] = true
			f.list = append(f.list, x)
		}
	})
}

// IDs lists the policies a verdict may name.
func IDs() []string { return slices.Clone(ids) }
