package demo

func malabar() []Item {
	jar := func(hue int, sat, light float64) look { return look{"jar", hue, sat, light} }
	items := stock("INR", "en", "Malabar Spice Room", []section{
		{"Whole spices", 30, "Food, Beverages & Tobacco > Food Items > Seasonings & Spices", []line{
			{"W01", "Tellicherry black pepper 100 g", "Bold, extra large berries from Kannur, dried in the sun.", 180, look{"heap", 25, .15, .25}},
			{"W02", "Green cardamom 8 mm, 50 g", "Hand-graded pods from Idukki.", 260, look{"heap", 90, .4, .45}},
			{"W03", "Ceylon cinnamon quills 50 g", "True cinnamon, thin layers, gentle and sweet.", 210, look{"quill", 24, .5, .42}},
			{"W04", "Cloves 50 g", "Whole buds, rich in oil.", 170, look{"heap", 12, .4, .3}},
			{"W05", "Star anise 50 g", "Whole stars for biryani and broth.", 150, look{"star", 14, .5, .38}},
			{"W06", "Cumin seed 200 g", "Cleaned twice, fresh crop.", 130, look{"heap", 36, .4, .42}},
			{"W07", "Mustard seed 200 g", "Small black seeds for tempering.", 60, look{"heap", 20, .2, .22}},
			{"W08", "Fenugreek 100 g", "Slightly bitter, for pickles and dal.", 45, look{"heap", 44, .6, .48}},
			{"W09", "Kashmiri saffron 1 g", "Mongra grade threads in a glass vial.", 420, look{"jar", 4, .75, .45}},
		}},
		{"Ground", 14, "Food, Beverages & Tobacco > Food Items > Seasonings & Spices", []line{
			{"G01", "Turmeric, high curcumin 200 g", "Single-origin, stone ground.", 150, jar(42, .85, .52)},
			{"G02", "Kashmiri chilli 200 g", "Deep red, mild heat.", 190, jar(6, .75, .45)},
			{"G03", "Coriander powder 200 g", "Roasted and ground each week.", 90, jar(70, .35, .45)},
			{"G04", "Dry ginger powder 100 g", "Sharp and warm, for chai and baking.", 120, jar(38, .45, .62)},
		}},
		{"Blends", 350, "Food, Beverages & Tobacco > Food Items > Seasonings & Spices", []line{
			{"B01", "Malabar garam masala 100 g", "Eleven spices, roasted in small batches.", 160, jar(20, .55, .36)},
			{"B02", "Sambar powder 200 g", "Lentils, coriander and curry leaf.", 140, jar(26, .7, .44)},
			{"B03", "Chai masala 75 g", "Ginger, cardamom, clove, black pepper.", 150, jar(30, .45, .4)},
			{"B04", "Biryani masala 100 g", "For four pots of Malabar biryani.", 165, jar(12, .6, .4)},
			{"B05", "Chaat masala 100 g", "Tangy, with black salt and dried mango.", 95, jar(48, .5, .42)},
			{"B06", "Fish curry blend 100 g", "Chilli, kokum and fenugreek, coastal style.", 145, jar(8, .7, .42)},
		}},
		{"Tea & coffee", 120, "Food, Beverages & Tobacco > Beverages", []line{
			{"T01", "Nilgiri orange pekoe 250 g", "High-grown leaf, bright and fragrant.", 320, look{"tea", 24, .7, .45}},
			{"T02", "Wayanad filter coffee 250 g", "Arabica and robusta with a little chicory.", 290, look{"bag", 18, .45, .32}},
			{"T03", "Lemongrass tulsi infusion, 20 bags", "Caffeine free, grown without pesticides.", 180, look{"tea", 90, .5, .5}},
		}},
		{"Gifts", 280, "Home & Garden > Kitchen & Dining", []line{
			{"X01", "Masala dabba, steel, 7 cups", "The classic round spice box with seven cups and a spoon.", 990, look{"tin", 30, .7, .5}},
			{"X02", "Gift box of six spices", "Six of our favourites in a recycled box.", 1250, look{"gift", 345, .6, .5}},
		}},
		{"Classes", 205, "Arts & Entertainment", []line{
			{"C01", "Cooking class, two hours", "Learn three Malabar dishes in our kitchen in Fort Kochi. For up to six guests.", 1500, look{"class", 205, .2, .6}},
		}},
	})
	for i := range items {
		items[i].Origin = "IN"
		switch it := &items[i]; it.SKU {
		case "W03":
			it.Origin = "LK"
		case "W04":
			it.Origin = "MG"
		case "W05":
			it.Origin = "VN"
		case "X02":
			it.Origin, it.Pictures = "", views
		case "C01":
			it.Origin, it.Exempt = "", true
		}
	}
	return items
}
