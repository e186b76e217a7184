package fold

import "unicode"

// kind is what a rune does to a word.
type kind uint8

const (
	comma kind = iota
	letter
	digit
	mark
	picture
	drop
	inner
	glue
	space
	join
)

// class is what is known of a rune.
type class struct {
	kind       kind
	base       byte // the ASCII letter or digit it reads as
	second     byte // the second one, of æ
	quality    byte // a mark that makes another letter: ă, ơ, đ
	tone       byte // a mark that may stand on another letter of the word
	vietnamese bool // a mark only Vietnamese has
	odd        int  // 1 when it hides a letter
	to         rune // the letter it stands for, outside ASCII
}

var (
	low  [0x250]class
	high [0x100]class
)

func init() {
	for c := range rune(0x250) {
		low[c] = classifyLow(c)
	}
	for c := range rune(0x100) {
		high[c] = latinClass(0x1e00 + c)
	}
}

// ours are letters with no decomposition.
var ours = map[rune]class{
	'đ': {kind: letter, base: 'd', quality: '-', vietnamese: true}, 'Đ': {kind: letter, base: 'd', quality: '-', vietnamese: true},
	'ø': {kind: letter, base: 'o', quality: '/'}, 'Ø': {kind: letter, base: 'o', quality: '/'}, 'ł': {kind: letter, base: 'l', quality: '/'}, 'Ł': {kind: letter, base: 'l', quality: '/'},
	'ı': {kind: letter, base: 'i'}, 'ß': {kind: letter, base: 's', second: 's'}, 'æ': {kind: letter, base: 'a', second: 'e'}, 'Æ': {kind: letter, base: 'a', second: 'e'},
	'œ': {kind: letter, base: 'o', second: 'e'}, 'Œ': {kind: letter, base: 'o', second: 'e'}, 'ð': {kind: letter, base: 'd'}, 'þ': {kind: letter, base: 't', second: 'h'},
	'ħ': {kind: letter, base: 'h', odd: 1}, 'ŧ': {kind: letter, base: 't', odd: 1}, 'ƒ': {kind: letter, base: 'f', odd: 1}, 'ƀ': {kind: letter, base: 'b', odd: 1},
}

func classifyLow(c rune) class {
	switch {
	case c >= '0' && c <= '9':
		return class{kind: digit, base: byte(c)}
	case c >= 'a' && c <= 'z':
		return class{kind: letter, base: byte(c)}
	case c >= 'A' && c <= 'Z':
		return class{kind: letter, base: byte(c) + 'a' - 'A'}
	case c == '\'' || c == '`' || c == '´':
		return class{kind: inner}
	case c == ' ' || c == '\u00a0' || c == '\t' || c == '"' || c == '«' || c == '»': // a quoted name belongs to what it names
		return class{kind: space}
	case c == '+' || c == '&':
		return class{kind: join}
	case c == '-' || c == '_' || c == '*' || c == '~' || c == '^' || c == '@' || c == '$' || c == '!' || c == '|' || c == '=' || c == '#' || c == '·' || c == '¡' || c == '€' || c == '£':
		return class{kind: glue}
	case c == '%' || c == '°':
		return class{kind: picture, to: c} // what a number counts
	case c == '\u00ad':
		return class{kind: drop, odd: 1}
	case c == 'ª' || c == 'º':
		return class{kind: glue}
	case c < 0x20 || c < 0x80 || !unicode.IsLetter(c):
		return class{kind: comma}
	}
	return latinClass(c)
}

