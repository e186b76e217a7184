package demo

import (
	"strings"

	"github.com/hawkerhq/hawker/internal/money"
)

// garment is one product group of Mộc & Lụa with the colours and sizes it comes in.
type garment struct {
	sku, title, text, set, pictogram string
	colors, sizes                    string // names between spaces; colours of [dyes]
	price                            int64
}

// dyes are the colours of the shop, as hue, saturation, lightness.
var dyes = map[string]look{
	"white": {hue: 40, sat: .3, light: .86}, "sand": {hue: 36, sat: .4, light: .68}, "indigo": {hue: 228, sat: .45, light: .42},
	"sage": {hue: 110, sat: .2, light: .55}, "black": {hue: 220, sat: .08, light: .24}, "rust": {hue: 16, sat: .6, light: .48},
	"rose": {hue: 345, sat: .5, light: .68}, "sky": {hue: 204, sat: .5, light: .66}, "jade": {hue: 160, sat: .45, light: .42},
	"gold": {hue: 43, sat: .7, light: .56}, "plum": {hue: 310, sat: .35, light: .38}, "grey": {hue: 210, sat: .06, light: .6},
}

var hues = map[string]int{"Tops": 205, "Bottoms": 230, "Dresses": 335, "Outerwear": 165, "Shoes": 30, "Accessories": 280, "Sale": 10}

const clothing, shoes, bags = "Apparel & Accessories > Clothing", "Apparel & Accessories > Shoes", "Apparel & Accessories > Handbags, Wallets & Cases > Handbags"

var garments = []garment{
	{"LS", "Linen shirt, band collar", "Washed linen, coconut buttons, relaxed cut.", "Tops", "shirt", "white sand indigo sage", "S M L XL", 420000},
	{"CT", "Boxy cotton tee", "Heavy cotton jersey, dropped shoulder.", "Tops", "tee", "white black sand sage rust", "S M L XL", 220000},
	{"RT", "Ribbed tank", "Stretch rib, close fit.", "Tops", "tank", "white black rose", "S M L", 180000},
	{"SB", "Silk-touch blouse, bow", "Soft drape, removable bow.", "Tops", "shirt", "rose white jade", "S M L", 450000},
	{"SP", "Oversize striped polo", "Knitted stripes, wide sleeve.", "Tops", "tee", "indigo sage", "M L XL", 350000},
	{"PT", "Pleated wide-leg trousers", "High waist, two pleats, side pockets.", "Bottoms", "trousers", "sand black grey", "26 28 30", 520000},
	{"SJ", "Straight jeans, rinse", "13 oz denim, straight leg.", "Bottoms", "trousers", "indigo black", "26 28 30 32", 590000},
	{"SH", "Linen shorts", "Drawstring waist, above the knee.", "Bottoms", "shorts", "sand sage white", "S M L", 320000},
	{"DS", "A-line denim skirt", "Knee length, front buttons.", "Sale", "skirt", "indigo", "S M L", 390000},
	{"WS", "Wrap skirt, batik print", "Hand-stamped print, ties at the side.", "Bottoms", "skirt", "rust plum", "one-size", 410000},
	{"SD", "Slip dress, satin", "Bias cut, adjustable straps.", "Dresses", "dress", "jade rose black gold", "S M L", 560000},
	{"SM", "Smocked sundress", "Elastic bodice, tiered skirt.", "Dresses", "dress", "sky rose white", "S M L", 490000},
	{"AD", "Modern áo dài, brocade", "Short flaps, brocade with lotus motif, silk trousers included.", "Dresses", "aodai", "rust jade gold", "S M L XL", 1250000},
	{"PD", "Shirt dress, poplin", "Crisp poplin with a belt.", "Dresses", "dress", "sky white", "S M L", 620000},
	{"KD", "Knit midi dress", "Fine rib, side slit.", "Dresses", "dress", "plum grey", "S M L", 680000},
	{"TJ", "Cropped trucker jacket", "Rigid denim, cropped at the waist.", "Outerwear", "jacket", "indigo black", "S M L", 750000},
	{"TR", "Light trench", "Water-repellent cotton, unlined.", "Outerwear", "jacket", "sand sage", "S M L", 1150000},
	{"QV", "Quilted vest", "Light padding, snap buttons.", "Outerwear", "vest", "sage black", "M L XL", 640000},
	{"CS", "Canvas low sneakers", "Vulcanised sole, cotton canvas.", "Shoes", "shoe", "white black rust", "36 38 40 42", 550000},
	{"LE", "Leather sandals", "Full-grain leather, hand stitched.", "Shoes", "sandal", "sand black", "35 37 39", 480000},
	{"TB", "Woven tote", "Water hyacinth and cotton, inner pocket.", "Accessories", "tote", "sand sage rust", "one-size", 330000},
	{"CB", "Crossbody bag, vegan leather", "Fits a phone, a wallet and a book.", "Accessories", "handbag", "black rust sage gold", "one-size", 460000},
	{"SS", "Silk scarf, lotus print", "Bảo Lộc silk, 90 × 90 cm.", "Accessories", "scarf", "rose jade gold", "one-size", 290000},
	{"BH", "Bucket hat", "Cotton twill, wide brim.", "Accessories", "hat", "sand black sage", "one-size", 190000},
	{"SO", "Socks, three-pack", "Combed cotton, three pairs.", "Sale", "socks", "grey rose", "one-size", 120000},
}

// soldOutVariant is the shop's variant without stock.
const soldOutVariant = "AD-gold-XL"

func mocLua() []Item {
	var items []Item
	for _, g := range garments {
		category := clothing
		switch g.set {
		case "Shoes":
			category = shoes
		case "Accessories":
			category = bags
		}
		for dye := range strings.FieldsSeq(g.colors) {
			for size := range strings.FieldsSeq(g.sizes) {
				it := Item{
					SKU: g.sku + "-" + dye + "-" + size, Title: g.title, Description: g.text, Brand: "Mộc & Lụa", Group: g.sku, Color: dye, Size: size,
					Price: money.Amount{Minor: g.price, Currency: "VND"}, Pictures: views, Category: category, Lang: "vi", Set: g.set, Hue: hues[g.set],
					Pictogram: g.pictogram, ThingHue: dyes[dye].hue, ThingSat: dyes[dye].sat, ThingLight: dyes[dye].light,
				}
				it.SoldOut = it.SKU == soldOutVariant
				items = append(items, it)
			}
		}
	}
	return items
}
