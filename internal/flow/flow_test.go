package flow_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/flow"
)

// booking is a flow of two screens with all kinds of fields.
const booking = `{"version":"6.0","screens":[
 {"id":"BOOK","title":"Đặt bàn","data":{"hello":{"type":"string","__example__":"Chào bạn"},"times":{"type":"array","__example__":[{"id":"9","title":"9 giờ"}]}},
  "layout":{"type":"SingleColumnLayout","children":[
   {"type":"TextHeading","text":"${data.hello}"},{"type":"Form","name":"f","children":[
    {"type":"TextInput","name":"name","label":"Tên","required":true,"min-chars":2,"max-chars":20},
    {"type":"TextInput","name":"people","label":"Số người","input-type":"number"},
    {"type":"Dropdown","name":"time","label":"Giờ","required":true,"data-source":"${data.times}"},
    {"type":"RadioButtonsGroup","name":"where","label":"Chỗ ngồi","data-source":[{"id":"in","title":"Trong nhà"},{"id":"out","title":"Ngoài trời","description":"Mát"}]},
    {"type":"CheckboxGroup","name":"extra","label":"Thêm","max-selected-items":1,"data-source":[{"id":"cake","title":"Bánh"},{"id":"flower","title":"Hoa"}]},
    {"type":"DatePicker","name":"day","label":"Ngày","min-date":"2026-11-24"},
    {"type":"Image","src":"aGk="},
    {"type":"Footer","label":"Tiếp","on-click-action":{"name":"navigate","next":{"type":"screen","name":"LAST"},"payload":{"who":"${form.name}","time":"${form.time}"}}}]}]}},
 {"id":"LAST","title":"Xác nhận","terminal":true,"data":{"who":{"type":"string","__example__":"Lan"}},
  "layout":{"type":"SingleColumnLayout","children":[
   {"type":"TextBody","text":"${data.who}"},{"type":"TextArea","name":"note","label":"Ghi chú"},{"type":"OptIn","name":"ok","label":"Đồng ý","required":true},
   {"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"name":"${data.who}","time":"${data.time}","extra":"${screen.BOOK.form.extra}","note":"${form.note}","ok":"${form.ok}","fixed":7}}}]}}]}`

