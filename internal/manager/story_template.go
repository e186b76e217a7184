package manager

import (
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

func (b book) templateFormStories() []ui.Story {
	page := func(s sample) TemplateFormPage {
		return TemplateFormPage{
			Shell: s.shell("templates"), Languages: template.Languages(), Categories: []string{template.Utility, template.Marketing, template.Authentication}, Preview: TemplatePreview{Sender: "Quán Góc Phố"}, Replies: []int{0, 1, 2},
			Accounts: []waba.Account{{ID: 300000000000001, Name: "Quán Góc Phố"}}, Form: TemplateForm{Language: "vi", Category: template.Utility},
		}
	}
	return []ui.Story{
		b.story("template_form.html", "empty", func(s sample) any { p := page(s); p.Accounts = nil; return p }),
		b.story("template_form.html", "one", func(s sample) any { return page(s) }),
		b.story("template_form.html", "many", func(s sample) any { // a preview
			p := page(s)
			p.Form.Name, p.Form.Body, p.Form.Samples, p.Form.Kind, p.Form.Replies = "don_hang", "Chào {{1}}, đơn {{2}} đang tới.", "Lan\nA1", "url", []string{"Đã nhận"}
			p.Preview = TemplatePreview{Sender: "Quán Góc Phố", Header: "Đơn hàng", Body: "Chào Lan, đơn A1 đang tới.", Footer: longText, Buttons: []string{"Đã nhận", "Xem đơn", longWord}, Problem: s.problem()}
			return p
		}),
		b.story("template_form.html", "code", func(s sample) any {
			p := page(s)
			p.Form.Category, p.Form.Minutes, p.Preview.Body, p.Preview.Buttons = template.Authentication, "10", "123456 is your verification code.", []string{"Copy code"}
			return p
		}),
		b.story("template_form.html", "error", func(s sample) any {
			p := page(s)
			p.Problem, p.Form.Name, p.Form.Body, p.Form.Header, p.Form.Replies, p.Form.Kind, p.Form.Link = s.problem(), "don_hang", longText, longText, []string{"Đồng ý", longWord}, "url", "https://shop.example/"+longWord
			return p
		}),
	}
}
