package demo

import "github.com/hawkerhq/hawker/internal/money"

// look is how the things of one kind are drawn.
type look struct {
	pictogram  string
	hue        int // of the thing
	sat, light float64
}

// line is one row of a shop's price list.
type line struct {
	sku, title, text string
	price            int64 // major units
	look             look
}

// section is a shelf of a shop.
type section struct {
	name     string
	hue      int // of the ground
	category string
	lines    []line
}

func quanGocPho() []Item {
	hot, iced, bread, noodle := look{"cup", 18, .55, .42}, look{"glass", 28, .6, .5}, look{"bread", 32, .68, .55}, look{"bowl", 210, .45, .5}
	items := stock("VND", "vi", "Quán Góc Phố", []section{
		{"Cà phê & trà", 28, "Food, Beverages & Tobacco > Beverages", []line{
			{"CF01", "Cà phê đen phin nóng, 120 ml", "Robusta Buôn Ma Thuột rang mộc, pha phin tại bàn.", 22000, hot},
			{"CF02", "Bạc xỉu đá, ly 350 ml", "Nhiều sữa, ít cà phê, đá viên. Ngọt vừa.", 32000, iced},
			{"CF03", "Cà phê trứng Hà Nội", "Lòng đỏ trứng đánh bông với sữa đặc trên nền cà phê đậm.", 45000, look{"cup", 44, .7, .55}},
			{"CF04", "Cà phê muối Huế", "Lớp kem muối mịn, hậu vị mặn ngọt.", 38000, look{"cup", 200, .3, .5}},
			{"CF05", "Cold brew cam, chai 330 ml", "Ủ lạnh 18 giờ với vỏ cam Vinh. Giữ lạnh, dùng trong 5 ngày.", 49000, look{"bottle", 26, .75, .5}},
			{"TR01", "Trà đào cam sả", "Trà đen, đào miếng, cam vàng và sả đập dập.", 42000, look{"glass", 22, .8, .6}},
			{"TR02", "Trà vải nhài", "Trà nhài ướp hoa, vải ngâm.", 40000, look{"glass", 345, .6, .7}},
			{"TR03", "Trà sữa ô long kem mặn", "Ô long rang, sữa tươi, lớp kem mặn.", 45000, look{"glass", 34, .5, .6}},
			{"SM01", "Sinh tố bơ", "Bơ 034 Đắk Lắk xay với sữa đặc.", 48000, look{"glass", 95, .45, .55}},
		}},
		{"Bánh mì", 40, "Food, Beverages & Tobacco > Food Items > Bakery", []line{
			{"BM01", "Bánh mì thịt nướng", "Thịt nướng sả, đồ chua, rau thơm, ớt.", 30000, bread},
			{"BM02", "Bánh mì ốp la chảo", "Hai trứng, pa tê, xúc xích, bánh mì giòn.", 38000, look{"bread", 42, .75, .56}},
			{"BM03", "Bánh mì chay nấm", "Nấm xào tiêu, đậu hũ, rau thơm.", 28000, look{"bread", 36, .5, .5}},
			{"BM04", "Bánh mì chả cá", "Chả cá Nha Trang chiên nóng, rau răm.", 32000, look{"bread", 28, .6, .5}},
		}},
		{"Món nước", 12, "Food, Beverages & Tobacco > Food Items > Prepared Foods", []line{
			{"PH01", "Phở bò tái chín, tô lớn", "Nước hầm xương 12 giờ, bánh phở tươi.", 65000, noodle},
			{"PH02", "Bún bò Huế, ít cay", "Giò heo, chả Huế, sả và mắm ruốc.", 60000, look{"bowl", 8, .6, .52}},
			{"PH03", "Hủ tiếu Nam Vang", "Tôm, gan, thịt bằm, trứng cút.", 58000, look{"bowl", 175, .4, .45}},
			{"PH04", "Bún chả, 1 suất", "Chả nướng than, bún, nước mắm đu đủ.", 55000, look{"bowl", 30, .5, .5}},
			{"PH05", "Cháo sườn quẩy", "Cháo gạo tẻ xay mịn, sườn non, quẩy giòn.", 35000, look{"bowl", 48, .55, .55}},
		}},
		{"Ăn vặt", 85, "Food, Beverages & Tobacco > Food Items > Snack Foods", []line{
			{"AV01", "Gỏi cuốn tôm thịt, 4 cuốn", "Chấm tương đậu phộng.", 48000, look{"roll", 14, .75, .65}},
			{"AV02", "Chả giò rế, 6 cái", "Vỏ rế giòn, nhân thịt và khoai môn.", 52000, look{"roll", 34, .7, .5}},
			{"AV03", "Bánh xèo miền Tây", "Vỏ nghệ giòn, tôm thịt, rau rừng.", 50000, look{"plate", 44, .8, .55}},
			{"AV04", "Bánh flan cốt dừa", "Caramel đắng nhẹ, cốt dừa.", 20000, look{"flan", 42, .8, .62}},
		}},
		{"Combo", 330, "Food, Beverages & Tobacco > Food Items > Prepared Foods", []line{
			{"CB01", "Combo sáng: bánh mì + bạc xỉu", "Một bánh mì thịt nướng và một ly bạc xỉu đá.", 55000, look{"combo", 32, .65, .55}},
			{"CB02", "Combo 2 người: 2 phở + 2 trà đào", "Hai tô phở tái chín và hai ly trà đào cam sả.", 199000, look{"combo", 20, .6, .5}},
		}},
		{"Mang về", 170, "Food, Beverages & Tobacco > Beverages > Coffee", []line{
			{"MV01", "Hạt rang xay phin 500 g", "Robusta 70, Arabica 30, rang vừa, xay cho phin.", 145000, look{"bag", 20, .4, .35}},
			{"MV02", "Phin nhôm khắc tên", "Phin nhôm 6 oz, khắc tên miễn phí tại quán.", 60000, look{"phin", 205, .12, .66}},
		}},
	})
	for i := range items {
		switch it := &items[i]; it.SKU {
		case "SM01", "BM04":
			it.SoldOut = true
		case "CB01":
			it.Sale = &money.Amount{Minor: 49000, Currency: "VND"}
		case "CB02":
			it.Pending = true
		case "MV02":
			it.Pictures = 0
		case "PH01", "CF05":
			it.Pictures = views
		}
	}
	return items
}

// stock turns shelves into items with one picture each.
func stock(currency, lang, brand string, sections []section) []Item {
	exp, _ := money.Exponent(currency)
	unit := int64(1)
	for range exp {
		unit *= 10
	}
	var items []Item
	for _, s := range sections {
		for _, l := range s.lines {
			items = append(items, Item{
				SKU: l.sku, Title: l.title, Description: l.text, Brand: brand, Price: money.Amount{Minor: l.price * unit, Currency: currency},
				Pictures: 1, Category: s.category, Lang: lang, Set: s.name, Hue: s.hue,
				Pictogram: l.look.pictogram, ThingHue: l.look.hue, ThingSat: l.look.sat, ThingLight: l.look.light,
			})
		}
	}
	return items
}
