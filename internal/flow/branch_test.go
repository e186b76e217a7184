package flow_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/flow"
)

// screen is a flow of one screen with these components and a footer that answers with everything filled in.
func oneScreen(children string) string {
	return `{"version":"6.0","screens":[{"id":"A","terminal":true,"data":{"kind":{"type":"string","__example__":"tea"},"open":{"type":"boolean","__example__":true},"n":{"type":"number","__example__":3}},
		"layout":{"type":"SingleColumnLayout","children":[` + children + `,{"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"a":"${form.a}","b":"${form.b}"}}}]}}]}`
}

// shown are the kinds and texts of what a screen shows.
func shown(t *testing.T, text string, s flow.State) string {
	t.Helper()
	d, problems := flow.Parse([]byte(text))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	page, err := d.Show(s)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range page.Parts {
		list = append(list, strings.TrimSuffix(p.Kind+" "+p.Text, " "))
	}
	return strings.Join(list, ", ")
}

func TestConditionsOfAFlow(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]bool{
		"${data.open}": true, "!${data.open}": false, "${data.kind} == 'tea'": true, "${data.kind} != 'tea'": false, "${data.n} > 2 && ${data.n} <= 3": true,
		"${data.n} < 3 || (${data.kind} == 'tea' && !false)": true, "${data.none} == 'x'": false, "${data.n} == '3'": true, "${data.n} + 1 >= 4": true, "${data.n} % 2 == 1": true,
		"${data.n} * 2 - 1 == 5": true, "${data.n} / 2 > 2": false, "${data.n} / 0 == 1": false, "${data.kind} * 2 == 1": false, `${data.kind} == 'te\'a'`: false, "${data.kind} > 'a'": false,
	} {
		got := shown(t, oneScreen(`{"type":"If","condition":`+quote(condition)+`,"then":[{"type":"TextBody","text":"yes"}],"else":[{"type":"TextBody","text":"no"}]}`), flow.State{Screen: "A"})
		if want := map[bool]string{true: "body yes", false: "body no"}[want] + ", submit Gửi"; got != want {
			t.Errorf("%s shows %s, want %s", condition, got, want)
		}
	}
	for _, condition := range []string{"${data.open", "(true", "'x", "1 +", "== 2", "tea", strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), "1 / 0 == 1 ||"} {
		_, problems := flow.Parse([]byte(oneScreen(`{"type":"If","condition":` + quote(condition) + `,"then":[{"type":"TextBody","text":"yes"}]}`)))
		if len(problems) != 1 || problems[0].Error != "INVALID_PROPERTY_VALUE" {
			t.Errorf("the condition %.40s has the problems %+v", condition, problems)
		}
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestSwitchesPicturesAndTextsOfAFlow(t *testing.T) {
	t.Parallel()
	const cases = `{"type":"Switch","value":"${data.kind}","cases":{"tea":[{"type":"TextInput","name":"a","label":"Trà"}],"default":[{"type":"TextArea","name":"a","label":"Khác"}]}}`
	for kind, want := range map[string]string{`"tea"`: "text Trà", `"rice"`: "area Khác"} {
		if got := shown(t, oneScreen(cases), flow.State{Screen: "A", Data: map[string]json.RawMessage{"kind": json.RawMessage(kind)}}); got != want+", submit Gửi" {
			t.Errorf("%s shows %s", kind, got)
		}
	}
	const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
	list := `{"type":"NavigationList","name":"l","label":"Chọn món","list-items":[{"id":"1","main-content":{"title":"Phở","description":"Tô lớn"},"on-click-action":{"name":"navigate","next":{"type":"screen","name":"A"},"payload":{"kind":"pho"}}}]}`
	text := oneScreen(`{"type":"Image","src":"` + dot + `","alt-text":"Ly trà"},{"type":"Image","src":"PHNjcmlwdD4="},{"type":"ImageCarousel","images":[{"src":"data:image/png;base64,` + dot + `","alt-text":"Hai"}]},` + list +
		"," + `{"type":"TextBody","text":"` + "`'Có ' ${data.n} ' món'`" + `"},{"type":"EmbeddedLink","text":"Sang","on-click-action":{"name":"update_data","payload":{"kind":"rice"}}}`)
	if got := shown(t, text, flow.State{Screen: "A"}); got != "image Ly trà, image Hai, subheading Chọn món, go Phở, body Có 3 món, go Sang, submit Gửi" {
		t.Errorf("shows %s", got)
	}
	d, _ := flow.Parse([]byte(text))
	page, _ := d.Show(flow.State{Screen: "A"})
	if !page.Passed || !strings.HasPrefix(page.Parts[0].URL, "data:image/png;base64,") {
		t.Errorf("what is no picture is shown, or a picture is not: %+v", page)
	}
	m, err := d.Step(flow.State{Screen: "A"}, url.Values{flow.GoField: {page.Parts[3].Go}})
	if err != nil || string(m.State.Data["kind"]) != `"pho"` {
		t.Errorf("a tap on the list leads to %+v, %v", m, err)
	}
	m, err = d.Step(flow.State{Screen: "A"}, url.Values{flow.GoField: {page.Parts[5].Go}})
	if err != nil || string(m.State.Data["kind"]) != `"rice"` {
		t.Errorf("a tap on the link leads to %+v, %v", m, err)
	}
	for _, button := range []string{"99", "0", "-1", "3.7", "3.x"} {
		if _, err := d.Step(flow.State{Screen: "A"}, url.Values{flow.GoField: {button}}); err == nil {
			t.Errorf("the button %s does something", button)
		}
	}
}

// What is chosen opens other fields: they are shown before the form goes on.
func TestAChoiceShowsOtherFields(t *testing.T) {
	t.Parallel()
	d, problems := flow.Parse([]byte(oneScreen(`{"type":"Form","name":"f","init-values":{"a":"pickup"},"error-messages":{"a":"Chọn lại"},"children":[
		{"type":"Dropdown","name":"a","label":"Cách nhận","data-source":[{"id":"pickup","title":"Tự lấy"},{"id":"ship","title":"Giao"}]},
		{"type":"If","condition":"${form.a} == 'ship'","then":[{"type":"TextInput","name":"b","label":"Địa chỉ","required":true}]}]}`)))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	s := flow.State{Screen: "A"}
	page, _ := d.Show(s)
	if len(page.Parts) != 2 || !page.Lively || page.Parts[0].Value != "pickup" || page.Parts[0].Said != "Chọn lại" || page.Back {
		t.Fatalf("%+v", page)
	}
	m, err := d.Step(s, url.Values{"a": {"ship"}})
	if err != nil || m.Answer != nil || m.Again != nil {
		t.Fatalf("%+v, %v", m, err)
	}
	if page, _ = d.Show(m.State); len(page.Parts) != 3 || page.Parts[1].Name != "b" || page.Parts[1].Problem != "" {
		t.Fatalf("the address is not asked for: %+v", page)
	}
	if m, err = d.Step(m.State, url.Values{"a": {"ship"}}); err != nil || m.Again == nil || m.Again.Parts[1].Problem != flow.Missing {
		t.Fatalf("an address left out: %+v, %v", m, err)
	}
	m, err = d.Step(m.State, url.Values{"a": {"ship"}, "b": {"Hẻm 5"}})
	if got, _ := json.Marshal(m.Answer); err != nil || string(got) != `{"a":"ship","b":"Hẻm 5"}` {
		t.Errorf("answered %s, %v", got, err)
	}
	// Shown anew on purpose, nothing is complained of.
	if m, err = d.Step(s, url.Values{"a": {"pickup"}, flow.GoField: {flow.Refresh}}); err != nil || m.Answer != nil || m.Again != nil {
		t.Errorf("refreshed: %+v, %v", m, err)
	}
}

func TestGoingBackInAFlow(t *testing.T) {
	t.Parallel()
	d, _ := flow.Parse([]byte(booking))
	s, err := d.Start("", json.RawMessage(`{"hello":"Chào Lan","times":[{"id":"9","title":"9 giờ"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Step(s, url.Values{"name": {"Lan"}, "time": {"9"}})
	if err != nil || m.State.Screen != "LAST" {
		t.Fatalf("%+v, %v", m, err)
	}
	if page, _ := d.Show(m.State); !page.Back {
		t.Error("the second screen has no way back")
	}
	m, err = d.Step(m.State, url.Values{flow.GoField: {flow.Back}})
	if err != nil || m.State.Screen != "BOOK" || string(m.State.Data["hello"]) != `"Chào Lan"` || string(m.State.Forms["BOOK"]["name"]) != `"Lan"` {
		t.Errorf("back is %+v, %v", m, err)
	}
	if m, err = d.Step(m.State, url.Values{flow.GoField: {flow.Back}}); err != nil || m.State.Screen != "BOOK" {
		t.Errorf("back from the first screen is %+v, %v", m, err)
	}
}

func FuzzCondition(f *testing.F) {
	f.Add("${form.a} == 'x' && (${data.n} > 2 || !true)")
	f.Add("`'a' ${data.n} 'b'`")
	f.Fuzz(func(t *testing.T, condition string) {
		if !json.Valid([]byte(quote(condition))) {
			return
		}
		d, problems := flow.Parse([]byte(oneScreen(`{"type":"If","condition":` + quote(condition) + `,"then":[{"type":"TextBody","text":` + quote(condition) + `}]}`)))
		if len(problems) > 0 {
			return
		}
		if _, err := d.Show(flow.State{Screen: "A"}); err != nil {
			t.Fatal(err)
		}
	})
}
