package feedfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
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
	kind int
	tag
	attrs string
	text  []byte // valid until the next token is read
}

// tag is the name of an element as it is written, and without its prefix, in lower case, and the column it stands
// for.
type tag struct {
	written, name, column string
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
	tags   map[string]tag // by what is written
	last   tag
	arena  []byte   // the texts of a product, one behind the other
	spans  [][2]int // of its values in the arena
	names  []string
	values []string
	odd    bool // whether bytes of the product are no text
}

// tagsKept bounds how many names of elements are remembered.
const tagsKept = 4096

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
		row.Names, row.Values = x.names, x.texts()
		if x.odd {
			row.Warning = oddBytes
		}
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

// texts are the values of a product, cut out of one string.
func (x *scanner) texts() []string {
	all := string(x.arena)
	x.values = x.values[:0]
	for _, s := range x.spans {
		x.values = append(x.values, all[s[0]:s[1]])
	}
	return x.values
}

// product reads the children of a product.
func (x *scanner) product() error {
	x.names, x.spans, x.arena, x.odd = x.names[:0], x.spans[:0], x.arena[:0], false
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
			start := len(x.arena)
			if err := x.element(tok.tag, 1); err != nil {
				return err
			}
			if len(x.arena) == start && tok.attrs != "" {
				x.property(tok)
			} else {
				x.put(tok.column, start)
			}
		}
	}
}

// property is an element that says what it means by attributes: <applink property="ios_url" content="…"/> and
// Atom's <link href="…"/>.
func (x *scanner) property(tok token) {
	start := len(x.arena)
	switch tok.name {
	case "applink":
		if name := attribute(tok.attrs, "property"); name != "" {
			x.text([]byte(attribute(tok.attrs, "content")))
			x.put("applink."+name, start)
		}
	case "link":
		// Of Atom's links the page of the product is the one without a relation, or with this one.
		if rel := attribute(tok.attrs, "rel"); rel == "" || strings.EqualFold(rel, "alternate") {
			x.text([]byte(attribute(tok.attrs, "href")))
			x.put("link", start)
		}
	}
}

// nested are the parts of values that Google writes as elements and Meta as text between colons.
var nested = map[string][]string{"shipping": {"country", "region", "service", "price"}}

// element adds what stands in an element up to its end to the arena.
func (x *scanner) element(of tag, depth int) error {
	name := of.name
	if depth > x.depth {
		return fail(x.number, "elements are nested deeper than %d levels", x.depth)
	}
	start := len(x.arena)
	var parts map[string]string
	for {
		tok, err := x.token()
		if err != nil {
			return err
		}
		switch tok.kind {
		case charData:
			x.text(tok.text)
			if parts == nil && x.closes(of.written) { // as nearly all elements do
				x.trim(start)
				return nil
			}
		case startTag:
			inner := len(x.arena)
			if err := x.element(tok.tag, depth+1); err != nil {
				return err
			}
			if nested[name] != nil {
				if parts == nil {
					parts = map[string]string{}
				}
				parts[tok.name] = string(x.arena[inner:])
			}
			x.arena = x.arena[:inner]
		case endTag:
			if tok.name != name {
				return fail(x.number, "<%.40s> is closed by </%.40s>", name, tok.name)
			}
			if parts != nil {
				x.arena = append(x.arena[:start], assemble(nested[name], parts)...)
			}
			x.trim(start)
			return nil
		}
	}
}

// trim takes the white space around a text of the arena away.
func (x *scanner) trim(start int) {
	text := bytes.TrimSpace(x.arena[start:])
	x.arena = x.arena[:start+copy(x.arena[start:], text)]
}

func assemble(order []string, parts map[string]string) string {
	values := make([]string, len(order))
	for n, part := range order {
		values[n] = parts[part]
	}
	return strings.Join(values, ":")
}

// text adds text to the arena; what is no text is replaced.
func (x *scanner) text(b []byte) {
	if isText(b) {
		x.arena = append(x.arena, b...)
		return
	}
	x.odd = true
	x.arena = append(x.arena, mend(string(b))...)
}

// put makes what the arena holds from start on a value; what repeats, repeats its name.
func (x *scanner) put(column string, start int) {
	x.names = append(x.names, column)
	x.spans = append(x.spans, [2]int{start, len(x.arena)})
}
