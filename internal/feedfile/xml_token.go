package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strings"
)

// token reads the next tag or text. Comments, processing instructions and declarations are passed over.
func (x *scanner) token() (token, error) {
	for {
		c, err := x.in.ReadByte()
		if err != nil {
			return token{}, err
		}
		if c != '<' {
			if err := x.in.UnreadByte(); err != nil {
				return token{}, err
			}
			text, err := x.upToTag()
			return token{kind: charData, text: unescape(lineEnds(text))}, err
		}
		head, err := x.in.Peek(8)
		if err != nil && len(head) == 0 {
			return token{}, fail(x.number, "the file ends inside a tag")
		}
		if head[0] != '!' && head[0] != '?' {
			return x.tag()
		}
		switch {
		case bytes.HasPrefix(head, []byte("!--")):
			_, _ = x.in.Discard(len("!--"))
			err = x.pass("-->")
		case bytes.HasPrefix(head, []byte("![CDATA[")):
			_, _ = x.in.Discard(8)
			text, err := x.untilText("]]>")
			return token{kind: charData, text: lineEnds(text)}, err
		case head[0] == '!':
			return token{}, fail(x.number, "the XML declares a document type or entities, which feeds must not; take <!… out")
		default:
			_, _ = x.in.Discard(len("?"))
			err = x.pass("?>")
		}
		if err != nil {
			return token{}, err
		}
	}
}

// tag reads a tag behind its "<".
func (x *scanner) tag() (token, error) {
	inside, err := x.inTag()
	if err != nil {
		return token{}, err
	}
	tok := token{kind: startTag}
	switch {
	case len(inside) > 0 && inside[0] == '/':
		tok.kind, inside = endTag, inside[1:]
	case len(inside) > 0 && inside[len(inside)-1] == '/':
		tok.kind, inside = emptyTag, inside[:len(inside)-1]
	}
	if at := nameEnd(inside); at < len(inside) {
		tok.attrs = string(bytes.TrimSpace(inside[at:]))
		inside = inside[:at]
	}
	// A tag often closes the one before.
	if string(inside) != x.last.written {
		known, ok := x.tags[string(inside)]
		if !ok {
			known = x.learn(string(inside))
		}
		x.last = known
	}
	if tok.tag = x.last; tok.name == "" {
		return token{}, fail(x.number, "there is a < that begins no tag; write &lt; in texts")
	}
	return tok, nil
}

// closes takes the end tag of an element if it comes next and is written as its start tag was.
func (x *scanner) closes(written string) bool {
	n := len("</>") + len(written)
	next, err := x.in.Peek(n)
	if err != nil || next[0] != '<' || next[1] != '/' || next[n-1] != '>' || string(next[2:n-1]) != written || written == "" || x.used+n > x.limit {
		return false
	}
	x.used += n
	_, _ = x.in.Discard(n)
	return true
}

// nameEnd is where the name at the beginning of a tag ends.
func nameEnd(inside []byte) int {
	for n, c := range inside {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			return n
		}
	}
	return len(inside)
}

// learn finds out what an element is called.
func (x *scanner) learn(written string) tag {
	name := written
	if _, local, ok := strings.Cut(written, ":"); ok {
		name = local
	}
	name = mend(strings.ToLower(name))
	t := tag{written, name, column(fold(name), name, "google")}
	if x.tags == nil {
		x.tags = map[string]tag{}
	}
	if len(x.tags) < tagsKept && len(written) < 256 {
		x.tags[written] = t
	}
	return t
}

