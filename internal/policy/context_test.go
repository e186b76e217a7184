package policy_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/policy"
)

// TestWordsThatHonestShopsUseNeedTheirContext: how a file comes, a promise about returns, a leaf or a pill by itself say nothing of what is
// sold. Beside what makes them mean it they do.
func TestWordsThatHonestShopsUseNeedTheirContext(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ want, title, description string }{
		{policy.Approve, "Bread baking, hardcover, 220 pages", "The PDF comes by mail too."},
		{policy.Approve, "Wall calendar 2027, printed on cotton paper", "Bonus: a PDF for your phone."},
		{policy.Approve, "Smart plug with timer", "Download the app, the download link is on the box."},
		{policy.Approve, "Label maker", "The manual is downloadable."},
		{policy.Approve, "Libro de cuentos, tapa dura", "Incluye el cuento en PDF."},
		{policy.Approve, "Caderno de atividades impresso", "Bônus: arquivo em PDF."},
		{policy.Approve, "Sách nấu ăn bìa cứng", "Tặng kèm file PDF."},
		{policy.Approve, "Buku mewarnai, cetak", "Bonus file PDF."},
		{policy.Reject, "Knitting pattern PDF", "Sent at once."},
		{policy.Reject, "Budget spreadsheet template", "Downloadable after payment."},
		{policy.Reject, "Plantilla de presupuesto", "Archivo PDF."},
		{policy.Reject, "Planilha de gastos em PDF", "Envio por e-mail."},
		{policy.Human, "Watercolour guide", "Downloadable."},

		{policy.Approve, "Wool blanket", "Returns within 30 days, no questions asked."},
		{policy.Approve, "Iron pan", "Money back, no questions asked."},
		{policy.Human, "iPhone 13, good condition", "Cash, no questions asked."},
		{policy.Reject, "Bike, no questions asked", "Quick sale."},

		{policy.Approve, "🌿 Basil in a pot", "For the kitchen window."},
		{policy.Approve, "🍬 Caramels with salt", "A box of twelve."},
		{policy.Approve, "Mug with a pill 💊 on it", "For a pharmacist."},
		{policy.Reject, "🍃 New in", "Sativa and indica."},
		{policy.Reject, "💊 New in", "Those who know."},

		{policy.Reject, "Poppers", "Isobutyl, 10 ml."},
		{policy.Approve, "Party poppers, confetti", "A spring throws them."},
		{policy.Reject, "Blue pills", "Last longer."},
		{policy.Approve, "Blue pillow", "Last longer than others."},
		{policy.Approve, "Azeitona curtida em azeite", "Pote de 300 g."},
		{policy.Reject, "Curtidas para instagram", "500 em uma hora."},
		{policy.Reject, "Sim đứng tên người khác", "Dùng ngay."},
		{policy.Approve, "Ví da nam", "Khắc tên theo yêu cầu."},
		{policy.Reject, "Curtidas no instagram, pacote", "Em uma hora."},
		{policy.Reject, "Seguidores no tiktok", "Entrega rápida."},
		{policy.Approve, "Mocktail, no vodka", "Lime and mint."},

		{policy.Reject, "c ầ n  s a trồng trong nhà", "Có mẫu thử."},
		{policy.Reject, "w h i s k y  12 years", "A bottle."},
		{policy.Approve, "Gotas de cristal para candelabro", "Diez piezas."},
		{policy.Approve, "Mel de abelha, 500 g", "Pote de vidro."},
		{policy.Approve, "Camisa puro linho", "Lavável."},
		{policy.Approve, "Pistola pulverizadora para pintar", "700 W."},
		{policy.Approve, "Mary Jane flats, patent", "Buckle strap."},
		{policy.Reject, "Gotas para la gota y el dolor", "Frasco."},
		{policy.Human, "Vitamina C 1 g, 60 tabletas", "Con zinc."},
		{policy.Human, "Cồn IPA 99%, 1 lít", "Lau bo mạch."},
		{policy.Approve, "A B C, letters of felt", "For a child's door."},

		{policy.Approve, `Sách "Nghề làm bia"`, "Bìa mềm."},
		{policy.Reject, "شي4شة كاملة", "مع الفحم."},
	} {
		if got := r.Judge(catalog.Item{Title: c.title, Description: c.description}); got.Verdict != c.want {
			t.Errorf("%q, %q: %s %s %v, want %s", c.title, c.description, got.Verdict, got.PolicyID, got.Evidence, c.want)
		}
	}
}
