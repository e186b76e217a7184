package manager

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// callCookie carries what was just done to the page that comes next; callMost bounds it, callSeconds is how long it waits.
const (
	callCookie  = "hawker_call"
	callMost    = 3000
	callSeconds = 60
)

// APICall is what was just done, as a program does it.
type APICall struct {
	Method string `json:"m"`
	Path   string `json:"p"`
	Body   string `json:"b,omitempty"`
}

// remember keeps a call for the next page. One that is too long for a cookie is left out.
func (v *visit) remember(method, path string, body any) error {
	c := APICall{Method: method, Path: path}
	if body != nil {
		b, err := json.MarshalIndent(body, "", "  ")
		if err != nil {
			return err
		}
		c.Body = string(b)
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if text := base64.RawURLEncoding.EncodeToString(b); len(text) <= callMost {
		v.setCall(text, callSeconds)
	}
	return nil
}

func (v *visit) setCall(text string, seconds int) {
	http.SetCookie(v.w, &http.Cookie{Name: callCookie, Value: text, Path: Prefix, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.s.Secure(v.Request), MaxAge: seconds})
}

// recall is the call that was just made, once; "" for none.
func (v *visit) recall() string {
	cookie, err := v.Cookie(callCookie)
	if err != nil || v.Method != http.MethodGet {
		return ""
	}
	v.setCall("", -1)
	b, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	var c APICall
	if err != nil || json.Unmarshal(b, &c) != nil {
		return ""
	}
	text := "curl -X " + c.Method + " '" + v.base() + c.Path + "' \\\n  -H 'Authorization: Bearer …'"
	if c.Body != "" {
		text += " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(c.Body, "'", `'\''`) + "'"
	}
	return text
}

// rememberBatch keeps a call of items_batch with one request for each item.
func (v *visit) rememberBatch(cat id.ID, method string, data []map[string]any) error {
	requests := make([]map[string]any, len(data))
	for n, d := range data {
		requests[n] = map[string]any{"method": method, "data": d}
	}
	return v.remember(http.MethodPost, "/v25.0/"+cat.String()+"/items_batch", map[string]any{"item_type": "PRODUCT_ITEM", "requests": requests})
}

// rememberItem keeps a change of one item.
func (v *visit) rememberItem(i id.ID, values map[string]any) error {
	var it catalog.Item
	err := v.s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, v.caller, i)
		return err
	})
	if err != nil {
		return err
	}
	data := map[string]any{"id": it.RetailerID}
	for name, value := range values {
		if value != "" {
			data[name] = value
		}
	}
	return v.rememberBatch(it.CatalogID, "UPDATE", []map[string]any{data})
}

// bulkSample is how many items of a change of many the call shows.
const bulkSample = 10

// rememberBulk keeps a change of many items, as one batch. What was deleted has no SKU any more to show.
func (s *Server) rememberBulk(v *visit, ids []string, action bulkAction) error {
	if action.values == nil {
		return nil
	}
	var data []map[string]any
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		data = nil
		for _, text := range ids[:min(len(ids), bulkSample)] {
			i, err := id.Parse(text)
			if err != nil {
				return errNothing
			}
			it, err := catalog.ItemTx(ctx, tx, v.caller, i)
			if errors.Is(err, catalog.ErrItemUnknown) {
				continue // deleted meanwhile
			}
			if err != nil {
				return err
			}
			d := map[string]any{"id": it.RetailerID}
			maps.Copy(d, action.values)
			data = append(data, d)
		}
		return nil
	})
	if err != nil || len(data) == 0 {
		return err
	}
	return v.rememberBatch(v.catalog.ID, "UPDATE", data)
}
