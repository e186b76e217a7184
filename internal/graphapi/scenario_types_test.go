package graphapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

var update = flag.Bool("update", false, "write the golden scenarios of messages anew")

// scenario is one message: what is posted, what is answered, what the customer sees, and what the business is told.
type scenario struct {
	Number   string            `json:"number,omitempty"` // that sends it: {phone}, where it is left out
	Customer string            `json:"customer,omitempty"`
	Request  json.RawMessage   `json:"request"`
	Answer   json.RawMessage   `json:"answer"`
	Chat     json.RawMessage   `json:"chat"`
	Webhooks []json.RawMessage `json:"webhooks"`
}

// templateKinds are the kinds of templates with a scenario each.
var templateKinds = map[template.Kind]string{
	template.KindText:         tpl("k_text", "UTILITY", `[{"type":"header","format":"text","text":"Đơn {{1}}","example":{"header_text":["A-12"]}},`+said("Chào {{1}}, đơn hàng của bạn sẽ tới trong hôm nay.", "Lan")+`,{"type":"footer","text":"Quán Góc Phố"},{"type":"buttons","buttons":[{"type":"quick_reply","text":"Cảm ơn"},{"type":"url","text":"Theo dõi","url":"https://quan.example/{{1}}","example":["x"]}]}]`),
	template.KindCatalog:      tpl("k_catalog", "MARKETING", `[`+said("Mời bạn xem thực đơn.")+`,{"type":"buttons","buttons":[{"type":"catalog"}]}]`),
	template.KindMultiProduct: tpl("k_mpm", "MARKETING", `[{"type":"header","format":"text","text":"Hôm nay"},`+said("Vài món cho bạn.")+`,{"type":"buttons","buttons":[{"type":"mpm"}]}]`),
	template.KindProduct:      tpl("k_spm", "MARKETING", `[{"type":"header","format":"product"},`+said("Có lại rồi bạn ơi.")+`,{"type":"buttons","buttons":[{"type":"spm"}]}]`),
	template.KindProductCards: tpl("k_cards", "MARKETING", `[`+said("Hai món mới ở quán.")+`,{"type":"carousel","cards":[`+strings.Repeat(`{"components":[{"type":"header","format":"product"},{"type":"buttons","buttons":[{"type":"spm"}]}]},`, 1)+`{"components":[{"type":"header","format":"product"},{"type":"buttons","buttons":[{"type":"spm"}]}]}]}]`),
	template.KindCarousel:     tpl("k_carousel", "MARKETING", `[`+said("Mời bạn xem hai món.")+`,{"type":"carousel","cards":[`+pictureCard+`,`+pictureCard+`]}]`),
	template.KindOffer:        tpl("k_offer", "MARKETING", `[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},`+said("Chỉ hôm nay thôi bạn nhé.")+`,{"type":"limited_time_offer","limited_time_offer":{"text":"Hết hôm nay","has_expiration":true}},{"type":"buttons","buttons":[{"type":"copy_code","example":"SEN"},{"type":"url","text":"Mua","url":"https://quan.example"}]}]`),
	template.KindCode:         tpl("k_code", "AUTHENTICATION", `[{"type":"body"},{"type":"buttons","buttons":[{"type":"otp","otp_type":"copy_code"}]}]`),
	template.KindFlow:         tpl("k_flow", "UTILITY", `[`+said("Mời bạn điền vào đây.")+`,{"type":"buttons","buttons":[{"type":"flow","text":"Mở","flow_id":"{flow}"}]}]`),
	template.KindOrder:        strings.Replace(tpl("k_bill", "UTILITY", `[`+said("Đơn hàng chờ bạn trả tiền.")+`,{"type":"buttons","buttons":[{"type":"order_details"}]}]`), `"components"`, `"sub_category":"order_details","components"`, 1),
}

const pictureCard = `{"components":[{"type":"header","format":"image","example":{"header_handle":["{picture}"]}},{"type":"body","text":"Trà ướp sen"},{"type":"buttons","buttons":[{"type":"quick_reply","text":"Thích"}]}]}`

// files are the beginnings of files of each kind, enough to be known by.
var files = map[string]struct{ mime, body string }{
	"image":    {"image/png", pixel},
	"video":    {"video/mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"},
	"audio":    {"audio/ogg", "OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00OpusHead"},
	"document": {"application/pdf", "%PDF-1.7\n"},
	"sticker":  {"image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L"},
}

// heard keeps the webhooks of the field messages.
type heard struct {
	messaging.Outbox
	mu   sync.Mutex
	list []string
}

func (h *heard) EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error {
	tx.AfterCommit(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.list = append(h.list, string(e.Value))
	})
	return h.Outbox.EnqueueTx(ctx, tx, e)
}

// listening has the exchange heard.
func listening(d *messaging.Deps) { d.Outbox = &heard{Outbox: d.Outbox} }

// take are those since it was last asked.
func (h *heard) take() (list []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list, h.list = h.list, nil
	return list
}

