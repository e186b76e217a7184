package policy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/hawkerhq/hawker/internal/policy/match"
)

// packed are the built-in phrases of rules/*.txt, packed and compressed. TestGoldenTables holds them against their source.
//
//go:generate go test . -run TestGoldenTables -update
//go:embed tables.zst
var packed []byte

// unpack reads compressed rules.
func unpack(b []byte) (string, error) {
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return "", errors.Join(errDamaged, err)
	}
	defer z.Close()
	var head zstd.Header
	if err := head.Decode(b); err != nil {
		return "", errors.Join(errDamaged, err)
	}
	var s strings.Builder
	s.Grow(int(head.FrameContentSize)) //nolint:gosec // it is our own
	if _, err := z.WriteTo(&s); err != nil {
		return "", errors.Join(errDamaged, err)
	}
	return s.String(), nil
}

// Lexicon is phrases, ready to search.
type Lexicon struct {
	extras
	from    int32 // of the numbers of its phrases, where there are several
	records string
	texts   string
	set     *match.Set
	combos  []*combination
	endings map[[leastEnding]byte][]int32
	// gone are phrases that an operator's rules take out.
	gone       map[int32]bool
	vietnamese int // among the languages; -1 for none
}

var errDamaged = errors.New("policy: the packed rules are damaged; go generate ./internal/policy makes them")

// open makes a lexicon of packed rules.
func open(b string, from int32) (*Lexicon, error) {
	var parts [4]string
	for n := range parts {
		if len(b) < 4 {
			return nil, errDamaged
		}
		size := int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24
		if len(b)-4 < size {
			return nil, errDamaged
		}
		parts[n], b = b[4:4+size], b[4+size:]
	}
	l := &Lexicon{from: from, records: parts[1], texts: parts[2], endings: map[[leastEnding]byte][]int32{}}
	if err := json.Unmarshal([]byte(parts[0]), &l.extras); err != nil || len(l.records) != l.Phrases*recordSize {
		return nil, errors.Join(errDamaged, err)
	}
	var err error
	if l.set, err = match.Open(parts[3]); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	for ending, n := range l.Endings {
		key := [leastEnding]byte([]byte(ending[len(ending)-leastEnding:]))
		l.endings[key] = append(l.endings[key], n)
	}
	for _, list := range l.endings {
		slices.Sort(list)
	}
	for _, c := range l.Combos {
		p := phrase{text: c.Text, lang: c.Lang, policy: c.Policy, mask: maskOf(c.Policy), use: c.Use, headFirst: c.HeadFirst}
		l.combos = append(l.combos, &combination{phrase: p, level: c.level, sets: c.Sets, not: c.Not})
	}
	l.vietnamese = slices.Index(l.Languages, "vi")
	return l, nil
}

// record is what is packed of a phrase.
type record string

func (l *Lexicon) record(n int32) record { return record(l.records[int(n)*recordSize:][:recordSize]) }

func (r record) lang() int  { return int(r[5]) }
func (r record) words() int { return int(r[9]) }

func (r record) number(at int) uint32 {
	return uint32(r[at]) | uint32(r[at+1])<<8 | uint32(r[at+2])<<16 | uint32(r[at+3])<<24
}

// bounds are what a number in the phrase may be; none when both are zero.
func (r record) bounds() (from, to int) { return int(r.number(12)), int(r.number(16)) }

// first is the first word's hash with its accents.
func (r record) first() uint64 { return uint64(r.number(20)) | uint64(r.number(24))<<32 }

// phrase unpacks a record.
func (l *Lexicon) phrase(r record, p *phrase) {
	at := r.number(0)
	name := goods
	if r[6] > 0 {
		name = ids[r[6]-1]
	}
	from, to := r.bounds()
	*p = phrase{
		text: l.texts[at : at+uint32(r[4])], lang: l.Languages[r.lang()], policy: name, mask: 1 << r[6], use: use(r[7]),
		headFirst: r[8]&flagHeadFirst != 0, wild: r[8]&flagWild != 0, ending: r[8]&flagEnding != 0, latin: r[8]&flagLatin != 0,
		words: r.words(), set: int(r[10]) | int(r[11])<<8, from: from, to: to, first: r.first(),
	}
}

// without takes out the phrases that further rules remove.
func (l *Lexicon) without(removed map[string]bool) *Lexicon {
	if len(removed) == 0 {
		return l
	}
	kept := *l
	kept.gone = map[int32]bool{}
	var p phrase
	for n := range int32(l.Phrases) { //nolint:gosec // as they were packed
		if l.phrase(l.record(n), &p); p.use != useSet && removed[removal(p.policy, p.text)] {
			kept.gone[n] = true
		}
	}
	return &kept
}
