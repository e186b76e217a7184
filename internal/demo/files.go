package demo

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// Files serves what the demo world shows and hands out: pictures, and shop B's goods as a feed and as a
// batch. base is how callers reach the server.
func Files(base string) http.Handler {
	f := &files{base: base, items: map[string]Item{}, drawn: map[string][]byte{}}
	for _, s := range Shops() {
		for _, it := range s.Items {
			f.items[strings.ToLower(it.SKU)] = it
		}
		if !s.Connected {
			f.newcomer = s
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/pictures/{name}", f.picture)
	mux.HandleFunc("GET /demo/shop-b.json", f.batch)
	mux.HandleFunc("GET /demo/shop-b.csv", f.feed)
	return mux
}

type files struct {
	base     string
	items    map[string]Item // by SKU in lower case
	newcomer Shop

	mu    sync.Mutex
	drawn map[string][]byte
}

// drawnMost bounds the pictures kept in memory: the server fetches each once and shows its own copy after that.
const drawnMost = 16

// picture draws {sku}-{view}.jpg the first time it is asked for.
func (f *files) picture(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("name"), ".jpg")
	cut := strings.LastIndexByte(name, '-')
	if !ok || cut < 0 || len(name) != cut+2 || name[cut+1] < '1' || name[cut+1] > '0'+views {
		http.NotFound(w, r)
		return
	}
	it, ok := f.items[name[:cut]]
	if !ok {
		http.NotFound(w, r)
		return
	}
	b, err := f.draw(name, it, int(name[cut+1]-'0'))
	if err != nil {
		http.Error(w, "the picture could not be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(b)
}

func (f *files) draw(name string, it Item, view int) ([]byte, error) {
	f.mu.Lock()
	b, ok := f.drawn[name]
	f.mu.Unlock()
	if ok {
		return b, nil
	}
	// Drawn outside the lock: two who ask at once draw the same picture twice, which is cheaper than waiting.
	b, err := drawPicture(it, view)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.drawn) >= drawnMost {
		clear(f.drawn)
	}
	f.drawn[name] = b
	return b, nil
}

// batch is shop B's goods as a body for items_batch.
func (f *files) batch(w http.ResponseWriter, _ *http.Request) {
	b, err := json.Marshal(map[string]any{"item_type": "PRODUCT_ITEM", "allow_upsert": true, "requests": Requests(f.newcomer, f.base)})
	if err != nil {
		http.Error(w, "the file could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

// feedColumns are the columns of the feed, in the names of feed files.
var feedColumns = []string{
	"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "item_group_id", "color", "size",
	"google_product_category", "product_type",
}

// feed is shop B's goods as a CSV file.
func (f *files) feed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="moc-lua.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write(feedColumns)
	goods := Requests(f.newcomer, f.base)
	// Two rows are wrong on purpose, for trying out error reports: an id that stands twice, and another currency.
	again, dollars := maps.Clone(goods[0].Data), maps.Clone(goods[1].Data)
	dollars["id"], dollars["price"] = goods[1].Data["id"].(string)+"-USD", "19.99 USD"
	goods = append(goods, catalog.Request{Data: again}, catalog.Request{Data: dollars})
	for _, r := range goods {
		row := make([]string, len(feedColumns))
		for i, c := range feedColumns {
			if v, ok := r.Data[c]; ok {
				row[i] = fmt.Sprint(v)
			}
		}
		if list, ok := r.Data["image"].([]any); ok && len(list) > 0 {
			if first, ok := list[0].(map[string]any); ok {
				row[7] = fmt.Sprint(first["url"])
			}
		}
		_ = out.Write(row)
	}
	out.Flush()
}