// latinClass takes a Latin letter apart.
func latinClass(c rune) class {
	if k, ok := ours[c]; ok {
		return k
	}
	d := decompose(c)
	if len(d) == 0 {
		if unicode.IsLetter(c) {
			return class{kind: letter, to: unicode.ToLower(c)}
		}
		return class{kind: comma}
	}
	k := low[d[0]&0x7f]
	if d[0] > 0x7f || k.kind != letter {
		return class{kind: letter, to: unicode.ToLower(c)}
	}
	for _, m := range d[1:] {
		x := markClass(m)
		if x.quality != 0 {
			k.quality = x.quality
		}
		if x.tone != 0 {
			k.tone = x.tone
		}
		k.vietnamese = k.vietnamese || x.vietnamese
	}
	if k.base == 'a' && k.quality == '^' && k.tone != 0 || k.base == 'e' && k.quality == '^' && k.tone != 0 || k.base == 'o' && k.quality == '^' && k.tone != 0 {
		k.vietnamese = true
	}
	return k
}

// markClass tells a combining mark of a Latin letter.
func markClass(c rune) class {
	k := class{kind: mark}
	switch c {
	case 0x300, 0x301, 0x303:
		k.tone = byte(c) | 0x80 // never zero, which is none
	case 0x309, 0x323:
		k.tone, k.vietnamese = byte(c)|0x80, true
	case 0x302:
		k.quality = '^'
	case 0x306:
		k.quality = '('
	case 0x31b:
		k.quality, k.vietnamese = '\'', true
	case 0x327:
		k.quality = ','
	case 0x308:
		k.quality = ':'
	}
	return k
}

// alike are letters of other scripts that look like Latin ones. Cyrillic, Greek, Armenian, Cherokee, small
// capitals and phonetic letters; what has a compatibility form is not listed.
var alike = map[rune]byte{}

func init() {
	pairs := []struct{ from, to string }{
		{"аӓᴀαɑ", "aaaaa"},
		{"АΑᎪ", "aaa"},
		{"ВΒᏴʙьЬЪъ", "bbbbbbbb"},
		{"сСϲᏟᴄ", "ccccc"},
		{"ԁᎠᴅ", "ddd"},
		{"еЕЁёΕᎬᴇєЄεҽ", "eeeeeeeeeee"},
		{"ғᖴ", "ff"},
		{"ɡԌᏀɢ", "gggg"},
		{"һНнΗᎻʜհ", "hhhhhhh"},
		{"іІΙӀιɪїЇɩ", "iiiiiiiii"},
		{"јЈᎫᴊϳ", "jjjjj"},
		{"кКΚκᏦᴋ", "kkkkkk"},
		{"ⅼʟᏞ", "lll"},
		{"мМΜᎷᴍ", "mmmmm"},
		{"ΝɴпηИи", "nnnnnn"},
		{"оОΟοσᴏօ", "ooooooo"},
		{"рРΡρᏢᴘ", "pppppp"},
		{"ԛ", "q"},
		{"гʀᎡЯя", "rrrrr"},
		{"ѕЅᏚꜱ", "ssss"},
		{"тТΤτᎢᴛ", "tttttt"},
		{"υᴜսµ", "uuuu"},
		{"ѵνᴠᏙ", "vvvv"},
		{"ԝωᴡᎳшШ", "wwwwww"},
		{"хХΧχ", "xxxx"},
		{"уУΥγʏүҮ", "yyyyyyy"},
		{"ΖᏃᴢз", "zzzz"},
	}
	for _, p := range pairs {
		to := []byte(p.to)
		n := 0
		for _, c := range p.from {
			alike[c] = to[n]
			n++
		}
	}
}

// arabicFold are letters written one for another.
var arabicFold = map[rune]rune{'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ة': 'ه', 'ؤ': 'و', 'ئ': 'ي', 'گ': 'ك', 'ک': 'ك', 'ی': 'ي', 'پ': 'ب', 'چ': 'ج', 'ڤ': 'ف'}

// digitZeros are the zeros of other scripts.
var digitZeros = []rune{0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xe50, 0x1040, 0x17e0, 0xff10}

