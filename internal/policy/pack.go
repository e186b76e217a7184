package policy

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
)

// Phrases are packed as a set of package match, a record for each phrase, and their texts one behind another, so that they are
// searched as they lie: a start builds nothing, and the first review unpacks them. The few combinations stand beside them as JSON.

// Phrases stand in the set by their letters without accents and by those with accents, for texts in Vietnamese. The low bits of a
// number there tell which.
const (
	sidePlain = 1
	sideExact = 2
	sideBits  = 2
)

// recordSize is how many bytes tell of a phrase: where its text is, how long; language, policy, use, flags, words, set, bounds, first word.
const recordSize = 28

// Flags of a record.
const (
	flagHeadFirst = 1 << iota
	flagWild
	flagEnding
	flagLatin
)

// extras is what is packed as JSON.
type extras struct {
	Phrases   int              `json:"phrases"`
	Wild      bool             `json:"wild"`
	Languages []string         `json:"languages"`
	Sets      []string         `json:"sets"` // of numbers from First on
	First     int              `json:"first"`
	Endings   map[string]int32 `json:"endings"`
	Combos    []packedCombo    `json:"combinations"`
	Removed   map[string]bool  `json:"removed,omitempty"`
}

type packedCombo struct {
	Text      string `json:"text"`
	Lang      string `json:"lang"`
	Policy    string `json:"policy"`
	Use       use    `json:"use"`
	HeadFirst bool   `json:"head_first"`
	Sets      []int  `json:"sets"`
	Not       []int  `json:"not,omitempty"`
	level
}

// pack writes the parts, each behind its length. The same rules make the same bytes.
func (b *builder) pack(set []byte) ([]byte, error) {
	x := extras{Phrases: len(b.phrases), First: b.known + 1, Endings: map[string]int32{}, Removed: b.removed}
	var records, texts []byte
	for n, p := range b.phrases {
		lang := slices.Index(x.Languages, p.lang)
		if lang < 0 {
			lang, x.Languages = len(x.Languages), append(x.Languages, p.lang)
		}
		if lang > 255 || p.set > 1<<16-1 {
			return nil, fmt.Errorf("policy: more than 256 files or %d sets", 1<<16)
		}
		x.Wild = x.Wild || p.wild && !p.ending
		if p.ending {
			x.Endings[p.text[1:]] = int32(n) //nolint:gosec // phrases are not that many
		}
		records = p.record(records, len(texts), lang)
		texts = append(texts, p.text...)
	}
	names := make([]string, 0, len(b.sets))
	for name, n := range b.sets {
		if n > b.known {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool { return b.sets[names[i]] < b.sets[names[j]] })
	x.Sets = names
	for _, c := range b.combos {
		x.Combos = append(x.Combos, packedCombo{c.text, c.lang, c.policy, c.use, c.headFirst, c.sets, c.not, c.level})
	}
	rest, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	var out []byte
	for _, part := range [][]byte{rest, records, texts, set} {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(part))) //nolint:gosec // rules are not that large
		out = append(out, part...)
	}
	return out, nil
}

// record appends a phrase's record.
func (p *phrase) record(b []byte, at, lang int) []byte {
	flags := byte(0)
	for flag, is := range map[byte]bool{flagHeadFirst: p.headFirst, flagWild: p.wild, flagEnding: p.ending, flagLatin: p.latin} {
		if is {
			flags |= flag
		}
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(at))                                                                  //nolint:gosec // rules are not that large
	b = append(b, byte(len(p.text)), byte(lang), byte(1+slices.Index(ids, p.policy)), byte(p.use), flags, byte(p.words)) //nolint:gosec // see [mostPhrase], [mostWords]
	b = binary.LittleEndian.AppendUint16(b, uint16(p.set))                                                               //nolint:gosec // checked
	b = binary.LittleEndian.AppendUint32(b, uint32(min(p.from, 1<<30)))                                                  //nolint:gosec // bounded here
	b = binary.LittleEndian.AppendUint32(b, uint32(min(p.to, 1<<30)))                                                    //nolint:gosec // bounded here
	return binary.LittleEndian.AppendUint64(b, p.first)
}