// inTag reads up to the ">" that ends a tag: one inside quotes does not. What it returns is valid until more is read.
func (x *scanner) inTag() ([]byte, error) {
	x.buf = x.buf[:0]
	var quote byte
	for {
		part, err := x.in.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fail(x.number, "the file ends inside a tag")
		}
		if x.used += len(part); x.used > x.limit {
			return nil, errLong
		}
		for _, c := range part {
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return nil, fail(x.number, "there is a < inside a tag; write &lt; in texts")
			}
		}
		if err == nil && quote == 0 && len(x.buf) == 0 {
			return part[:len(part)-1], nil
		}
		x.buf = append(x.buf, part...)
		if err == nil && quote == 0 {
			return x.buf[:len(x.buf)-1], nil
		}
	}
}

// upToTag reads text up to a "<", which stays unread, or to the end of the file. What it returns is valid until
// more is read.
func (x *scanner) upToTag() ([]byte, error) {
	x.buf = x.buf[:0]
	for {
		part, err := x.in.ReadSlice('<')
		x.used += len(part)
		if x.used > x.limit {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = x.in.ReadSlice('<')
			}
			if err == nil {
				_ = x.in.UnreadByte()
			}
			return nil, errLong
		}
		if err == nil && len(x.buf) == 0 {
			return part[:len(part)-1], x.in.UnreadByte()
		}
		x.buf = append(x.buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return x.buf, nil
		case err != nil:
			return nil, err
		}
		return x.buf[:len(x.buf)-1], x.in.UnreadByte()
	}
}

// untilText reads up to an end mark and behind it.
func (x *scanner) untilText(end string) ([]byte, error) {
	x.buf = x.buf[:0]
	last := end[len(end)-1]
	for {
		part, err := x.in.ReadSlice(last)
		x.used += len(part)
		if x.used > x.limit {
			x.buf = x.buf[:0]
			if err == nil || errors.Is(err, bufio.ErrBufferFull) {
				if perr := x.pass(end); perr != nil {
					return nil, perr
				}
			}
			return nil, errLong
		}
		x.buf = append(x.buf, part...)
		if err == nil && bytes.HasSuffix(x.buf, []byte(end)) {
			return x.buf[:len(x.buf)-len(end)], nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fail(x.number, "the file ends before %s", end)
		}
	}
}

// pass goes behind an end mark, however far it is.
func (x *scanner) pass(end string) error {
	matched := 0
	for matched < len(end) {
		c, err := x.in.ReadByte()
		if err != nil {
			return fail(x.number, "the file ends before %s", end)
		}
		switch {
		case c == end[matched]:
			matched++
		case c == end[0]:
			if matched != 2 || end[1] != c { // "--" may go on: "--->"
				matched = 1
			}
		default:
			matched = 0
		}
	}
	return nil
}

// lineEnds makes every end of a line that of XML.
func lineEnds(s []byte) []byte {
	if bytes.IndexByte(s, '\r') < 0 {
		return s
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(s, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// entities are those of XML itself.
var entities = []struct {
	name string
	c    byte
}{{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}

// unescape resolves the entities of XML, numeric references, and those of HTML that shops write all the same.
func unescape(s []byte) []byte {
	at := bytes.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for ; at >= 0; at = bytes.IndexByte(s, '&') {
		out, s = append(out, s[:at]...), s[at:]
		known := false
		for _, e := range entities {
			if bytes.HasPrefix(s, []byte(e.name)) {
				out, s, known = append(out, e.c), s[len(e.name):], true
				break
			}
		}
		if !known {
			return append(out, html.UnescapeString(string(s))...)
		}
	}
	return append(out, s...)
}

// attribute is the value of one attribute.
func attribute(attrs, name string) string {
	for attrs != "" {
		eq := strings.IndexByte(attrs, '=')
		if eq < 0 {
			return ""
		}
		key := strings.TrimSpace(attrs[:eq])
		rest := strings.TrimLeft(attrs[eq+1:], " \t\r\n")
		if rest == "" || (rest[0] != '"' && rest[0] != '\'') {
			return ""
		}
		value, after, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return ""
		}
		if strings.EqualFold(key, name) {
			return string(unescape([]byte(value)))
		}
		attrs = after
	}
	return ""
}
