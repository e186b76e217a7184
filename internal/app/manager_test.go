package app_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Shops of the demo world in the manager.
const (
	officeA = "/manager/200000000000001"
	officeB = "/manager/200000000000002"
)

// clerk is somebody at work in the manager; redirects are followed.
type clerk struct {
	visitor
	lang string
}

func newClerk(t *testing.T, w world, lang string) clerk {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return clerk{visitor{w, &http.Client{Jar: jar}}, lang}
}

// login is a clerk who may do everything in all shops.
func login(t *testing.T, w world, lang string) clerk {
	t.Helper()
	c := newClerk(t, w, lang)
	c.do(http.StatusOK, http.MethodPost, "/manager/login", url.Values{"email": {"demo@hawker.local"}, "password": {"demo"}})
	return c
}

// join is a clerk with one role in shop A.
func join(t *testing.T, w world, role account.Role) clerk {
	t.Helper()
	var code string
	err := w.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		code, err = account.InviteTx(ctx, tx, account.Invitation{Business: id.ID(200000000000001), Role: role})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newClerk(t, w, "en")
	c.do(http.StatusOK, http.MethodPost, "/manager/join", url.Values{"code": {code}, "email": {string(role) + "@shop.example"}, "name": {"N"}, "password": {"12345678"}})
	return c
}

// do makes a request that has to answer status, and returns the page and where it is.
func (c clerk) do(status int, method, path string, form url.Values) (body, at string) {
	c.t.Helper()
	got, body, at := c.ask(method, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if got != status {
		c.t.Fatalf("%s %s %v answered %d, want %d: %.400s", method, path, form, got, status, visibleText(body))
	}
	return body, at
}

func (c clerk) ask(method, path, kind string, in io.Reader) (status int, body, at string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.URL()+path, in)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", c.lang)
	req.Header.Set("Content-Type", kind)
	res, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Request.URL.RequestURI()
}

