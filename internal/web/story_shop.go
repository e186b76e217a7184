package web

import (
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// shopStories are the storefront, the product's page, the cart and the sent cart.
func shopStories() []ui.Story {
	list := append(listStories(), productStories()...)
	return append(append(list, cartStories()...), aboutStories()...)
}

func (s sample) list(title string, sections ...Section) ListPage {
	return ListPage{Shell: s.shell(title), Business: s.shop(), Heading: title, Back: "/chat", Sections: sections, Total: vnd(130000)}
}

func listStories() []ui.Story {
	return []ui.Story{
		story("list.html", "empty", func(s sample) any {
			p := s.list(i18n.T(s.Lang, "shop.catalog"))
			p.Searchable, p.Search, p.Business.CartCount = true, "không có gì như thế", 0
			return p
		}),
		story("list.html", "gone", func(s sample) any {
			return s.list("Món nước hôm nay", Section{Title: "Món nước", Cards: s.goods(5)[4:]})
		}),
		story("list.html", "one", func(s sample) any {
			return s.list("Món nước hôm nay", Section{Title: "Món nước", Cards: s.goods(1)})
		}),
		story("list.html", "changed", func(s sample) any {
			p := s.list("Món nước hôm nay", Section{Title: "Món nước", Cards: s.goods(5)})
			p.Changed, p.Undo = true, &CartUndo{SKU: "PH01", Quantity: 2, Action: "/chat/400000000000001/cart", Back: "/chat"}
			return p
		}),
		story("list.html", "many", func(s sample) any {
			p := s.list(i18n.T(s.Lang, "shop.catalog"), Section{Cards: s.goods(9)})
			p.Searchable, p.More = true, "/chat"
			return p
		}),
		story("list.html", "long", func(s sample) any {
			p := s.list(longWord, Section{Title: longText, Cards: s.goods(6)}, Section{Title: longWord, Cards: s.goods(6)})
			p.Text, p.Total = longText, vnd(9999999999999)
			return p
		}),
	}
}

func (s sample) product(c Card, images ...string) ProductPage {
	return ProductPage{Shell: s.shell(c.Title), Business: s.shop(), Back: "/chat", Card: c, Images: images, Link: "https://shop.example/phở", SoldOut: !c.Available, More: s.goods(4)[1:]}
}

func productStories() []ui.Story {
	return []ui.Story{
		story("product.html", "one", func(s sample) any {
			c := s.goods(1)[0]
			return s.product(c, c.Image, "/demo/pictures/ph01-2.jpg", "/demo/pictures/ph01-3.jpg")
		}),
		story("product.html", "empty", func(s sample) any {
			p := s.product(s.goods(2)[1])
			p.Link, p.More, p.Card.Text = "", nil, ""
			return p
		}),
		story("product.html", "variants", func(s sample) any {
			p := s.product(s.goods(1)[0], s.picture("ph01"))
			p.Share = "/p/700000000000001/842871000001"
			p.Options = []Option{
				{Label: i18n.T(s.Lang, "shop.option_color"), Values: []OptionValue{
					{Text: "Trắng ngà", Swatch: "white", Href: "/chat", Current: true}, {Text: "Đen", Swatch: "black", Href: "/chat"}, {Text: "Xanh rêu", Swatch: "green", Href: "/chat", SoldOut: true}, {Text: "Hoa nhí", Href: "/chat"},
				}},
				{Label: i18n.T(s.Lang, "shop.option_size"), Values: []OptionValue{{Text: "S", Href: "/chat", SoldOut: true}, {Text: "M", Href: "/chat", Current: true}, {Text: longWord, Href: "/chat"}}},
			}
			return p
		}),
		story("product.html", "soldout", func(s sample) any { return s.product(s.goods(4)[3], s.picture("sm01")) }),
		story("product.html", "india", func(s sample) any {
			p := s.product(s.goods(1)[0], s.picture("ph01"))
			p.Card.Price = money.Amount{Minor: 18000, Currency: "INR"}
			p.Reported = true
			p.Legal = legalSample()
			return p
		}),
		story("product.html", "long", func(s sample) any {
			c := s.goods(6)[5]
			c.Text = strings.Repeat(longText+"\n", 12)
			p := s.product(c)
			p.More = s.goods(6)[5:]
			return p
		}),
	}
}

func (s sample) cart(lines ...Card) CartPage {
	return CartPage{Shell: s.shell(i18n.T(s.Lang, "cart.title")), Business: s.shop(), Back: "/chat", Lines: lines, Subtotal: vnd(130000), Units: 2, FormKey: "sample"}
}

func cartStories() []ui.Story {
	return []ui.Story{
		story("cart.html", "empty", func(s sample) any { return s.cart() }),
		story("cart.html", "one", func(s sample) any { return s.cart(s.goods(1)...) }),
		story("cart.html", "many", func(s sample) any { return s.cart(s.goods(3)...) }),
		story("cart.html", "changed", func(s sample) any {
			p := s.cart(s.goods(3)...)
			p.Changed = &CartChange{Removed: []string{"Sinh tố bơ", longText}, Repriced: []Repriced{{Title: "Phở bò tái chín, tô lớn", Before: vnd(60000), Now: vnd(65000)}}}
			return p
		}),
		story("cart.html", "error", func(s sample) any {
			p := s.cart(s.goods(1)...)
			p.Problem, p.Note = i18n.T(s.Lang, "fault.storefront.cart_disabled"), longText
			return p
		}),
		story("cart.html", "long", func(s sample) any {
			c := s.goods(6)
			c[5].Quantity = 99
			p := s.cart(append(c[5:], c[2])...)
			p.Subtotal, p.Note = vnd(9999999999999), longText+longText
			return p
		}),
		story("order.html", "one", func(s sample) any {
			return OrderPage{Shell: s.shell(i18n.T(s.Lang, "cart.sent_title")), Business: s.shop(), Back: "/chat", Lines: s.goods(1), Total: vnd(130000), Units: 2, Note: "ít hành", At: s.Now.Add(-time.Hour)}
		}),
		story("order.html", "long", func(s sample) any {
			return OrderPage{Shell: s.shell(longText), Business: s.shop(), Back: "/chat", Lines: s.sold(6), Total: vnd(9999999999999), Units: 594, Note: strings.Repeat(longText+" ", 4), At: s.Now.Add(-900 * time.Hour)}
		}),
	}
}

// sold are n products of an order: no line is of none.
func (s sample) sold(n int) []Card {
	list := s.goods(n)
	for i := range list {
		list[i].Quantity = max(list[i].Quantity, 1)
	}
	return list
}

func legalSample() *storefront.LegalView {
	return &storefront.LegalView{
		OriginCountry: "LK", ImporterName: "Kochi Imports", ImporterAddress: "Fort Road 1, Kochi, 682001, IN", Manufacturer: "Ceylon Quills", EntityName: "Malabar Spice Room",
		Grievance: waba.Contact{Name: "R. Menon", Email: "grievance@malabar.example", Mobile: "+91 98000 00001"}, CustomerCare: waba.Contact{Email: "care@malabar.example", Landline: "+91 484 000 0000"},
	}
}

// aboutStories are the business's profile, and where links from elsewhere lead.
func aboutStories() []ui.Story {
	link := func(s sample) LinkPage {
		return LinkPage{Shell: s.shell("Quán Góc Phố"), Name: "Quán Góc Phố", Display: "+84 28 7100 0001", Tone: "400000000000001", Next: "/chat"}
	}
	return []ui.Story{
		story("profile.html", "empty", func(s sample) any {
			return ProfilePage{Shell: s.shell("Quán Góc Phố"), Business: s.shop(), Back: "/chat"}
		}),
		story("profile.html", "many", func(s sample) any {
			about := storefront.AboutView{Legal: legalSample(), Profile: waba.Profile{
				About: "Mở cửa 6–22 giờ", Description: longText + "\n" + longText, Address: "12 Ngõ Huyện, Hà Nội", Email: longWord + "@goc.example", Websites: []string{"https://goc.example/", "https://goc.example/" + longWord},
			}}
			return ProfilePage{Shell: s.shell("Quán Góc Phố"), Business: s.shop(), Back: "/chat", About: about, Blocked: true, NoOffers: true, Link: "/c/842871000001"}
		}),
		story("link.html", "empty", func(s sample) any { return link(s) }),
		story("link.html", "many", func(s sample) any {
			p := link(s)
			for _, c := range s.goods(6) {
				p.Thumbs = append(p.Thumbs, Thumb{Image: c.Image, Title: c.Title})
			}
			return p
		}),
		story("link.html", "one", func(s sample) any {
			p, c := link(s), s.goods(2)[1]
			p.Product = &c
			return p
		}),
		story("link.html", "long", func(s sample) any {
			p, c := link(s), s.goods(6)[5]
			p.Product, p.Name = &c, longWord+longText
			c.Available = false
			return p
		}),
	}
}
