package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// openXML finds the products of an RSS or Atom feed.
func (r *Reader) openXML(text *bufio.Reader) error {
	x := &scanner{in: text, limit: r.limits.Row, depth: r.limits.Depth}
	r.format.Dialect = "google"
	for {
		tok, err := x.token()
		if errors.Is(err, io.EOF) {
			return fail(0, "the XML holds no rss, feed or channel element; a feed is RSS 2.0 or Atom")
		}
		if err != nil {
			return err
		}
		if tok.kind != startTag {
			continue
		}
		switch tok.name {
		case "rss", "channel", "rdf":
			r.format.Kind, x.item = "rss", "item"
		case "feed":
			r.format.Kind, x.item = "atom", "entry"
		default:
			return fail(0, "the XML begins with <%.40s>; a feed is RSS 2.0 (<rss>) or Atom (<feed>)", tok.name)
		}
		x.number = 1
		r.source = x
		return nil
	}
}

// kinds of tokens.
const (
	startTag = iota
	endTag
	emptyTag
	charData
)

type token struct {
	kind  int
	name  string // of a tag, without its prefix, in lower case
	attrs string
	text  string
}

// scanner reads products from XML. It knows no document types and no entities but those of XML itself, so
// that nothing can be pulled in or blown up.
type scanner struct {
	in     *bufio.Reader
	item   string
	limit  int // of one product
	depth  int
	number int
	used   int // bytes of the product that is read
	buf    []byte
	names  []string
	values []string
}

// errLong is a product longer than the limit.
var errLong = errors.New("too long")

func (x *scanner) next() (Row, error) {
	for {
		x.used = 0
		tok, err := x.token()
		if errors.Is(err, errLong) {
			continue // text between products
		}
		if err != nil {
			return Row{}, err
		}
		if tok.name != x.item || (tok.kind != startTag && tok.kind != emptyTag) {
			continue
		}
		x.number++
		row := Row{Number: x.number}
		if tok.kind == emptyTag {
			row.Problem = "the element is empty"
			return row, nil
		}
		err = x.product()
		switch {
		case errors.Is(err, errLong):
			row.Problem = "the product is longer than a megabyte"
			return row, x.skip()
		case errors.Is(err, io.EOF):
			return Row{}, fail(x.number, "the file ends inside <%s>", x.item)
		case err != nil:
			return Row{}, err
		}
		row.Names, row.Values = x.names, x.values
		return row, nil
	}
}