// upload posts a form with a file.
func (c clerk) upload(path string, form map[string]string, name, content string) (status int, body, at string) {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range form {
		if err := w.WriteField(k, v); err != nil {
			c.t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.WriteString(f, content); err != nil {
		c.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.ask(http.MethodPost, path, w.FormDataContentType(), &b)
}

var markup = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>|\s+`)

// visibleText is what of a page is text.
func visibleText(page string) string { return markup.ReplaceAllString(page, " ") }

func TestNobodyWorksWithoutLoggingIn(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := newClerk(t, w, "en")
	for _, path := range []string{"", "/items", "/items/1", "/orders", "/settings", "/events", "/inbox/400000000000001/" + lan} {
		if _, at := c.do(http.StatusOK, http.MethodGet, officeA+path, nil); at != "/manager/login?next="+url.QueryEscape(officeA+path) {
			t.Errorf("%s leads to %s", path, at)
		}
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, "/manager/login", url.Values{"email": {"demo@hawker.local"}, "password": {"wrong"}})
	for next, want := range map[string]string{"//evil.example": officeA, "https://evil.example": officeA, officeA + "/items": officeA + "/items"} {
		in := newClerk(t, w, "en")
		_, at := in.do(http.StatusOK, http.MethodPost, "/manager/login", url.Values{"email": {"demo@hawker.local"}, "password": {"demo"}, "next": {next}})
		if at != want {
			t.Errorf("after logging in with next=%s: %s", next, at)
		}
		in.do(http.StatusOK, http.MethodPost, "/manager/logout", nil)
		if _, at := in.do(http.StatusOK, http.MethodGet, officeA, nil); !strings.HasPrefix(at, "/manager/login") {
			t.Errorf("after logging out: %s", at)
		}
	}
}

// TestAMerchantSellsByPagesAlone: the steps from an empty catalog to a shipped order, without the API.
func TestAMerchantSellsByPagesAlone(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "vi"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := start(t, t.TempDir())
			c := login(t, w, lang)
			file := "id,title,description,availability,condition,price,link,image_link,brand\n" +
				"AO1,Áo thun cổ tròn,Vải bông mềm,in stock,new,220000 VND,https://moc.example/ao1,https://moc.example/ao1.jpg,Mộc\n" +
				"AO2,Áo sơ mi linen,Thoáng mát,in stock,new,420000 VND,https://moc.example/ao2,https://moc.example/ao2.jpg,Mộc\n" +
				"AO3,Áo lỗi giá,x,in stock,new,rẻ,https://moc.example/ao3,https://moc.example/ao3.jpg,Mộc\n"
			if status, body, _ := c.upload(officeB+"/sources?catalog="+catalogB, map[string]string{"action": "check"}, "ao.csv", file); status != http.StatusOK || !strings.Contains(body, "AO3") {
				t.Fatalf("checking the file: %d %.600s", status, visibleText(body))
			}
			if n := w.must(http.MethodGet, "/v25.0/"+catalogB+"?fields=product_count", "")["product_count"]; n != 0.0 {
				t.Fatalf("checking a file took in %v items", n)
			}
			status, _, at := c.upload(officeB+"/sources?catalog="+catalogB, map[string]string{"action": "upload", "name": "Thu đông"}, "ao.csv", file)
			if status != http.StatusOK || !strings.Contains(at, "/uploads/") {
				t.Fatalf("uploading: %d at %s", status, at)
			}
			eventually(t, "taken in", func() bool {
				body, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
				return !strings.Contains(body, "hx-trigger")
			})
			if body, _ := c.do(http.StatusOK, http.MethodGet, at, nil); !strings.Contains(body, "AO3") || !strings.Contains(body, "rẻ") {
				t.Errorf("the page does not name the refused row: %.600s", visibleText(body))
			}
			c.do(http.StatusOK, http.MethodPost, officeB+"/connections/"+wabaB, url.Values{"connect": {catalogB}, "action": {"connect"}})
			c.do(http.StatusOK, http.MethodPost, officeB+"/numbers/"+phoneB+"/commerce", url.Values{"visible": {"on"}, "cart": {"on"}})
			eventually(t, "approved", func() bool {
				body, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/items?review=approved", nil)
				return strings.Contains(body, "AO1") && strings.Contains(body, "AO2")
			})
			w.must(http.MethodPost, chatB+"/messages", `{"text":"Shop ơi"}`)
			message := url.Values{
				"action": {"send"}, "from": {phoneB}, "to": {lan}, "kind": {"product_list"}, "header": {"Mới"}, "body": {"Xem nhé"}, "products": {"Áo:\nGONE"},
			}
			if body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, officeB+"/compose", message); !strings.Contains(body, "GONE") {
				t.Errorf("a missing product is not named: %.600s", visibleText(body))
			}
			message.Set("products", "Áo:\nAO1\nAO2")
			if body, _ := c.do(http.StatusOK, http.MethodPost, officeB+"/compose", message); !strings.Contains(body, "wamid.") {
				t.Errorf("not sent: %.600s", visibleText(body))
			}
			w.must(http.MethodPut, chatB+"/cart/AO1", `{"quantity":2}`)
			order := w.must(http.MethodPost, chatB+"/cart/send", `{"note":"gói quà"}`)["order_id"].(string)
			if body, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/orders?state=new", nil); !strings.Contains(body, order) || !strings.Contains(body, "gói quà") {
				t.Fatalf("no order: %.600s", visibleText(body))
			}
			c.do(http.StatusOK, http.MethodPost, officeB+"/orders/"+order, url.Values{"state": {"confirmed"}, "tell": {"on"}})
			c.do(http.StatusOK, http.MethodPost, officeB+"/orders/"+order, url.Values{"state": {"shipped"}})
			c.do(http.StatusUnprocessableEntity, http.MethodPost, officeB+"/orders/"+order, url.Values{"state": {"eaten"}})
			if body, _ := c.do(http.StatusOK, http.MethodGet, officeB+"/orders?state=shipped", nil); !strings.Contains(body, order) {
				t.Error("the order is not among the shipped ones")
			}
			c.do(http.StatusOK, http.MethodPost, officeB+"/inbox/"+phoneB+"/"+lan, url.Values{"text": {"Cảm ơn bạn <3"}})
			chat := w.must(http.MethodGet, chatB, "")["messages"].([]any)
			texts := ""
			for _, m := range chat {
				if text, ok := m.(map[string]any)["text"].(string); ok {
					texts += text + "\n"
				}
			}
			told := map[string]string{"en": "Your order is confirmed", "vi": "đã được xác nhận"}[lang]
			if !strings.Contains(texts, "Cảm ơn bạn <3") || strings.Count(texts, told) != 1 {
				t.Errorf("the customer reads %q", texts)
			}
		})
	}
}

// TestEveryPageOfTheManagerShows: with texts in both languages and nothing left untranslated.
func TestEveryPageOfTheManagerShows(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Xin chào"}`)
	list := w.must(http.MethodGet, "/v25.0/"+catalogA+"/products?limit=1", "")["data"].([]any)
	item := list[0].(map[string]any)["id"].(string)
	key := regexp.MustCompile(`(manager|chat|shop|fault)\.[a-z_]+`)
	for _, lang := range []string{"en", "vi"} {
		c := login(t, w, lang)
		for _, path := range []string{
			"", "/items", "/items?q=ca+phe", "/items?q=nothing+like+it", "/items?review=held", "/items/new", "/items/" + item, "/items/" + item + "/edit", "/sets", "/sets/new",
			"/sources", "/issues", "/appeals", "/queue", "/reports", "/standing", "/india", "/connections", "/compose", "/inbox", "/inbox/" + phoneA + "/" + lan, "/orders", "/orders/board", "/customers", "/customers/" + lan, "/batches", "/inbox?show=nobody&q=l%C3%A1n", "/compose?products=PH01", "/events", "/receivers", "/templates", "/templates/new", "/settings",
		} {
			body, _ := c.do(http.StatusOK, http.MethodGet, officeA+path, nil)
			if found := key.FindString(visibleText(body)); found != "" {
				t.Errorf("%s in %s shows the key %s", path, lang, found)
			}
			if !strings.Contains(body, `<html lang="`+lang+`" `) || len(body) > 150_000 {
				t.Errorf("%s in %s has %d bytes", path, lang, len(body))
			}
		}
		c.do(http.StatusNotFound, http.MethodGet, officeA+"/nowhere", nil)
		c.do(http.StatusNotFound, http.MethodGet, officeA+"/items/1", nil)
		c.do(http.StatusNotFound, http.MethodGet, officeA+"/items?review=<b>", nil)
	}
}

func TestRolesAndBusinessesKeepApart(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	list := w.must(http.MethodGet, "/v25.0/"+catalogA+"/products?limit=1", "")["data"].([]any)
	item := list[0].(map[string]any)["id"].(string)
	agent, keeper := join(t, w, account.Agent), join(t, w, account.CatalogManager)
	for _, path := range []string{"", "/items", "/connections", "/orders", "/inbox", "/events", "/receivers", "/settings"} {
		agent.do(http.StatusNotFound, http.MethodGet, officeB+path, nil)
	}
	agent.do(http.StatusOK, http.MethodGet, officeA+"/items/"+item, nil)
	agent.do(http.StatusForbidden, http.MethodGet, officeA+"/items/"+item+"/edit", nil)
	agent.do(http.StatusForbidden, http.MethodPost, officeA+"/items/"+item, url.Values{"price": {"1 VND"}})
	agent.do(http.StatusForbidden, http.MethodPost, officeA+"/settings/people", url.Values{"role": {"administrator"}})
	agent.do(http.StatusOK, http.MethodGet, officeA+"/orders", nil)
	keeper.do(http.StatusForbidden, http.MethodGet, officeA+"/orders", nil)
	keeper.do(http.StatusForbidden, http.MethodGet, officeA+"/connections", nil)
	keeper.do(http.StatusOK, http.MethodPost, officeA+"/items/"+item, url.Values{"price": {"23000 VND"}})
	theirs := w.must(http.MethodGet, "/v25.0/500000000000003/products?limit=1", "")["data"].([]any)[0].(map[string]any)["id"].(string)
	keeper.do(http.StatusNotFound, http.MethodPost, officeA+"/items/"+theirs, url.Values{"price": {"1 INR"}})
	keeper.do(http.StatusNotFound, http.MethodGet, officeA+"/items?catalog="+catalogB, nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL()+officeA+"/items/"+item, strings.NewReader("price=1+VND"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := keeper.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("another site changes a price: %d", res.StatusCode)
	}
}

// TestItemsAreChangedByForms: with the API's own errors beside the fields, and nothing of a text that becomes markup.
func TestItemsAreChangedByForms(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	form := url.Values{
		"id": {"NEW1"}, "title": {hostile}, "description": {hostile}, "brand": {hostile}, "link": {"https://a.example/" + url.PathEscape(hostile)}, "price": {"cheap"},
		"availability": {"in stock"}, "condition": {"new"}, "image_link": {"https://a.example/1.jpg"},
	}
	body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/items/new?catalog="+catalogA, form)
	if !strings.Contains(body, `id="p-price"`) || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
		t.Errorf("the form shows %.1200s", body)
	}
	form.Set("price", "12000 VND")
	for title, want := range map[string]string{"Vodka 1 L": "would reject this", "Whey protein 1 kg": "A person would have to look", "Mug": "would approve this"} {
		check := maps.Clone(form)
		check["title"], check["action"] = []string{title}, []string{"check"}
		if body, at := c.do(http.StatusOK, http.MethodPost, officeA+"/items/new?catalog="+catalogA, check); !strings.Contains(body, want) || strings.Contains(at, "/items/5") {
			t.Errorf("%s while it is written: not told %q, at %s", title, want, at)
		}
	}
	body, at := c.do(http.StatusOK, http.MethodPost, officeA+"/items/new?catalog="+catalogA, form)
	if !strings.Contains(at, "/items/") || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
		t.Errorf("at %s: %.400s", at, body)
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/items/new?catalog="+catalogA, form) // the id is taken
	item := regexp.MustCompile(`/items/(\d+)`).FindStringSubmatch(at)[1]
	found, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items?q=NEW1", nil)
	if !strings.Contains(found, item) || strings.Contains(found, "<script>alert") {
		t.Error("the item is not found by its id")
	}
	_, at = c.do(http.StatusOK, http.MethodPost, officeA+"/items?catalog="+catalogA, url.Values{"action": {"hide"}, "item": {item}})
	hidden := func() string {
		return w.must(http.MethodGet, "/v25.0/"+item+"?fields=visibility", "")["visibility"].(string)
	}
	if hidden() != "staging" || !strings.Contains(at, "undo=show") {
		t.Errorf("%s at %s", hidden(), at)
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/items?catalog="+catalogA, url.Values{"action": {"show"}, "item": {item}})
	if hidden() != "published" {
		t.Errorf("undone: %s", hidden())
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/items/"+item+"/delete", nil)
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/items/"+item, nil)
	status, csv, _ := c.ask(http.MethodGet, officeA+"/items.csv?catalog="+catalogA, "", nil)
	if status != http.StatusOK || strings.Count(csv, "\n") < 20 || !strings.HasPrefix(csv, "id,title,") {
		t.Errorf("the file: %d %.200s", status, csv)
	}
}

func TestSetsArePutTogetherByConditions(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	form := url.Values{"name": {"Cheap"}, "join": {"and"}, "field": {"price", "name"}, "op": {"lt", "i_contains"}, "value": {"40000", "bánh"}, "action": {"count"}}
	body, _ := c.do(http.StatusOK, http.MethodPost, officeA+"/sets/new?catalog="+catalogA, form)
	if _, counted, ok := strings.Cut(body, `id="selects"`); !ok || !strings.Contains(counted, "Bánh mì thịt nướng") || strings.Contains(counted, "Bánh xèo") {
		t.Errorf("counted: %.800s", visibleText(counted))
	}
	form.Set("value", "free")
	form["value"] = []string{"free", "bánh"}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/sets/new?catalog="+catalogA, form)
	form["value"] = []string{"40000", "bánh"}
	form.Del("action")
	body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/sets/new?catalog="+catalogA, form)
	set := regexp.MustCompile(`/sets/(\d+)">Cheap`).FindStringSubmatch(body)
	if set == nil {
		t.Fatalf("no set: %.600s", visibleText(body))
	}
	if body, _ = c.do(http.StatusOK, http.MethodGet, officeA+"/sets/"+set[1], nil); !strings.Contains(body, `value="40000"`) || !strings.Contains(body, `value="bánh"`) {
		t.Errorf("the form: %.800s", visibleText(body))
	}
	c.do(http.StatusOK, http.MethodPost, officeA+"/sets/"+set[1], url.Values{"action": {"delete"}, "name": {"Cheap"}})
	c.do(http.StatusNotFound, http.MethodGet, officeA+"/sets/"+set[1], nil)
}

// TestTheFirstAdministratorFoundsABusiness: by the link a new server prints, once.
func TestTheFirstAdministratorFoundsABusiness(t *testing.T) {
	t.Parallel()
	conf := app.Defaults()
	conf.Pictures, conf.Addr, conf.Data, conf.LogLevel = false, "127.0.0.1:0", t.TempDir(), "error"
	a, err := app.New(t.Context(), conf, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.Background()) })
	link, err := a.FirstAdministrator(t.Context())
	if err != nil || !strings.HasPrefix(link, a.URL()+"/manager/join?code=") {
		t.Fatalf("%q, %v", link, err)
	}
	c := newClerk(t, world{t, a}, "en")
	_, code, _ := strings.Cut(link, "code=")
	c.do(http.StatusOK, http.MethodGet, strings.TrimPrefix(link, a.URL()), nil)
	form := url.Values{"code": {code}, "email": {"me@shop.example"}, "name": {"Me"}, "password": {"12345678"}, "business": {"My shop"}, "country": {"VN"}}
	if body, at := c.do(http.StatusOK, http.MethodPost, "/manager/join", form); !strings.Contains(body, "My shop") || !strings.HasPrefix(at, "/manager/") {
		t.Errorf("at %s: %.300s", at, visibleText(body))
	}
	if again, err := a.FirstAdministrator(t.Context()); err != nil || again != "" {
		t.Errorf("a second link: %q, %v", again, err)
	}
	_, at := c.do(http.StatusOK, http.MethodGet, "/manager", nil)
	c.do(http.StatusOK, http.MethodPost, at+"/catalogs", url.Values{"name": {"Everything"}})
	body, _ := c.do(http.StatusOK, http.MethodPost, at+"/settings/programs", url.Values{"name": {"Bot"}})
	token := regexp.MustCompile(`EAA[\w-]+`).FindString(body)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+"/v25.0/me?fields=id", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if token == "" || res.StatusCode != http.StatusOK {
		t.Errorf("the new program's token answers %d", res.StatusCode)
	}
}