// TestEveryTypeHasItsScenario: every type of message that is offered, and every kind of template, has a golden scenario under testdata/messages; -update
// writes what is answered, shown and told anew.
func TestEveryTypeHasItsScenario(t *testing.T) {
	t.Parallel()
	types, interactive := messaging.Offered()
	names := slices.DeleteFunc(types, func(s string) bool { return s == "interactive" || s == "template" })
	for _, i := range interactive {
		names = append(names, "interactive-"+i)
	}
	for k := range templateKinds {
		names = append(names, "template-"+string(k))
	}
	slices.Sort(names)
	eachStall(t, func(w *apitest.World) {
		told := w.Deps.Exchange.Outbox.(*heard)
		furnish(w)
		for _, name := range names {
			told.take()
			play(w, told, filepath.Join("testdata", "messages", name+".json"))
		}
	}, listening)
	found, _ := filepath.Glob(filepath.Join("testdata", "messages", "*.json"))
	for _, f := range found {
		if !slices.Contains(names, strings.TrimSuffix(filepath.Base(f), ".json")) {
			t.Errorf("%s is a scenario of nothing that is offered", f)
		}
	}
}

// furnish makes what the scenarios name: files, a flow, templates, and {chai}, a number of India.
func furnish(w *apitest.World) {
	w.T.Helper()
	for kind, f := range files {
		file, err := w.Deps.Attachments.Put(w.T.Context(), attachment.File{BusinessID: w.ID("business"), PhoneID: w.ID("phone"), MIME: f.mime, Name: "tep"}, strings.NewReader(f.body))
		if err != nil {
			w.T.Fatal(err)
		}
		w.Set(kind, file.ID.String())
	}
	handle(w, "image/png", "picture")
	w.Do(`POST /v25.0/{waba}/flows`, `{"name":"Hỏi","categories":["OTHER"],"publish":true,"flow_json":`+quoted(form)+`}`, `200 {"id":"<flow>"*`)
	for _, body := range templateKinds {
		approved(w, body)
	}
	err := w.DB.Update(w.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: w.ID("business"), Name: "Chai", Currency: "INR", Country: "IN"})
		if err != nil {
			return err
		}
		n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: "+91 22 7100 0003", VerifiedName: "Chai"})
		w.Set("chai", n.ID.String())
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	_, err = w.Deps.Exchange.Receive(w.T.Context(), messaging.Inbound{PhoneID: w.ID("chai"), WaID: "919812345678", Text: "hello"})
	if err != nil {
		w.T.Fatal(err)
	}
}

// play plays the scenario of a file.
func play(w *apitest.World, h *heard, path string) {
	w.T.Helper()
	golden, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		w.T.Errorf("there is no %s: write its request, and -update the rest", path)
		return
	}
	if err != nil {
		w.T.Fatal(err)
	}
	s := scenario{}
	if err := json.Unmarshal(golden, &s); err != nil {
		w.T.Fatalf("%s: %v", path, err)
	}
	number, customer := "phone", "84901234567"
	if s.Number != "" {
		number, customer = s.Number, s.Customer
	}
	status, _ := w.Call(`POST /v25.0/{`+number+`}/messages`, string(s.Request))
	answer, ok := strings.CutPrefix(status, "200 ")
	if !ok {
		w.T.Errorf("%s: answered %s", path, status)
		return
	}
	shown, err := w.Deps.Exchange.Chat(w.T.Context(), w.ID(number), customer, 100, "")
	if err != nil {
		w.T.Fatal(err)
	}
	at := len(shown.Messages) - 1
	if strings.Contains(path, "reaction") { // it stands on the customer's message
		at = slices.IndexFunc(shown.Messages, func(m messaging.MessageView) bool { return m.ID == w.Get("inbound") })
	}
	view, err := json.Marshal(shown.Messages[at])
	if err != nil {
		w.T.Fatal(err)
	}
	names := named(w, answer)
	s.Answer, s.Chat, s.Webhooks = json.RawMessage(names(answer)), json.RawMessage(names(string(view))), nil
	for _, v := range h.take() {
		s.Webhooks = append(s.Webhooks, json.RawMessage(names(v)))
	}
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(s); err != nil {
		w.T.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil { //nolint:gosec // a test's data is for everybody
			w.T.Fatal(err)
		}
		return
	}
	if got.String() != string(golden) {
		w.T.Errorf("%s: played\n%s", path, got.String())
	}
}

var (
	messageID = regexp.MustCompile(`wamid\.[A-Za-z0-9+/=]+`)
	userID    = regexp.MustCompile(`"(VN|IN)\.[0-9]+"`)
)

// named calls ids by their names; the new message is {message}.
func named(w *apitest.World, answer string) func(string) string {
	own := messageID.FindString(answer)
	var pairs []string
	for _, name := range []string{"phone", "chai", "menu", "flow", "inbound", "image", "video", "audio", "document", "sticker"} {
		pairs = append(pairs, w.Get(name), "{"+name+"}")
	}
	r := strings.NewReplacer(append(pairs, own, "{message}")...)
	return func(text string) string {
		return userID.ReplaceAllString(r.Replace(text), `"{$1 user}"`)
	}
}
