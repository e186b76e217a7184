package manager

import (
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/ui"
)

// Sample texts at the edge of what people write: nothing in them may break a page.
const (
	longWord = "SiêucấpvôđịchkhoảnhkhắcmùahènồngnhiệtkhôngcóđiểmdừngởbấtcứđâuMộtTừRấtDài"
	longText = "Phở bò tái chín nạm gầu gân sách, tô thật lớn, nước hầm xương mười hai giờ với quế hồi thảo quả và gừng nướng, ăn kèm rau thơm – مرحبا بكم 🍜👨‍👩‍👧‍👦 नमस्ते"
)

// Book is every page with sample data.
func (s *Server) Book() ui.Book {
	b := book{s}
	stories := append(b.frame(), b.catalog()...)
	stories = append(stories, b.feeds()...)
	stories = append(append(stories, b.moderation()...), b.talk()...)
	return ui.Book{Name: "manager", Pages: s.pages, Stories: append(stories, b.platform()...)}
}

// book makes the stories; it needs the server for the side bar alone.
type book struct{ s *Server }

// sample makes the parts of stories for one look.
type sample struct {
	ui.Look
	s *Server
}

func (b book) story(page, state string, data func(sample) any) ui.Story {
	return ui.Story{Page: page, State: state, Data: func(l ui.Look) any { return data(sample{l, b.s}) }}
}

const (
	sampleBusiness = id.ID(200000000000001)
	sampleCatalog  = id.ID(500000000000001)
)

// shell is what an administrator sees around a page.
func (s sample) shell(section string) Shell {
	c := catalog.Catalog{ID: sampleCatalog, BusinessID: sampleBusiness, Name: "Quán Góc Phố", Reviewed: true}
	b := account.Business{ID: sampleBusiness, Name: "Quán Góc Phố", Country: "VN"}
	return Shell{
		Lang: s.Lang, Theme: s.Theme, Title: s.t("manager.nav_" + section), Section: section, Path: "/dev/storybook/", Base: Prefix + "/" + sampleBusiness.String(), Person: "Nguyễn Thị Lan Anh",
		Role: account.Administrator, Business: b, Businesses: []account.Business{b, {ID: 200000000000002, Name: "Mộc & Lụa"}}, Catalog: c,
		Catalogs: []catalog.Catalog{c, {ID: 500000000000009, Name: "Tết"}}, Nav: s.s.nav(),
	}
}

// bare is [sample.shell] of a business that has nothing yet.
func (s sample) bare(section string) Shell {
	sh := s.shell(section)
	sh.Catalog, sh.Catalogs = catalog.Catalog{}, nil
	return sh
}

// outside is what surrounds a page before somebody logged in.
func (s sample) outside(title string) Shell {
	return Shell{Lang: s.Lang, Theme: s.Theme, Title: title, Path: "/dev/storybook/", Base: Prefix}
}

func (s sample) t(key string) string { return i18n.T(s.Lang, key) }

// problem is a refusal.
func (s sample) problem() *Problem {
	return &Problem{Field: "price", Text: s.t("fault.catalog.item_invalid"), Detail: `price: "12,5" is no price: write 12.50 USD`}
}

func vnd(n int64) money.Amount { return money.Amount{Minor: n, Currency: "VND"} }

// items are n items in every state; the first have pictures in the demo world.
func (s sample) items(n int) []catalog.Item {
	sale := vnd(49000)
	held := catalog.Review{Status: catalog.Pending, Held: true, PolicyID: "alcohol", Reason: "needs a person", At: s.Now}
	bad := catalog.Review{
		Status: catalog.Rejected, PolicyID: "tobacco", Reason: "The title names a product of tobacco.", Evidence: "Thuốc lá cuốn tay", Reviewer: "texts-5", At: s.Now.Add(-26 * time.Hour),
	}
	list := []catalog.Item{
		{RetailerID: "PH01", Title: "Phở bò tái chín, tô lớn", Description: "Nước hầm xương 12 giờ.", Brand: "Quán Góc Phố", ImageLink: "/demo/pictures/ph01-1.jpg", Price: vnd(65000), Availability: catalog.InStock, Visibility: catalog.Published, Review: catalog.Review{Status: catalog.Approved}},
		{RetailerID: "CB01", Title: "Combo sáng", Brand: "Quán Góc Phố", ImageLink: "/demo/pictures/cb01-1.jpg", Price: vnd(55000), Sale: &sale, Availability: catalog.InStock, Visibility: catalog.Published, Review: held},
		{RetailerID: "SM01", Title: "Sinh tố bơ", Price: vnd(48000), Availability: "out of stock", Visibility: catalog.Staging, Review: catalog.Review{Status: catalog.Pending}},
		{RetailerID: "XX01", Title: "Thuốc lá cuốn tay", Description: longText, Price: vnd(99000), Availability: catalog.InStock, Visibility: catalog.Published, Review: bad},
		{RetailerID: longWord, Title: longWord + " " + longText, Description: strings.Repeat(longText+"\n", 8), Brand: longText, Price: vnd(99999999999), Availability: "discontinued", Visibility: catalog.Published},
	}
	for i := len(list); i < n; i++ {
		it := list[i%4]
		it.RetailerID, it.Title = fmt.Sprintf("%s-%d", it.RetailerID, i), fmt.Sprintf("%s %d", it.Title, i)
		list = append(list, it)
	}
	list = list[:n]
	for i := range list {
		it := &list[i]
		it.ID, it.CatalogID, it.Condition, it.Link, it.UpdatedAt, it.Rev = id.ID(700000000000000+i), sampleCatalog, "new", "https://shop.example/"+it.RetailerID, s.Now.Add(-time.Duration(i*i)*time.Hour), 3
	}
	return list
}

// variants are n rows of the grid.
func (s sample) variants(n int) []Variant { return (&visit{}).variants(s.items(n)) }

// issues are diagnostics of both severities.
func (s sample) issues() []catalog.Diagnostic {
	samples := []catalog.Sample{{ID: 700000000000000, RetailerID: "PH01"}, {ID: 700000000000001, RetailerID: longWord}}
	return []catalog.Diagnostic{
		{Type: "IMAGE_QUALITY", Code: 22, Severity: catalog.MustFix, Field: "image_link", Title: "Links to pictures are broken", Subtitle: "Give an image_link that answers 200", Items: 12, Samples: samples, Error: "IMAGE_BROKEN"},
		{Type: "POLICY_VIOLATION", Severity: catalog.MustFix, Title: longText, Subtitle: longText, Items: 4321, Samples: samples},
		{Type: "ATTRIBUTES_MISSING", Code: 7, Severity: catalog.Opportunity, Field: "brand", Title: "Items without a brand", Subtitle: "Say the brand", Items: 1, Samples: samples[:1], Error: "BRAND"},
	}
}
