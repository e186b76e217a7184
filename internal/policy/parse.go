package policy

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/policy/fold"
	"github.com/hawkerhq/hawker/internal/policy/match"
)

// Bounds of a file of rules.
const (
	mostLine   = 1 << 20
	mostPhrase = 200 // bytes
	mostWords  = 12
)

// builder collects the phrases of files of rules.
type builder struct {
	phrases []*phrase
	words   [][2][]uint64 // of each phrase
	combos  []*combination
	sets    map[string]int
	known   int // sets up to this number have their words elsewhere
	removed map[string]bool
	reader  fold.Reader
	text    fold.Text

	conditions []*asked
	file       string // that is read
	at         int    // its line
}

func newBuilder() *builder {
	return &builder{sets: map[string]int{}, removed: map[string]bool{}}
}

// section is where in a file a line stands.
type section struct {
	lang, policy string
	headFirst    bool
}

// read reads the phrases of a language: sections in brackets, one use a line, phrases between commas. A line that begins with
// a blank goes on with the one before.
func (b *builder) read(r io.Reader, lang string) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, mostLine)
	at := section{lang: lang}
	line, from, text := 0, 0, ""
	flush := func() error {
		if text == "" {
			return nil
		}
		b.at = from
		err := b.line(&at, text)
		text = ""
		if err != nil {
			return fmt.Errorf("line %d: %w", from, err)
		}
		return nil
	}
	for in.Scan() {
		line++
		raw := in.Text()
		if !utf8.ValidString(raw) {
			return fmt.Errorf("line %d: it is not UTF-8", line)
		}
		more := strings.TrimSpace(raw)
		if more == "" || more[0] == '#' {
			continue
		}
		if (raw[0] == ' ' || raw[0] == '\t') && text != "" {
			text += " " + more
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		from, text = line, more
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("line %d: %w", line+1, err)
	}
	return flush()
}

func (b *builder) line(at *section, text string) error {
	if text == "head first" || text == "head last" {
		at.headFirst = text == "head first"
		return nil
	}
	if text[0] == '[' {
		name, ok := strings.CutSuffix(text[1:], "]")
		if !ok || name != goods && !slices.Contains(ids, name) {
			return fmt.Errorf("%q is no policy; want [goods] or one of %s in brackets", text, strings.Join(ids, ", "))
		}
		at.policy = name
		return nil
	}
	key, list, ok := strings.Cut(text, ":")
	switch {
	case !ok:
		return fmt.Errorf("%.60q is no rule; want use: phrase, phrase, …", text)
	case at.policy == "":
		return fmt.Errorf("%.60q stands before the first section; want [alcohol] or the like above it", text)
	}
	if what, ok := strings.CutSuffix(key, " when"); ok {
		return b.when(*at, what, strings.TrimSpace(list))
	}
	what, both := strings.CutSuffix(key, " both")
	what, price, err := levelOf(what)
	if err != nil {
		return err
	}
	for p := range strings.SplitSeq(list, ",") {
		if p = strings.Join(strings.Fields(p), " "); p == "" {
			continue
		}
		if err := b.entry(*at, what, p, both || !price.none(), price); err != nil {
			return err
		}
	}
	return nil
}

// entry takes one phrase of a line.
func (b *builder) entry(at section, what, p string, both bool, price level) error {
	if len(p) > mostPhrase {
		return fmt.Errorf("the phrase %.40q… has %d bytes, at most %d are allowed", p, len(p), mostPhrase)
	}
	ph := phrase{text: p, lang: at.lang, policy: at.policy, headFirst: at.headFirst}
	u, known := uses[what]
	ph.use = u
	switch {
	case what == "remove" && !both:
		b.removed[removal(at.policy, p)] = true
		return nil
	case strings.HasPrefix(what, "@") && len(what) > 1 && !both:
		ph.use, ph.set = useSet, b.set(what)
	case !known:
		return fmt.Errorf("%q is no use; one of %s, remove, @set", what, strings.Join(useNames(), ", "))
	case both:
		return b.combine(ph, price)
	}
	return b.add(ph)
}

// set is the number of a set of words.
func (b *builder) set(name string) int {
	n, ok := b.sets[name]
	if !ok {
		n = len(b.sets) + 1
		b.sets[name] = n
	}
	return n
}

// combine takes "@one + @other - @third".
func (b *builder) combine(p phrase, price level) error {
	if !p.use.accuses() {
		return fmt.Errorf("a combination rejects or holds, it is no %q", p.text)
	}
	c := &combination{phrase: p, level: price}
	into := &c.sets
	names := strings.Fields(p.text)
	for n, name := range names {
		switch {
		case n%2 == 1 && name == "+" && into == &c.sets:
		case n%2 == 1 && name == "-":
			into = &c.not
		case n%2 == 0 && len(name) > 1 && name[0] == '@':
			*into = append(*into, b.set(name))
		default:
			return fmt.Errorf("%q is no combination; want @set + @set, or @set + @set - @set", p.text)
		}
	}
	if len(names)%2 == 0 {
		return fmt.Errorf("%q ends without a set", p.text)
	}
	if len(c.sets) < 2 && price.none() {
		return fmt.Errorf("%q names one set; a combination has two or more", p.text)
	}
	b.combos = append(b.combos, c)
	return nil
}

