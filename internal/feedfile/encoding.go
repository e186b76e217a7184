package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// encodings are those a feed can name, and those that are guessed.
var encodings = map[string]encoding.Encoding{
	"UTF8": unicode.UTF8, "LATIN1": charmap.Windows1252,
	"UTF16LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF16BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"UTF32LE": utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "UTF32BE": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
	"WINDOWS1250": charmap.Windows1250, "WINDOWS1251": charmap.Windows1251, "WINDOWS1252": charmap.Windows1252, "WINDOWS1254": charmap.Windows1254,
	"WINDOWS1256": charmap.Windows1256, "WINDOWS1258": charmap.Windows1258,
}

// marks are the byte order marks.
var marks = []struct {
	mark []byte
	name string
}{
	{[]byte{0xEF, 0xBB, 0xBF}, "UTF8"},
	{[]byte{0xFF, 0xFE, 0, 0}, "UTF32LE"},
	{[]byte{0, 0, 0xFE, 0xFF}, "UTF32BE"},
	{[]byte{0xFF, 0xFE}, "UTF16LE"},
	{[]byte{0xFE, 0xFF}, "UTF16BE"},
}

// decode returns the file as UTF-8 without a mark.
func (r *Reader) decode(plain io.Reader, o Options) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(plain, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && len(head) == 0 && err != io.EOF {
		return nil, err
	}
	name := strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(o.Encoding))
	if name == "AUTODETECT" || name == "" {
		name = guessEncoding(head)
		if declared, label := declaredEncoding(head); declared != nil && name != "UTF16LE" && name != "UTF16BE" {
			r.format.Encoding = label
			return decoded(in, declared, label), nil
		}
		r.guessed = true
	}
	// A mark is surer than what somebody said.
	for _, m := range marks {
		if bytes.HasPrefix(head, m.mark) {
			name = m.name
			break
		}
	}
	e, ok := encodings[name]
	if !ok {
		return nil, fail(0, "there is no encoding %q; the encodings are UTF8, LATIN1, UTF16LE, UTF16BE, UTF32LE, UTF32BE and AUTODETECT", o.Encoding)
	}
	r.format.Encoding = name
	if name == "UTF8" {
		if bytes.HasPrefix(head, marks[0].mark) {
			_, _ = in.Discard(len(marks[0].mark))
			r.guessed = false
		}
		return in, nil // single cells that are no UTF-8 are mended as they are read
	}
	return decoded(in, e, name), nil
}

// decoded reads a file as UTF-8. Vietnamese of windows-1258 writes tones behind their letters; they are joined.
func decoded(in io.Reader, e encoding.Encoding, name string) *bufio.Reader {
	var t transform.Transformer = e.NewDecoder()
	if e == charmap.Windows1258 {
		t = transform.Chain(t, norm.NFC)
	}
	return bufio.NewReaderSize(halves{transform.NewReader(in, t), name}, sniffed)
}

// declaration is where XML says how it is written.
var declaration = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// declaredEncoding is the encoding that XML declares, unless it is UTF-8, or one nobody could read the declaration in.
func declaredEncoding(head []byte) (e encoding.Encoding, label string) {
	m := declaration.FindSubmatch(head[:min(len(head), 512)])
	if m == nil {
		return nil, ""
	}
	e, err := htmlindex.Get(string(m[1]))
	if err != nil {
		return nil, ""
	}
	label = strings.ToUpper(string(m[1]))
	if strings.HasPrefix(label, "UTF") {
		return nil, ""
	}
	return e, label
}

// oddBytes is the warning of a row whose bytes are no text.
const oddBytes = "some of its bytes are no UTF-8; save the file as UTF-8"

// isText tells whether bytes are UTF-8 that a database can hold.
func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// mend replaces what is no text.
func mend(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// mendLatin reads what is no UTF-8 as windows-1252, unless parts of it are UTF-8: a long file may begin with
// nothing but ASCII, so that its beginning does not tell.
func mendLatin(s string) string {
	for n, r := range s {
		if r >= utf8.RuneSelf && (r != utf8.RuneError || strings.HasPrefix(s[n:], "\uFFFD")) {
			return mend(s)
		}
	}
	latin, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return mend(s)
	}
	return mend(latin)
}

// halves words what is wrong with a file that ends inside a character.
type halves struct {
	r        io.Reader
	encoding string
}

func (h halves) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if errors.Is(err, transform.ErrShortSrc) {
		err = fail(0, "the file ends inside a character of %s", h.encoding)
	}
	return n, err
}

// guessEncoding tells UTF-16 and UTF-32 without a mark by where their zeros are, and old code pages by which of
// them makes the text most like words.
func guessEncoding(head []byte) string {
	if utf8.Valid(head) || utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]) {
		if zeros := zerosBy4(head); zeros[0]+zeros[1]+zeros[2]+zeros[3] == 0 {
			return "UTF8"
		}
	}
	zeros, quarter := zerosBy4(head), max(1, len(head)/4)
	most := func(at ...int) bool {
		for _, n := range at {
			if zeros[n] < quarter*8/10 {
				return false
			}
		}
		return true
	}
	switch {
	case most(1, 2, 3):
		return "UTF32LE"
	case most(0, 1, 2):
		return "UTF32BE"
	case zeros[1]+zeros[3] > quarter/2 && zeros[0]+zeros[2] < (zeros[1]+zeros[3])/4:
		return "UTF16LE"
	case zeros[0]+zeros[2] > quarter/2 && zeros[1]+zeros[3] < (zeros[0]+zeros[2])/4:
		return "UTF16BE"
	case utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]):
		return "UTF8"
	}
	return guessCodePage(head)
}

func zerosBy4(head []byte) (n [4]int) {
	for i, b := range head {
		if b == 0 {
			n[i%4]++
		}
	}
	return n
}

// guessCodePage tells the pages of 125x apart by what stands beside the letters of ASCII: Cyrillic and Arabic
// text is written in runs of high bytes, Vietnamese puts tone marks behind vowels, the others are Latin.
func guessCodePage(head []byte) string {
	high, runs, cyrillic, arabic, tones := 0, 0, 0, 0, 0
	for i, b := range head {
		if b < 0x80 {
			continue
		}
		high++
		if i > 0 && head[i-1] >= 0x80 {
			runs++
		}
		switch {
		case b >= 0xC0:
			cyrillic++
		}
		if (b >= 0xC0 && b <= 0xDF) || b == 0xE1 || (b >= 0xE3 && b <= 0xE6) || b == 0xED {
			arabic++
		}
		// The combining marks of windows-1258: grave, hook, tilde, acute, dot below.
		if b == 0xCC || b == 0xD2 || b == 0xDE || b == 0xEC || b == 0xF2 {
			tones++
		}
	}
	switch {
	case high == 0:
		return "UTF8"
	case runs*10 > high*6 && arabic*10 > high*7:
		return "WINDOWS1256"
	case runs*10 > high*6 && cyrillic*10 > high*7:
		return "WINDOWS1251"
	case tones*10 > high*3 && runs*10 < high*6:
		return "WINDOWS1258"
	}
	return "WINDOWS1252"
}
