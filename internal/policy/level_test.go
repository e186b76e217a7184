package policy_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy"
)

// TestAPriceTellsWhatWordsDoNot: what is far too cheap, or far too dear, to be what it says waits for a person; the same words at the
// usual price, without one, or of a part of it bother nobody.
func TestAPriceTellsWhatWordsDoNot(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ title, price, verdict, id string }{
		{"Louis Vuitton handbag", "45.00 USD", policy.Human, "counterfeit"},
		{"Louis Vuitton handbag", "1450.00 USD", policy.Approve, ""},
		{"Louis Vuitton handbag", "", policy.Approve, ""},
		{"Louis Vuitton handbag", "45.00 XPF", policy.Approve, ""}, // a currency without a level
		{"Organizer insert for a Louis Vuitton bag", "25.00 USD", policy.Approve, ""},
		{"Túi xách Gucci", "450000 VND", policy.Human, "counterfeit"},
		{"Túi xách Gucci", "32000000 VND", policy.Approve, ""},
		{"Reloj Rolex", "80.00 EUR", policy.Human, "counterfeit"},
		{"Correa de reloj Rolex", "20.00 EUR", policy.Approve, ""},
		{"Relógio Hublot", "300.00 BRL", policy.Human, "counterfeit"},
		{"Jam tangan Rolex", "350000 IDR", policy.Human, "counterfeit"},
		{"रोलेक्स घड़ी", "1500.00 INR", policy.Human, "counterfeit"},
		{"ساعة رولكس", "200.00 SAR", policy.Human, "counterfeit"},
		{"iPhone 15 Pro Max 256GB", "60.00 USD", policy.Human, "counterfeit"},
		{"iPhone 15 Pro Max 256GB", "899.00 USD", policy.Approve, ""},
		{"USB stick 256GB for iPhone 15", "30.00 USD", policy.Approve, ""},
		{"Dried oregano 7 g", "60.00 USD", policy.Human, "drugs"},
		{"Dried oregano 7 g", "2.50 USD", policy.Approve, ""},
		{"Dried oregano 1 kg", "60.00 USD", policy.Approve, ""},
		{"Grape juice 750 ml", "95.00 USD", policy.Human, "alcohol"},
		{"Grape juice 750 ml", "6.00 USD", policy.Approve, ""},
		{"Grape juice 750 ml, case of 12", "95.00 USD", policy.Approve, ""},
		{"Toy pistol", "480.00 USD", policy.Human, "weapons"},
		{"Toy pistol", "9.00 USD", policy.Approve, ""},
		{"Súng nước", "12000000 VND", policy.Human, "weapons"},
		{"Plush puppy", "900.00 USD", policy.Human, "animals"},
		{"Plush puppy", "18.00 USD", policy.Approve, ""},
		{"Thú bông chó con", "150000 VND", policy.Approve, ""},
		{"Candy, strip of 10", "40.00 USD", policy.Human, "drugs"},
		{"Candy, strip of 10", "1.00 USD", policy.Approve, ""},
	} {
		j := r.Review(policy.Listing{Title: c.title, Price: c.price})
		if j.Verdict != c.verdict || j.PolicyID != c.id {
			t.Errorf("%q at %q: %s %s %+v, want %s %s", c.title, c.price, j.Verdict, j.PolicyID, j.Evidence, c.verdict, c.id)
		}
		amount, _ := money.Parse(c.price)
		if last := len(j.Evidence) - 1; j.Verdict == policy.Human && (j.Evidence[last].Field != "price" || j.Evidence[last].Text != amount.String()) {
			t.Errorf("%q at %q: the price is no evidence: %+v", c.title, c.price, j.Evidence)
		}
	}
}

