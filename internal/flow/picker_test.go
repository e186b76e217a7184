package flow_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/flow"
)

func TestPickersAreChecked(t *testing.T) {
	t.Parallel()
	screen := func(parts string) string {
		return `{"version":"6.0","screens":[{"id":"A","title":"A","terminal":true,"layout":{"type":"SingleColumnLayout","children":[` + parts + `,
			{"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{"p":"${form.p}"}}}]}}]}`
	}
	const fine = `{"type":"PhotoPicker","name":"p","label":"Ảnh","max-uploaded-photos":3,"error-message":{"1":"mờ"}}`
	for _, c := range []struct{ parts, want string }{
		{fine, ""},
		{`{"type":"DocumentPicker","name":"p","label":"Tệp","allowed-mime-types":["application/pdf"],"max-file-size-kb":"${data.kb}"}`, ""},
		{fine + `,{"type":"DocumentPicker","name":"q","label":"Tệp"}`, "at most one component of type PhotoPicker or DocumentPicker"},
		{`{"type":"PhotoPicker","name":"p","label":"Ảnh","min-uploaded-photos":4,"max-uploaded-photos":3}`, `"min-uploaded-photos" must not be greater`},
		{`{"type":"PhotoPicker","name":"p","label":"Ảnh","max-uploaded-photos":31}`, "a whole number from 1 to 30"},
		{`{"type":"PhotoPicker","name":"p","label":"Ảnh","max-file-size-kb":25601}`, "from 1 to 25600"},
		{`{"type":"PhotoPicker","name":"p","label":"Ảnh","photo-source":"drone"}`, "camera_gallery, camera or gallery"},
		{`{"type":"DocumentPicker","name":"p","label":"Tệp","allowed-mime-types":["text/html"]}`, `not "text/html"`},
		{`{"type":"Form","name":"f","init-values":{"p":"x"},"children":[` + fine + `]}`, "init-values"},
		{fine + `,{"type":"EmbeddedLink","text":"x","on-click-action":{"name":"navigate","next":{"type":"screen","name":"A"},"payload":{"x":"${form.p}"}}}`, "payload of the action navigate"},
		{fine + `,{"type":"EmbeddedLink","text":"x","on-click-action":{"name":"complete","payload":{"x":{"y":"${form.p}"}}}}`, "only be a member of the payload itself"},
	} {
		_, problems := flow.Parse([]byte(screen(c.parts)))
		switch {
		case c.want == "" && len(problems) > 0, c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Message, c.want)):
			t.Errorf("%s: %+v, want %q", c.parts, problems, c.want)
		}
	}
}
