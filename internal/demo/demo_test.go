package demo_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/demo"
)

func TestTheWorldIsSeededOnceWithItsFaults(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 2 {
			if err := demo.Seed(t.Context(), demo.Deps{DB: d, BaseURL: "http://127.0.0.1:1"}); err != nil {
				t.Fatal(err)
			}
		}
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, s := range demo.Shops() {
				n, err := catalog.CountTx(ctx, tx, s.Catalog)
				if err != nil {
					return err
				}
				want := len(s.Items)
				if !s.Connected {
					want = 0
				}
				if n != want {
					t.Errorf("%s has %d items, want %d", s.Name, n, want)
				}
				if !s.Connected {
					continue
				}
				shown, err := catalog.VisiblePageTx(ctx, tx, s.Catalog, catalog.Query{Limit: 100})
				if err != nil {
					return err
				}
				pending := 0
				for _, it := range s.Items {
					if it.Pending {
						pending++
					}
				}
				if len(shown) != want-pending {
					t.Errorf("%s shows %d items, want %d", s.Name, len(shown), want-pending)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	files := demo.Files("http://127.0.0.1:1")
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		files.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	first, again := get("/demo/pictures/cf01-1.jpg"), get("/demo/pictures/cf01-1.jpg")
	if !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) {
		t.Error("one picture, two contents")
	}
	img, err := jpeg.DecodeConfig(first.Body)
	if err != nil || img.Width != 1024 || img.Height != 1024 {
		t.Errorf("picture %+v, %v", img, err)
	}
	for _, path := range []string{"/demo/pictures/missing.jpg", "/demo/pictures/cf01-9.jpg", "/demo/pictures/cf01-1.png", "/demo/pictures/-1.jpg", "/demo/pictures/x"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
	var batch struct{ Requests []catalog.Request }
	if err := json.Unmarshal(get("/demo/shop-b.json").Body.Bytes(), &batch); err != nil || len(batch.Requests) < 140 {
		t.Errorf("%d requests, %v", len(batch.Requests), err)
	}
	rows, err := csv.NewReader(get("/demo/shop-b.csv").Body).ReadAll()
	if err != nil || len(rows) != len(batch.Requests)+3 || rows[0][0] != "id" {
		t.Errorf("%d rows for %d items, %v", len(rows), len(batch.Requests), err)
	}
}