// TestAnOperatorsPriceLevels: levels are rules as others are, and mistakes in them are refused with file and line.
func TestAnOperatorsPriceLevels(t *testing.T) {
	t.Parallel()
	r, err := rulesIn(t, "[counterfeit]\nreject below 50: @zmaker + @zware - @zpart\n@zmaker: zzqfizz\n@zware: lamp\n@zpart: bulb\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ title, price, want string }{
		{"Zzqfizz lamp", "20.00 USD", policy.Reject},
		{"Zzqfizz lamp", "1600.00 INR", policy.Reject},
		{"Zzqfizz lamp", "60.00 USD", policy.Approve},
		{"Bulb of a Zzqfizz lamp", "20.00 USD", policy.Approve},
		{"Lamp", "20.00 USD", policy.Approve},
	} {
		if j := r.Review(policy.Listing{Title: c.title, Price: c.price}); j.Verdict != c.want {
			t.Errorf("%q at %s: %+v, want %s", c.title, c.price, j, c.want)
		}
	}
	for _, text := range []string{
		"hold below: @a + @b", "hold below 0: @a + @b", "hold below x: @a + @b", "hold above 10: lamp", "clear below 10: @a + @b", "hold below 10: @a + @nobody",
		"hold below 10: @a - @nobody", "hold below 10: @a +", "hold below 10: - @a",
	} {
		if _, err := rulesIn(t, "[counterfeit]\n@a: x1, y1\n@b: x2, y2\n"+text+"\n"); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// TestWordsThatSellNothingAlone: a missing title is a defect of a listing and not of a bike, a kind of file may come along with a thing, and
// an animal of wool is none; beside what makes them mean the other thing they do.
func TestWordsThatSellNothingAlone(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ title, description, verdict, id string }{
		{"Mug", "No title", policy.Approve, ""},
		{"No title", "", policy.Approve, ""},
		{"Dirt bike, no title", "Runs.", policy.Reject, "stolen"},
		{"Honda Civic 2009", "No title.", policy.Reject, "stolen"},
		{"Picture", "svg", policy.Approve, ""},
		{"svg", "", policy.Approve, ""},
		{"Desk", "Assembly steps as pdf.", policy.Approve, ""},
		{"Speaker", "Plays MP3 and WAV.", policy.Approve, ""},
		{"Flower svg", "Instant download.", policy.Reject, "digital"},
		{"Budget planner pdf", "A4.", policy.Reject, "digital"},
		{"Recetas keto PDF", "Recetario de 40 páginas.", policy.Reject, "digital"},
		{"Plush puppy", "Soft.", policy.Approve, ""},
		{"Crochet bunny", "Cotton.", policy.Approve, ""},
		{"Perrito de peluche", "Suave.", policy.Approve, ""},
		{"Gatinho de pelúcia", "Macio.", policy.Approve, ""},
		{"Chó bông husky", "Mềm.", policy.Approve, ""},
		{"كلب محشو", "ناعم", policy.Approve, ""},
		{"Toy poodle, 8 weeks", "Vaccinated.", policy.Reject, "animals"},
		{"Husky thuần chủng 2 tháng tuổi", "Đã tiêm.", policy.Reject, "animals"},
	} {
		if j := r.Review(policy.Listing{Title: c.title, Description: c.description}); j.Verdict != c.verdict || j.PolicyID != c.id {
			t.Errorf("%q, %q: %s %s by %+v, want %s %s", c.title, c.description, j.Verdict, j.PolicyID, j.Evidence, c.verdict, c.id)
		}
	}
}

// TestAPriceIsAskedInACatalog: of items that are added, and of those that are there when the catalog is connected.
func TestAPriceIsAskedInACatalog(t *testing.T) {
	each(t, func(w *world) {
		add := func(sku, title, price string) id.ID {
			change := catalog.ReadChange(catalog.Batch, map[string]any{
				"title": title, "description": "As it is.", "availability": "in stock", "condition": "new", "link": "https://shop.example/x",
				"image_link": "https://shop.example/x.jpg", "price": price,
			})
			i, err := w.catalogs.CreateItem(w.Context(), caller(mine), w.catalog, sku, change, false)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		dear, mug := add("dear", "Louis Vuitton handbag", "1450.00 USD"), add("mug", "Mug", "9.00 USD")
		cheap, puppy := add("cheap", "Louis Vuitton handbag", "45.00 USD"), add("plush", "Plush puppy", "900.00 USD")
		for _, how := range []string{"added", "connected"} {
			w.review()
			for item, want := range map[id.ID]string{dear: "", mug: "", cheap: "counterfeit", puppy: "animals"} {
				i := w.item(item)
				if i.Review.Held != (want != "") || i.Review.PolicyID != want || (want == "") != (i.Review.Status == catalog.Approved) {
					t.Errorf("%s: %s at %s: %+v, want %q", how, i.Title, i.Price, i.Review, want)
				}
			}
			if i := w.item(cheap); !strings.Contains(i.Review.Reason, "at 45.00 USD") {
				t.Errorf("%s: the reason names no price: %s", how, i.Review.Reason)
			}
			w.connect(false)
			w.connect(true)
		}
	})
}