func classifyRare(c rune) class {
	switch {
	case c >= 0x300 && c < 0x370:
		return markClass(c)
	case c >= 0x620 && c < 0x6d4:
		return arabicClass(c)
	case c >= 0x900 && c < 0x980:
		return devanagariClass(c)
	case c >= 0x200b && c <= 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x2060 && c <= 0x206f || c >= 0xfe00 && c <= 0xfe0f || c == 0xfeff || c == 0x3164 || c == 0x115f || c == 0x1160 || c >= 0xe0000 && c < 0xe0200:
		return class{kind: drop, odd: 1}
	case c == 0xff05:
		return class{kind: picture, to: '%'}
	case c == 0x2018 || c == 0x2019 || c == 0x2bc:
		return class{kind: inner}
	case c >= 0x2000 && c <= 0x200a || c == 0x202f || c == 0x3000:
		return class{kind: space}
	case c >= 0x2010 && c <= 0x2012 || c == 0x2022 || c == 0x30fb || c == 0x20ac || c == 0x2043:
		return class{kind: glue}
	case c >= 0x1f1e6 && c <= 0x1f1ff:
		return class{kind: letter, base: byte('a' + c - 0x1f1e6), odd: 1}
	case c >= 0x1f150 && c <= 0x1f169:
		return class{kind: letter, base: byte('a' + c - 0x1f150), odd: 1}
	case c >= 0x1f170 && c <= 0x1f189:
		return class{kind: letter, base: byte('a' + c - 0x1f170), odd: 1}
	case c >= 0x1f300 && c <= 0x1faff || c >= 0x2600 && c <= 0x27bf:
		if c >= 0x1f3fb && c <= 0x1f3ff { // skin tones
			return class{kind: drop}
		}
		return class{kind: picture, to: c}
	}
	if b, ok := alike[c]; ok {
		return class{kind: letter, base: b, odd: 1}
	}
	for _, z := range digitZeros {
		if c >= z && c <= z+9 {
			return class{kind: digit, base: byte('0' + c - z)}
		}
	}
	if d := decompose(c); len(d) > 0 && d[0] != c {
		k := classify(d[0])
		for _, m := range d[1:] {
			if k.base != 0 && k.second == 0 && m < 0x80 && low[m].kind == k.kind {
				k.second = low[m].base
			}
		}
		k.odd = 1
		return k
	}
	switch {
	case unicode.IsLetter(c):
		return class{kind: letter, to: unicode.ToLower(c)}
	case unicode.Is(unicode.Mc, c), unicode.Is(unicode.Mn, c) && c > 0x980 && c < 0x1ab0:
		return class{kind: letter, to: c}
	case unicode.Is(unicode.M, c):
		return class{kind: mark}
	case unicode.IsSpace(c), c >= 0x201c && c <= 0x201f, c == '「', c == '」', c == '『', c == '』':
		return class{kind: space}
	case unicode.Is(unicode.Cf, c):
		return class{kind: drop, odd: 1}
	}
	return class{kind: comma}
}

func arabicClass(c rune) class {
	switch {
	case c == 0x640 || c >= 0x64b && c <= 0x65f || c == 0x670:
		return class{kind: drop}
	case c >= 0x660 && c <= 0x669:
		return class{kind: digit, base: byte('0' + c - 0x660)}
	case c == 0x66a:
		return class{kind: picture, to: '%'}
	case c >= 0x66b && c <= 0x66d:
		return class{kind: glue}
	}
	if to, ok := arabicFold[c]; ok {
		return class{kind: letter, to: to}
	}
	return class{kind: letter, to: c}
}

func devanagariClass(c rune) class {
	switch {
	case c == 0x93c: // the dot that turns ज into ज़ is often left out
		return class{kind: drop}
	case c == 0x901:
		return class{kind: letter, to: 0x902}
	case c >= 0x966 && c <= 0x96f:
		return class{kind: digit, base: byte('0' + c - 0x966)}
	case c == 0x964 || c == 0x965:
		return class{kind: comma}
	}
	if d := decompose(c); len(d) > 0 {
		return class{kind: letter, to: d[0]}
	}
	return class{kind: letter, to: c}
}
