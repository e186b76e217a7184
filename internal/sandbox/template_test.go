package sandbox_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

func TestATemplateIsDecidedOnByTheSandbox(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		owner := access.Caller{Businesses: []id.ID{w.shop.Business}, Permissions: access.Permissions()}
		m, err := w.templates.Create(t.Context(), owner, w.shop.WABA, template.Template{
			Name: "news", Language: "vi", Category: template.Utility, Components: []wire.TemplateComponent{{Type: "BODY", Text: "Đơn hàng đã xong."}},
		})
		if err != nil {
			t.Fatal(err)
		}
		const route = "/templates/{template_id}/verdict"
		path := "/templates/" + m.ID.String() + "/verdict"
		w.want(200, "POST", route, path, `{"status":"APPROVED"}`)
		w.want(200, "POST", route, path, `{"quality":"YELLOW","category":"MARKETING","after":"24h"}`)
		w.refused(400, 100, "status", "POST", path, `{"status":"FINE"}`)
		w.refused(400, 100, "after", "POST", path, `{"status":"APPROVED","after":"24h"}`)
		w.refused(400, 100, "exist", "POST", "/templates/7/verdict", `{"status":"APPROVED"}`)

		const pacing = "/templates/{template_id}/pacing"
		path = "/templates/" + m.ID.String() + "/pacing"
		w.refused(400, 100, "UNKNOWN", "POST", path, `{"first":1,"for":"30m"}`) // it was rated
		w.want(200, "POST", route, "/templates/"+m.ID.String()+"/verdict", `{"quality":"UNKNOWN"}`)
		w.refused(400, 100, "for", "POST", path, `{"first":1,"for":"soon"}`)
		w.refused(400, 100, "first", "POST", path, `{"first":-1,"for":"30m"}`)
		w.refused(400, 100, "exist", "POST", "/templates/7/pacing", `{"first":1,"for":"30m"}`)
		w.want(200, "POST", pacing, path, `{"first":1,"for":"30m"}`)
	})
}
