package app_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// shot keeps a picture of the whole page where HAWKER_SHOTS names a folder, for a person to look at.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("HAWKER_SHOTS")
	if dir == "" {
		return
	}
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A customer orders in the browser: from the message to the sections, the product, the cart and the order.
func TestACustomerOrdersInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx, ok := browser(t)
	if !ok {
		return
	}
	w := start(t, t.TempDir())
	run := func(what string, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			shot(t, ctx, "failed")
			t.Fatalf("%s: %v", what, err)
		}
	}
	run("picking a customer", chromedp.Navigate(w.URL()+"/chat"), chromedp.WaitVisible(chromedp.CSS(`#picker .persona[value="`+lan+`"]`)))
	shot(t, ctx, "01-picker")
	run("the chats", chromedp.Click(chromedp.CSS(`#picker .persona[value="`+lan+`"]`)), chromedp.WaitVisible(chromedp.CSS(`a[href="/chat/`+phoneA+`"]`)))
	shot(t, ctx, "02-chats")
	run("saying hello", chromedp.Click(chromedp.CSS(`a[href="/chat/`+phoneA+`"]`)), chromedp.WaitVisible(chromedp.CSS(`.composer textarea`)),
		chromedp.SendKeys(chromedp.CSS(`.composer textarea`), "Quán ơi, hôm nay có phở không?"), chromedp.Click(chromedp.CSS(`.composer__send`)), chromedp.WaitVisible(chromedp.CSS(`.message--mine`)))

	// The answer comes live, without a reload.
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product_list",
		"header":{"type":"text","text":"Món nước hôm nay"},"body":{"text":"Mời bạn chọn món."},"footer":{"text":"Giao trong 30 phút"},"action":{"catalog_id":"`+catalogA+`","sections":[
		{"title":"Món nước","product_items":[{"product_retailer_id":"PH01"},{"product_retailer_id":"PH02"}]},{"title":"Đồ uống","product_items":[{"product_retailer_id":"CF02"},{"product_retailer_id":"SM01"}]}]}}}`)
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"`+lan+`","type":"interactive","interactive":{"type":"product",
		"body":{"text":"Hoặc combo sáng"},"action":{"catalog_id":"`+catalogA+`","product_retailer_id":"CB01"}}}`)
	run("the bubbles", chromedp.WaitVisible(chromedp.CSS(`a.stack`)), chromedp.WaitVisible(chromedp.CSS(`a.product-card`)))
	shot(t, ctx, "03-conversation")
	run("the sections", chromedp.Click(chromedp.CSS(`a.stack`)), chromedp.WaitVisible(chromedp.CSS(`.section__title`)))
	shot(t, ctx, "04-sections")
	run("two phở", chromedp.Click(chromedp.CSS(`button[name="quantity"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS(`button[name="quantity"][value="2"]`)),
		chromedp.Click(chromedp.CSS(`button[name="quantity"][value="2"]`)), chromedp.WaitVisible(chromedp.CSS(`button[name="quantity"][value="3"]`)))
	shot(t, ctx, "05-stepper")
	run("the product page", chromedp.Click(chromedp.CSS(`.row__link`)), chromedp.WaitVisible(chromedp.CSS(`.product__price`)))
	shot(t, ctx, "06-product")
	run("the cart", chromedp.Navigate(w.URL()+"/chat/"+phoneA+"/cart"), chromedp.WaitVisible(chromedp.CSS(`input[name="note"]`)), chromedp.SendKeys(chromedp.CSS(`input[name="note"]`), "ít hành"))
	shot(t, ctx, "07-cart")
	run("sending it", chromedp.Click(chromedp.CSS(`form[data-once] button`)), chromedp.WaitVisible(chromedp.CSS(`a.order-card`)))
	shot(t, ctx, "08-order")
	run("the sent cart", chromedp.Click(chromedp.CSS(`a.order-card`)), chromedp.WaitVisible(chromedp.CSS(`.sent-note`)))
	shot(t, ctx, "09-sent")
	run("the storefront", chromedp.Navigate(w.URL()+"/chat/"+phoneA+"/catalog?q=ca+phe"), chromedp.WaitVisible(chromedp.CSS(`#shop .row`)))
	shot(t, ctx, "10-storefront")

	chat := w.must(http.MethodGet, chatA, "")
	orders := 0
	for _, m := range chat["messages"].([]any) {
		m := m.(map[string]any)
		if m["kind"] == "order" {
			orders++
			if total := m["order"].(map[string]any)["total"].(map[string]any)["amount"]; total != 130000.0 {
				t.Errorf("the order's total is %v, want 130000", total)
			}
		}
		if m["from_business"] == true && m["status"] != "read" {
			t.Errorf("message %v is %v, want read: it was on screen", m["kind"], m["status"])
		}
	}
	if orders != 1 {
		t.Errorf("%d orders, want 1", orders)
	}
}

// What changed behind the customer's back is told before anything is sent.
func TestTheCartTellsWhatChanged(t *testing.T) {
	t.Parallel()
	ctx, ok := browser(t)
	if !ok {
		return
	}
	w := start(t, t.TempDir())
	w.must(http.MethodPut, chatA+"/cart/PH01", `{"quantity":1}`)
	w.must(http.MethodPut, chatA+"/cart/CF01", `{"quantity":1}`)
	products := w.must(http.MethodGet, "/v25.0/"+catalogA+`/products?filter=%7B%22retailer_id%22%3A%7B%22eq%22%3A%22PH01%22%7D%7D`, "")
	item := products["data"].([]any)[0].(map[string]any)["id"].(string)
	err := chromedp.Do(ctx, chromedp.Navigate(w.URL()+"/chat"), chromedp.Click(chromedp.CSS(`#picker .persona[value="`+lan+`"]`)), chromedp.WaitVisible(chromedp.CSS(`.chat-row`)),
		chromedp.Navigate(w.URL()+"/chat/"+phoneA+"/cart"), chromedp.WaitVisible(chromedp.CSS(`input[name="note"]`)))
	if err != nil {
		t.Fatal(err)
	}
	w.must(http.MethodPost, "/v25.0/"+item, `{"availability":"out of stock"}`)
	err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`form[data-once] button`)), chromedp.WaitVisible(chromedp.CSS(`.dialog`)))
	shot(t, ctx, "11-changed")
	if err != nil {
		t.Fatal(err)
	}
	title, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(`#changed-title`)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(`#changed-text`)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(title, "giỏ hàng") || !strings.Contains(text, "Phở bò") {
		t.Errorf("the dialog says %q and %q", title, text)
	}
	if v := w.must(http.MethodGet, chatA+"/cart", ""); v["items"] != 1.0 {
		t.Errorf("the cart holds %v, want the one item that is left", v)
	}
}
