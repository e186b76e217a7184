package webhook

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// What stands around the entries of every body.
const (
	bodyBegin = `{"object":"` + Object + `","entry":[`
	bodyEnd   = `]}`
)

// envelope is the body of a webhook. entry[].time is absent for the field "messages" only.
func envelope(e Event, now int64) []byte {
	var b bytes.Buffer
	b.WriteString(bodyBegin + `{"id":"` + e.WABAID.String() + `"`)
	if e.Field != "messages" {
		b.WriteString(`,"time":` + strconv.FormatInt(now, 10))
	}
	b.WriteString(`,"changes":[{"value":`)
	b.Write(e.Value)
	b.WriteString(`,"field":"` + e.Field + `"}]}` + bodyEnd)
	return escape(b.Bytes())
}

// join makes one body of several: each keeps its entry, byte for byte.
func join(bodies [][]byte) []byte {
	size := len(bodyBegin) + len(bodyEnd)
	for _, b := range bodies {
		size += len(b)
	}
	out := make([]byte, 0, size)
	out = append(out, bodyBegin...)
	for i, b := range bodies {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, b[len(bodyBegin):len(b)-len(bodyEnd)]...)
	}
	return append(out, bodyEnd...)
}

// joinable tells whether a stored body has the envelope that join expects.
func joinable(b []byte) bool {
	return bytes.HasPrefix(b, []byte(bodyBegin)) && bytes.HasSuffix(b, []byte(bodyEnd))
}

// escape writes every character outside ASCII as \u and four digits of lower hex, as Meta's webhooks do: the
// signature is over these bytes.
func escape(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	for len(b) > 0 {
		n := 0
		for n < len(b) && b[n] < utf8.RuneSelf {
			n++
		}
		out = append(out, b[:n]...)
		if b = b[n:]; len(b) == 0 {
			break
		}
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			out = appendUnit(out, hi)
			r = lo
		}
		out = appendUnit(out, r)
	}
	return out
}

// appendUnit writes one UTF-16 unit.
func appendUnit(out []byte, u rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
