package webhook

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// variant is a body as it may have been before something changed it.
type variant struct {
	code, text string
	form       string // see [Reason]
	body       []byte
}

// variantMost is up to how large a body is tried in many ways.
const variantMost = 4 << 20

var bom = []byte("\ufeff")

// variants are the given body, and what may have been sent if it was changed in one of the usual ways.
func variants(body []byte) []variant {
	list := []variant{{body: body}}
	if len(body) > variantMost {
		return list
	}
	add := func(code, text string, b []byte) {
		if b != nil && !bytes.Equal(b, body) {
			list = append(list, variant{code: code, text: text, body: b})
		}
	}
	trimmed := bytes.TrimRight(body, "\r\n \t")
	add("trailing_newline", "the body given ends with a line break that was not sent: an editor, echo or a template added it", trimmed)
	list = append(list, variant{code: "trailing_newline", form: "lacks", text: "the body given lacks the line break it was signed with", body: append(bytes.Clone(body), '\n')})
	add("bom", "the body given begins with a byte order mark that was not sent", bytes.TrimPrefix(body, bom))
	add("charset", "the body given is UTF-16; it was sent as bytes of ASCII", fromUTF16(body))
	add("charset", "the body given was read as Latin-1 or windows-1252 and written anew", fromLatin1(body))
	add("line_ends", "the line ends of the body were changed", bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
	const decoded = "the body given holds characters that were sent as \\u and four hex digits: it was parsed and written anew; sign the raw bytes"
	add("unicode_decoded", decoded, escape(body))
	add("unicode_decoded", decoded, escape(trimmed))
	add("unicode_case", "the hex digits behind \\u were changed to upper case", lowerEscapes(body))
	for _, b := range [][]byte{body, unslash(body), unhtml(body)} {
		if compact := compacted(b); compact != nil {
			const reencoded = "the body given was parsed and written anew, with other spaces or escapes: sign the raw bytes, before any parser"
			add("body_reencoded", reencoded, compact)
			add("body_reencoded", reencoded, escape(compact))
			add("body_reencoded", reencoded, lowerEscapes(compact))
		}
	}
	return list
}

// compacted is JSON without spaces; nil where the body is none.
func compacted(b []byte) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, bytes.TrimSpace(b)); err != nil {
		return nil
	}
	return out.Bytes()
}

// unslash takes back what PHP does to slashes.
func unslash(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`\/`), []byte(`/`)) }

// unhtml takes back what Go and others do to characters of HTML.
func unhtml(b []byte) []byte {
	return []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b)))
}

// lowerEscapes writes the digits behind \u in lower case.
func lowerEscapes(b []byte) []byte {
	out := bytes.Clone(b)
	const digits = 4
	for i := 0; i+1+digits < len(out); i++ {
		if out[i] != '\\' {
			continue
		}
		if out[i+1] == 'u' {
			copy(out[i+2:], bytes.ToLower(out[i+2:i+2+digits]))
		}
		i++ // an escaped backslash begins nothing
	}
	return out
}

// fromUTF16 reads a body with a byte order mark of UTF-16, or with a zero in each pair; nil where it is none.
func fromUTF16(b []byte) []byte {
	if len(b) < 2 || len(b)%2 != 0 {
		return nil
	}
	order := binary.ByteOrder(binary.LittleEndian)
	switch {
	case b[0] == 0xff && b[1] == 0xfe:
		b = b[2:]
	case b[0] == 0xfe && b[1] == 0xff:
		order, b = binary.BigEndian, b[2:]
	case b[0] == 0:
		order = binary.BigEndian
	case b[1] != 0:
		return nil
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// fromLatin1 takes back one reading of UTF-8 as Latin-1; nil where it cannot have happened.
func fromLatin1(b []byte) []byte {
	if !utf8.Valid(b) {
		return nil
	}
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			return nil
		}
		out = append(out, byte(r))
	}
	return out
}