func TestAFlowIsPlayedScreenByScreen(t *testing.T) {
	t.Parallel()
	d, problems := flow.Parse([]byte(booking))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	s, err := d.Start("", json.RawMessage(`{"hello":"Chào Lan","times":[{"id":"9","title":"9 giờ"},{"id":"10","title":"10 giờ"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.Show(s)
	if err != nil || page.Title != "Đặt bàn" || page.Parts[0].Text != "Chào Lan" || len(page.Parts[3].Options) != 2 || page.Parts[6].Min != "2026-11-24" || !page.Passed {
		t.Fatalf("%+v, %v", page, err)
	}
	// What is wrong stays on the screen, with what was filled in.
	m, err := d.Step(s, url.Values{"name": {"L"}, "people": {"hai"}, "time": {"11"}, "extra": {"cake", "flower"}, "day": {"2026-11-23"}, "where": {"roof"}})
	again := m.Again
	if err != nil || m.Answer != nil || again == nil || m.State.Screen != "BOOK" {
		t.Fatalf("%+v %v", m, err)
	}
	want := map[string]flow.Complaint{"name": flow.Short, "people": flow.Unfit, "time": flow.Unfit, "extra": flow.Many, "day": flow.Unfit, "where": flow.Unfit}
	for _, p := range again.Parts {
		if p.Problem != want[p.Name] {
			t.Errorf("%s: %q, want %q", p.Name, p.Problem, want[p.Name])
		}
		if p.Name == "name" && p.Value != "L" {
			t.Errorf("what was filled in is lost: %q", p.Value)
		}
	}
	m, _ = d.Step(s, url.Values{})
	if again = m.Again; again == nil || again.Parts[1].Problem != flow.Missing || again.Parts[3].Problem != flow.Missing {
		t.Errorf("an empty form: %+v", again)
	}
	m, err = d.Step(s, url.Values{"name": {"Lan"}, "people": {"2"}, "time": {"10"}, "extra": {"cake"}, "day": {"2026-11-24"}})
	to := m.State
	if err != nil || m.Answer != nil || m.Again != nil || to.Screen != "LAST" {
		t.Fatalf("%+v %v", m, err)
	}
	// The state goes to the page and comes back.
	text, err := to.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if to, err = flow.Decode(text); err != nil {
		t.Fatal(err)
	}
	if page, err = d.Show(to); err != nil || page.Parts[0].Text != "Lan" {
		t.Fatalf("%+v, %v", page, err)
	}
	m, err = d.Step(to, url.Values{"note": {"Gần cửa sổ"}, "ok": {"true"}})
	got, _ := json.Marshal(m.Answer)
	if err != nil || m.Again != nil || string(got) != `{"extra":["cake"],"fixed":7,"name":"Lan","note":"Gần cửa sổ","ok":true,"time":"10"}` {
		t.Errorf("answered %s, %+v, %v", got, m.Again, err)
	}
	if _, err := d.Start("NOWHERE", nil); err == nil {
		t.Error("it opens at a screen it does not have")
	}
}

func TestWhatIsWrongWithAFlow(t *testing.T) {
	t.Parallel()
	screen := func(more, children string) string {
		return `{"version":"6.0","screens":[{"id":"A","terminal":true,` + more + `"layout":{"type":"SingleColumnLayout","children":[` + children + `]}}]}`
	}
	const end = `{"type":"Footer","label":"x","on-click-action":{"name":"complete","payload":{}}}`
	for text, want := range map[string]string{
		`{"version":`: "INVALID_JSON", `[]`: "INVALID_PROPERTY_TYPE", `{"version":"6.0","screens":[]}`: "MIN_ITEMS_REQUIRED",
		`{"version":"6.0","screens":7}`: "INVALID_PROPERTY_TYPE", strings.Replace(screen("", end), "6.0", "one", 1): "INVALID_PROPERTY_VALUE",
		strings.Replace(screen("", end), `"terminal":true,`, ``, 1):                                                                       "MISSING_TERMINAL_SCREEN",
		strings.Replace(screen("", end), `"A"`, `"A1"`, 1):                                                                                "INVALID_PROPERTY_VALUE",
		screen("", `{"type":"TextBody","text":"x"}`):                                                                                      "MISSING_REQUIRED_PROPERTY",
		screen("", `{"type":"Song"},`+end):                                                                                                "INVALID_PROPERTY_VALUE",
		screen("", `{"type":"TextInput","label":"x"},`+end):                                                                               "REQUIRED_PROPERTY_MISSING",
		screen("", `{"type":"TextInput","label":"x","name":"a"},{"type":"TextArea","label":"x","name":"a"},`+end):                         "DUPLICATE_FORM_COMPONENT_NAME",
		screen("", `{"type":"Footer","label":"x","on-click-action":{"name":"navigate","next":{"name":"B"}}}`):                             "INVALID_ROUTING",
		screen("", `{"type":"Footer","label":"x","on-click-action":{"name":"dance"}}`):                                                    "INVALID_PROPERTY_VALUE",
		strings.Replace(screen("", end), `"screens":[`, `"screens":[{"id":"A","layout":{"type":"SingleColumnLayout","children":[]}},`, 1): "DUPLICATE_SCREEN_ID",
	} {
		_, problems := flow.Parse([]byte(text))
		found := false
		for _, p := range problems {
			found = found || p.Error == want
			if p.LineStart < 1 || p.ColumnStart < 1 || p.Message == "" || p.ErrorType != "FLOW_JSON_ERROR" {
				t.Errorf("%s: %+v", text, p)
			}
		}
		if !found {
			t.Errorf("%s: %+v, want %s", text, problems, want)
		}
	}
	_, problems := flow.Parse([]byte("{\n \"version\": \"6.0\",\n \"screens\": [\n  {\"id\": \"A\", \"terminal\": true, \"layout\": {\"type\": \"SingleColumnLayout\", \"children\": [\n   {\"type\": \"Song\"}]}}]}"))
	if len(problems) == 0 || problems[0].LineStart != 5 {
		t.Errorf("the place of a mistake: %+v", problems)
	}
}

// Whatever a stranger uploads or sends back is read without a panic, and a flow without problems can be played.
func FuzzPlay(f *testing.F) {
	f.Add(booking, `{"screen":"BOOK"}`, "name=Lan&time=9")
	f.Add(`{"version":"6.0","screens":[{"id":"A","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"Footer","label":"x","on-click-action":{"name":"complete","payload":{"a":"${data.b.c}"}}}]}}]}`, `{"screen":"A","data":{"b":{"c":1}}}`, "")
	f.Fuzz(func(t *testing.T, text, state, form string) {
		d, problems := flow.Parse([]byte(text))
		s, err := flow.Decode(state)
		if err != nil {
			return
		}
		values, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		_, _ = d.Step(s, values)
		if len(problems) > 0 {
			return
		}
		start, err := d.Start("", nil)
		if err != nil {
			t.Fatalf("a flow without problems does not open: %v", err)
		}
		if _, err := d.Show(start); err != nil {
			t.Fatalf("its first screen is not shown: %v", err)
		}
	})
}
