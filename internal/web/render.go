package web

import (
	"embed"
	"html/template"

	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/policy"
)

//go:embed template/*.html
var templateFiles embed.FS

// shared are the files every page is parsed with.
var shared = []string{"template/layout.html", "template/message.html", "template/message_tap.html", "template/product_row.html", "template/help_en.html", "template/help_vi.html"}

// pages maps a page's file to a value of the type it is rendered with.
var pages = map[string]any{
	"picker.html": PickerPage{}, "chats.html": ChatsPage{}, "conversation.html": ConversationPage{},
	"list.html": ListPage{}, "product.html": ProductPage{}, "cart.html": CartPage{}, "order.html": OrderPage{},
	"error.html": ErrorPage{}, "profile.html": ProfilePage{}, "link.html": LinkPage{}, "start.html": StartPage{}, "help.html": HelpPage{}, "flow.html": FlowPage{}, "begin.html": BeginPage{},
}

// Row is what a product's row needs besides the product: whose it is and where its forms come back to.
type Row struct {
	Business Business
	Back     string
	Card     Card
}

// funcs are what only these templates call.
func funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"helptitle": func(topic string) string { return helpTitle(lang, topic) },
		"reasons":   policy.Reasons,
		"thumb":     picture.Thumb,
		"full":      picture.Full,
		"faces":     func() []string { return faces },
		"source":    pictureSource,
		"complaint": func(c flow.Complaint) string { return complaints[c] },
		"tapped":    func(t *Tap, b TapButton) Tapped { return Tapped{t, b} },
		"row":       func(b Business, back string, card Card) Row { return Row{Business: b, Back: back, Card: card} },
	}
}