// skip goes behind the end of a product that is too long.
func (x *scanner) skip() error {
	for {
		x.used = 0
		tok, err := x.token()
		if errors.Is(err, errLong) {
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || (tok.kind == endTag && tok.name == x.item) {
			return err
		}
	}
}

// product reads the children of a product.
func (x *scanner) product() error {
	x.names, x.values = x.names[:0], x.values[:0]
	for {
		tok, err := x.token()
		if err != nil {
			return err
		}
		switch tok.kind {
		case endTag:
			if tok.name == x.item {
				return nil
			}
		case emptyTag:
			x.property(tok)
		case startTag:
			value, err := x.element(tok.name, 1)
			if err != nil {
				return err
			}
			x.put(tok.name, value)
		}
	}
}

// property is an element that says what it means by attributes: <applink property="ios_url" content="…"/> and
// Atom's <link href="…"/>.
func (x *scanner) property(tok token) {
	switch tok.name {
	case "applink":
		if name := attribute(tok.attrs, "property"); name != "" {
			x.put("applink."+name, attribute(tok.attrs, "content"))
		}
	case "link":
		x.put("link", attribute(tok.attrs, "href"))
	}
}

// nested are the parts of values that Google writes as elements and Meta as text between colons.
var nested = map[string][]string{"shipping": {"country", "region", "service", "price"}}

// element reads what stands in an element up to its end.
func (x *scanner) element(name string, depth int) (string, error) {
	if depth > x.depth {
		return "", fail(x.number, "elements are nested deeper than %d levels", x.depth)
	}
	var text strings.Builder
	var parts map[string]string
	for {
		tok, err := x.token()
		if err != nil {
			return "", err
		}
		switch tok.kind {
		case charData:
			text.WriteString(tok.text)
		case startTag:
			value, err := x.element(tok.name, depth+1)
			if err != nil {
				return "", err
			}
			if parts == nil {
				parts = map[string]string{}
			}
			parts[tok.name] = value
		case endTag:
			if tok.name != name {
				return "", fail(x.number, "<%.40s> is closed by </%.40s>", name, tok.name)
			}
			return assemble(name, text.String(), parts), nil
		}
	}
}

func assemble(name, text string, parts map[string]string) string {
	order, ok := nested[name]
	if !ok || len(parts) == 0 {
		return strings.TrimSpace(text)
	}
	values := make([]string, len(order))
	for n, part := range order {
		values[n] = parts[part]
	}
	return strings.Join(values, ":")
}

// put adds a value; what repeats, repeats its name.
func (x *scanner) put(name, value string) {
	x.names = append(x.names, column(fold(name), name, "google"))
	x.values = append(x.values, value)
}

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
			text, err := x.until('<', true)
			return token{kind: charData, text: unescape(text)}, err
		}
		head, err := x.in.Peek(8)
		if err != nil && len(head) == 0 {
			return token{}, fail(x.number, "the file ends inside a tag")
		}
		switch {
		case bytes.HasPrefix(head, []byte("!--")):
			err = x.pass("-->")
		case bytes.HasPrefix(head, []byte("![CDATA[")):
			_, _ = x.in.Discard(8)
			text, err := x.untilText("]]>")
			return token{kind: charData, text: text}, err
		case head[0] == '!':
			return token{}, fail(x.number, "the XML declares a document type or entities, which feeds must not; take <!… out")
		case head[0] == '?':
			err = x.pass("?>")
		default:
			return x.tag()
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
	case strings.HasPrefix(inside, "/"):
		tok.kind, inside = endTag, inside[1:]
	case strings.HasSuffix(inside, "/"):
		tok.kind, inside = emptyTag, inside[:len(inside)-1]
	}
	name := inside
	if at := strings.IndexAny(inside, " \t\r\n"); at >= 0 {
		name, tok.attrs = inside[:at], inside[at:]
	}
	if _, local, ok := strings.Cut(name, ":"); ok {
		name = local
	}
	tok.name = strings.ToLower(name)
	if tok.name == "" {
		return token{}, fail(x.number, "there is a < that begins no tag; write &lt; in texts")
	}
	return tok, nil
}

// inTag reads up to the ">" that ends a tag: one inside quotes does not.
func (x *scanner) inTag() (string, error) {
	x.buf = x.buf[:0]
	var quote byte
	for {
		c, err := x.in.ReadByte()
		if err != nil {
			return "", fail(x.number, "the file ends inside a tag")
		}
		if x.used++; x.used > x.limit {
			return "", errLong
		}
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return string(x.buf), nil
		case c == '<':
			return "", fail(x.number, "there is a < inside a tag; write &lt; in texts")
		}
		x.buf = append(x.buf, c)
	}
}

// until reads text up to a byte that stays unread.
func (x *scanner) until(end byte, eofOK bool) (string, error) {
	x.buf = x.buf[:0]
	for {
		part, err := x.in.ReadSlice(end)
		x.used += len(part)
		if x.used > x.limit {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = x.in.ReadSlice(end)
			}
			if err == nil {
				_ = x.in.UnreadByte()
			}
			return "", errLong
		}
		x.buf = append(x.buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && eofOK:
			return string(x.buf), nil
		case err != nil:
			return "", err
		}
		x.buf = x.buf[:len(x.buf)-1]
		return string(x.buf), x.in.UnreadByte()
	}
}

// untilText reads up to an end mark and behind it.
func (x *scanner) untilText(end string) (string, error) {
	x.buf = x.buf[:0]
	last := end[len(end)-1]
	for {
		part, err := x.in.ReadSlice(last)
		x.used += len(part)
		if x.used > x.limit {
			x.buf = x.buf[:0]
			if err == nil || errors.Is(err, bufio.ErrBufferFull) {
				if perr := x.pass(end); perr != nil {
					return "", perr
				}
			}
			return "", errLong
		}
		x.buf = append(x.buf, part...)
		if err == nil && bytes.HasSuffix(x.buf, []byte(end)) {
			return string(x.buf[:len(x.buf)-len(end)]), nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return "", fail(x.number, "the file ends before %s", end)
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

// unescape resolves the entities of XML and numeric references.
func unescape(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
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
			return unescape(value)
		}
		attrs = after
	}
	return ""
}
