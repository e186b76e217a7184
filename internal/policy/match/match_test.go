package match_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/policy/fold"
	"github.com/hawkerhq/hawker/internal/policy/match"
)

// hit is a phrase in a text.
type hit struct {
	last, length int
	number       int32
}

func order(a, b hit) int {
	if a.last != b.last {
		return a.last - b.last
	}
	if a.length != b.length {
		return a.length - b.length
	}
	return int(a.number) - int(b.number)
}

// words are the keys of a folded text.
func words(s string) (keys []uint64) {
	var r fold.Reader
	var t fold.Text
	r.Read(s, &t)
	for _, w := range t.Words {
		keys = append(keys, w.Key)
	}
	return keys
}

// naive compares every phrase with every place of a text.
func naive(phrases [][]uint64, text []uint64) (hits []hit) {
	for last := range text {
		for n, p := range phrases {
			if len(p) > 0 && len(p) <= last+1 && slices.Equal(p, text[last+1-len(p):last+1]) {
				hits = append(hits, hit{last, len(p), int32(n)})
			}
		}
	}
	return hits
}

func search(t *testing.T, phrases [][]uint64, text []uint64) (hits []hit) {
	t.Helper()
	var b match.Builder
	for n, p := range phrases {
		b.Add(p, int32(n))
	}
	set, err := match.Open(string(b.Build()))
	if err != nil {
		t.Fatal(err)
	}
	numbers := make([]uint32, len(text))
	for n, w := range text {
		numbers[n] = set.Word(w)
	}
	set.Search(numbers, func(last, length int, number int32) { hits = append(hits, hit{last, length, number}) })
	return hits
}

// FuzzSearch: the automaton finds what a comparison of every phrase with every place finds, each once. Phrases stand on lines and
// are read as texts are. Both are also taken letter by letter, as if each byte were a word, so that phrases lie in one another.
func FuzzSearch(f *testing.F) {
	for _, s := range [][2]string{
		{"red wine\nwine\nwine glass", "A red wine glass, red wine"},
		{"a a\na\na a a", "a a a a a"},
		{"he\nshe\nhis\nhers", "ushers"},
		{"abcd\nbc\nc", "abcabcd"},
		{"rượu vang\nruou\nvang", "Rượu vang đỏ, RUOU VANG"},
		{"vodka\nvodka\n\nvod ka", "V.o.d.k.a ѵоdkа vod\u200bka ＶＯＤＫＡ V0dk4"},
		{"मदिरा\nخمر", "مدिरा خمر मदिरा \xff\xfe"},
		{"1 2\n2 1\n1 2 1", "1 2 1 2 1"},
		{"", "nothing"},
		{"beer", ""},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, phrases, text string) {
		if len(phrases) > 2000 || len(text) > 2000 {
			return // the naive search is slow, and longer ones show nothing new
		}
		var folded, raw [][]uint64
		for _, line := range bytes.Split([]byte(phrases), []byte("\n")) {
			folded, raw = append(folded, words(string(line))), append(raw, letters(line))
		}
		compare(t, folded, words(text))
		compare(t, raw, letters([]byte(text)))
	})
}

func letters(b []byte) (keys []uint64) {
	for _, c := range b {
		keys = append(keys, uint64(c))
	}
	return keys
}

func compare(t *testing.T, phrases [][]uint64, text []uint64) {
	t.Helper()
	got, want := search(t, phrases, text), naive(phrases, text)
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// TestADamagedSetIsRefused: a set that was cut is not searched.
func TestADamagedSetIsRefused(t *testing.T) {
	t.Parallel()
	var b match.Builder
	b.Add([]uint64{1, 2}, 7)
	whole := string(b.Build())
	for _, s := range []string{"", whole[:10], whole[:len(whole)-1], whole + "x"} {
		if _, err := match.Open(s); err == nil {
			t.Errorf("%d of %d bytes were taken", len(s), len(whole))
		}
	}
}
