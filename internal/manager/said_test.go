package manager

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/feedfile"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/ui"
)

// english finds what of a text was left as it was.
var english = regexp.MustCompile(`(?i)\b(is|are|has|the|not|write|every|needs|example)\b`)

// faulty is a file with a row for each kind of thing that goes wrong often.
const faulty = `id,title,description,availability,condition,price,link,image_link,brand,sale_price,gtin,expiration_date,quantity_to_sell_on_facebook,shipping_weight,additional_image_link,colour_of_box
A1,,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
A2,Bánh,Ngon,maybe,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
A3,Bánh,Ngon,in stock,shiny,20000,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
A4,Bánh,Ngon,in stock,new,"12,5",https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
A5,Bánh,Ngon,in stock,new,45.000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
A6,Bánh,Ngon,in stock,new,20000 VND,shop,https://shop.example/1.jpg,Q,,,,,,,
A7,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,,Q,,,,,,,
A8,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,,,,,,,,
A9,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,30000 VND,,,,,,
B1,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,1 USD,,,,,,
B2,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,12345,,,,,
B3,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,4006381333932,,,,,
B4,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,mai,,,,
B5,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,nhiều,,,
B6,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,nặng,,
B7,Bánh,Ngon,in stock,new,20000 QQQ,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
B8,Bánh,Ngon,in stock,new,20000.123 USD,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
B9,LONG,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
C1,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
C1,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
C2,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,,,one more
,Bánh,Ngon,in stock,new,20000 VND,https://shop.example/1,https://shop.example/1.jpg,Q,,,,,,,
`

// What is wrong with a file, and what to do about it, is told in Vietnamese on Vietnamese pages.
func TestWhatIsWrongWithAFileIsToldInVietnamese(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "faulty.csv")
	if err := os.WriteFile(path, []byte(strings.Replace(faulty, "LONG", strings.Repeat("Bánh mì ", 60), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const most = 100
	report, err := feed.Lint(t.Context(), f, "faulty.csv", feed.LintOptions{Most: most}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const rows = 20
	if len(report.Problems) < rows {
		t.Errorf("%d problems were found: %+v", len(report.Problems), report.Problems)
	}
	for _, p := range report.Problems {
		for _, text := range []string{p.Problem, p.Remedy} {
			if said := i18n.Retell("vi", text); text != "" && (said == text || english.MatchString(said)) {
				t.Errorf("row %d: %q has no Vietnamese: %q", p.Row, text, said)
			}
		}
	}
	for name, content := range map[string]string{"empty.csv": "", "no_id.csv": "title,price\nA,1 VND\n", "twice.csv": "id,title,title\nA,B,C\n", "no_feed.bin": "\x00\x01\x02\x03", "a.xml": "<rss><channel><item>"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = feed.Lint(t.Context(), f, name, feed.LintOptions{Most: most}, nil)
		_ = f.Close()
		if err == nil {
			t.Errorf("%s is taken", name)
			continue
		}
		var broken *feedfile.Error
		if !errors.As(err, &broken) {
			t.Errorf("%s: %v", name, err)
		} else if said := i18n.Retell("vi", broken.Reason); said == broken.Reason || english.MatchString(said) {
			t.Errorf("%s: %q has no Vietnamese: %q", name, broken.Reason, said)
		}
	}
}

// The page of an upload says it in the reader's language.
func TestAnUploadTellsItsErrorsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	pages := ui.NewRenderer(templates(), clock.NewFixed(now), time.UTC, assets)
	for lang, words := range map[string][]string{
		"en": {"A required field is missing: title.", "Every item needs a title."},
		"vi": {"Thiếu trường bắt buộc: title.", "Mặt hàng nào cũng cần tên."},
	} {
		p := UploadPage{Shell: Shell{Lang: lang, Base: "/manager/1", Path: "/manager/1/x"}, Upload: feed.Upload{State: feed.StateEnded}, Errors: []UploadProblem{
			{UploadError: feed.UploadError{Fatal: true, Field: "title", Summary: "A required field is missing: title.", Description: "Every item needs a title.", Total: 1}},
		}}
		w := httptest.NewRecorder()
		if err := pages.Write(w, http.StatusOK, lang, "upload.html", p); err != nil {
			t.Fatal(err)
		}
		for _, text := range words {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: the page does not say %q", lang, text)
			}
		}
	}
}
