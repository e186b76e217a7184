package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// blank is a form of a page, as a browser would send it.
type blank struct {
	method, action string
	fields         []blankField
}

// blankField is a field of a form. Words are what somebody may write; the others hold what the template wrote.
type blankField struct {
	name, value   string
	words, number bool
	button        bool
	most          int // characters, by its maxlength
}

// blanks are the forms of a page, with the fields that name one of them from elsewhere.
func blanks(t *testing.T, page string) (list []*blank) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	of, named := map[*html.Node]*blank{}, map[string]*blank{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attribute(n, "method") != "dialog" {
			b := &blank{method: strings.ToUpper(attribute(n, "method")), action: attribute(n, "action")}
			of[n], list = b, append(list, b)
			if id := attribute(n, "id"); id != "" {
				named[id] = b
			}
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || attribute(n, "name") == "" || !slices.Contains([]string{"input", "textarea", "select", "button"}, n.Data) {
			continue
		}
		b := named[attribute(n, "form")]
		for up := n.Parent; up != nil && b == nil; up = up.Parent {
			b = of[up]
		}
		if b != nil && attribute(n, "type") != "file" {
			b.fields = append(b.fields, fieldOf(n))
		}
	}
	return list
}

func fieldOf(n *html.Node) blankField {
	kind := attribute(n, "type")
	f := blankField{name: attribute(n, "name"), value: attribute(n, "value"), button: n.Data == "button", number: kind == "number"}
	f.words = n.Data == "textarea" || n.Data == "input" && slices.Contains([]string{"", "text", "search", "email", "url", "tel", "password"}, kind)
	if _, err := fmt.Sscan(attribute(n, "maxlength"), &f.most); err != nil || f.most > 900 {
		f.most = 900
	}
	if n.Data == "select" {
		for o := range n.Descendants() {
			if o.Data == "option" && attribute(o, "value") != "" && f.value == "" {
				f.value = attribute(o, "value")
			}
		}
	}
	return f
}

// kind names forms that are one to a reader.
func (b *blank) kind() string {
	names := []string{}
	for _, f := range b.fields {
		names = append(names, f.name)
	}
	slices.Sort(names)
	plain, _, _ := strings.Cut(b.action, "?")
	return b.method + " " + anyID.ReplaceAllString(plain, "#") + " " + strings.Join(slices.Compact(names), " ")
}

func (b *blank) takesWords() bool {
	return slices.ContainsFunc(b.fields, func(f blankField) bool { return f.words })
}

// filled is the form with a text for each of its fields that may hold words; every other field stays as it was, and of the buttons
// the first is pressed, or the one of that name and value.
func (b *blank) filled(say func(f blankField) string, pressed blankField) url.Values {
	v := url.Values{}
	for _, f := range b.fields {
		switch {
		case f.words:
			v.Set(f.name, say(f))
		case f.number:
			v.Set(f.name, "1")
		case f.button && pressed.name == f.name:
			v.Set(f.name, pressed.value)
		case f.button && v.Get(f.name) != "":
		default:
			v.Set(f.name, f.value)
		}
	}
	return v
}

// verbs are the buttons of a form that do something else each: "add:PH01" and "add:PH02" do the same.
func (b *blank) verbs() (list []blankField) {
	seen := map[string]bool{}
	for _, f := range b.fields {
		verb, _, _ := strings.Cut(f.value, ":")
		if f.button && !seen[f.name+verb] {
			seen[f.name+verb] = true
			list = append(list, f)
		}
	}
	return list
}

// answered is a form that was filled in, and what came of it.
type answered struct {
	method, path string
	form         url.Values
	status       int
}

// stuffing is how much of the list is put into a field at once: with as many fields as a form has it stays under what a form may weigh.
const stuffing = 5000

// chunks are all texts of the mouth in parts that are far longer than most fields take.
func (m *mouth) chunks() (list []string) {
	part := ""
	for _, s := range m.list {
		if utf8.RuneCountInString(part) > stuffing {
			list, part = append(list, part), ""
		}
		part = strings.TrimPrefix(part+" "+s, " ")
	}
	return append(list, part)
}

// fillIn fills in and sends the forms of a page: with texts that fit; with all texts there are, fit or not, by each of its
// buttons; and forged, with such texts where the template wrote what it takes. A form without any field has no place for a text. Of each
// kind of form some are filled in, one of them with everything. The pages that come of it are given to see; what is to be looked
// at in a browser is listed.
func (k talk) fillIn(page string, kinds map[string]int, see func(path, page string)) (list []answered) {
	k.t.Helper()
	const some = 2
	for _, b := range blanks(k.t, page) {
		kind := b.kind()
		if len(b.fields) == 0 || kinds[kind] == some {
			continue
		}
		kinds[kind]++
		fits := func(f blankField) string { return k.say(f.most) }
		if b.takesWords() && b.method == http.MethodPost {
			list = append(list, k.fill(b, b.filled(fits, blankField{}), see))
		}
		if kinds[kind] > 1 {
			continue
		}
		if b.takesWords() {
			for n, part := range k.chunks() {
				all := func(blankField) string { return part }
				a := k.fill(b, b.filled(all, blankField{}), see)
				if n > 0 {
					continue
				}
				list = append(list, a)
				for _, verb := range b.verbs() {
					k.fill(b, b.filled(all, verb), see)
				}
			}
		}
		forged := url.Values{}
		for _, f := range b.fields {
			forged.Set(f.name, k.say(200))
		}
		list = append(list, k.fill(b, forged, see))
	}
	return list
}

// fill sends a form.
func (k talk) fill(b *blank, form url.Values, see func(path, page string)) answered {
	k.t.Helper()
	a := answered{method: b.method, path: b.action, form: form}
	var body string
	if b.method == http.MethodPost {
		a.status, body, _ = k.desk.page(http.MethodPost, b.action, form)
	} else {
		a.status, body, _ = k.desk.page(http.MethodGet, strings.SplitN(b.action, "?", 2)[0]+"?"+form.Encode(), nil)
	}
	if a.status >= 500 || a.status == http.StatusRequestEntityTooLarge { // too large: no field would have been looked at
		k.t.Errorf("%s %s %.300v answered %d", b.method, b.action, form, a.status)
	}
	see(b.method+" "+b.action, body)
	return a
}

// bearing is a browser with one cookie, which it also sends without TLS.
type bearing string

func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// outside fills in the forms of those who are not in: who logs in, who was invited, and visitors of the shop's own site.
func (k talk) outside(kinds map[string]int, see func(path, page string)) {
	k.t.Helper()
	var code string
	err := k.DB.Update(k.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		code, err = account.InviteTx(ctx, tx, account.Invitation{Business: id.ID(200000000000001), Role: account.Agent})
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	before := len(kinds)
	fill := func(paths ...string) {
		for _, path := range paths {
			status, page, _ := k.desk.page(http.MethodGet, path, nil)
			if status != http.StatusOK {
				k.t.Errorf("GET %s answered %d", path, status)
			}
			see(path, page)
			k.fillIn(page, kinds, see)
		}
	}
	k.desk = newClerk(k.t, k.world, "vi")
	fill("/manager/login", "/manager/join?code="+code, embedA)
	k.desk.client = &http.Client{Transport: bearing(visitorOf + "=" + k.begin(k.say(60)))}
	fill(embedA, embedA+"/catalog", embedA+"/product/HOSTILE-0", embedA+"/cart", embedA+"/profile")
	if n := len(kinds) - before; n < 8 {
		k.t.Errorf("only %d kinds of forms outside", n)
	}
}