func (b *builder) add(p phrase) error {
	if ending, ok := strings.CutPrefix(p.text, "*"); ok {
		return b.addEnding(p, ending)
	}
	keys, err := b.keys(&p)
	if err != nil {
		return err
	}
	b.phrases, b.words = append(b.phrases, &p), append(b.words, keys)
	return nil
}

func (b *builder) addEnding(p phrase, ending string) error {
	if len(ending) < leastEnding || len(ending) > mostEnding || strings.ContainsFunc(ending, func(c rune) bool { return c < 'a' || c > 'z' }) {
		return fmt.Errorf("*%s is no ending; want from %d to %d letters from a to z", ending, leastEnding, mostEnding)
	}
	p.ending, p.words, p.latin = true, 1, true
	b.phrases, b.words = append(b.phrases, &p), append(b.words, [2][]uint64{})
	return nil
}

// keys reads a phrase as a text is read. A # stands for any number, #5-40 for one between these.
func (b *builder) keys(p *phrase) (keys [2][]uint64, err error) {
	for token := range strings.FieldsSeq(p.text) {
		if rest, ok := strings.CutPrefix(token, "#"); ok {
			if rest, err = p.bounds(rest); err != nil {
				return keys, err
			}
			keys[0], keys[1], p.wild = append(keys[0], anyNumber), append(keys[1], anyNumber), true
			token = rest
		}
		if strings.Contains(token, "#") {
			return keys, fmt.Errorf("in %q a # stands inside a word; it stands for a number at its beginning", p.text)
		}
		b.reader.Read(token, &b.text)
		for _, w := range b.text.Words {
			keys[0], keys[1] = append(keys[0], w.Key), append(keys[1], w.Exact)
		}
	}
	p.words = len(keys[0])
	if p.words == 0 || p.words > mostWords {
		return keys, fmt.Errorf("the phrase %q has %d words; from 1 to %d are allowed", p.text, p.words, mostWords)
	}
	if p.words == 1 && p.use != useSet && (p.wild || !strings.ContainsFunc(p.text, notDigit)) {
		return keys, fmt.Errorf("the phrase %q would be found in every number", p.text)
	}
	p.first = keys[1][0]
	p.latin = !strings.ContainsFunc(p.text, func(c rune) bool { return unicode.IsLetter(c) && !unicode.Is(unicode.Latin, c) })
	return keys, nil
}

// bounds reads what stands behind a #.
func (p *phrase) bounds(s string) (rest string, err error) {
	digits := strings.TrimLeft(s, "0123456789-")
	span := s[:len(s)-len(digits)]
	if span == "" {
		return s, nil
	}
	from, to, ok := strings.Cut(span, "-")
	a, err1 := strconv.Atoi(from)
	z, err2 := strconv.Atoi(to)
	if !ok || err1 != nil || err2 != nil || z < a || z == 0 {
		return "", fmt.Errorf("%q in %q is no span of numbers; want #5-40", "#"+span, p.text)
	}
	p.from, p.to = a, z
	return digits, nil
}

// build packs what was read; see [open].
func (b *builder) build() ([]byte, error) {
	filled := map[int]bool{}
	kept, words := b.phrases[:0], b.words[:0]
	for n, p := range b.phrases {
		if b.removed[removal(p.policy, p.text)] && p.use != useSet {
			continue
		}
		kept, words = append(kept, p), append(words, b.words[n])
		filled[p.set] = true
	}
	b.phrases, b.words = kept, words
	for _, c := range b.combos {
		for name, n := range b.sets {
			if (slices.Contains(c.sets, n) || slices.Contains(c.not, n)) && !filled[n] && n > b.known {
				return nil, fmt.Errorf("policy: the combination %q of %s/%s names %s, which has no words", c.text, c.lang, c.policy, name)
			}
		}
	}
	var set match.Builder
	for n, p := range b.phrases {
		if p.ending {
			continue
		}
		keys, number := b.words[n], int32(n)<<sideBits //nolint:gosec // phrases are not that many
		// Vietnamese syllables without their tones are words of many languages: alone, short ones do not count.
		tones := p.lang == "vi" && p.words == 1 && utf8.RuneCountInString(p.text) <= shortWord && keys[0][0] != keys[1][0]
		switch {
		case slices.Equal(keys[0], keys[1]):
			set.Add(keys[0], number|sidePlain|sideExact)
		case tones:
			set.Add(keys[1], number|sideExact)
		default:
			set.Add(keys[0], number|sidePlain)
			set.Add(keys[1], number|sideExact)
		}
	}
	return b.pack(set.Build())
}

// removal is what a line "remove" takes away.
func removal(policy, text string) string { return policy + "\x00" + text }

func notDigit(c rune) bool { return c < '0' || c > '9' }

func useNames() []string {
	names := make([]string, 0, len(uses))
	for n := range uses {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
