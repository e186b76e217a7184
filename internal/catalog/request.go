package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Request is one line of items_batch.
type Request struct {
	Method string         `json:"method"`
	Data   map[string]any `json:"data"`
	// RetailerID is the SKU where it stands beside the data, as in the older /batch.
	RetailerID string `json:"retailer_id,omitempty"`
	// Localization is for whom the data holds, in localized_items_batch.
	Localization *Localization `json:"localization,omitempty"`

	raw  jsontext.Value // as the caller wrote it; empty for a request made in Go
	kind BatchKind
}

// BatchKind is which of the batch edges a request came by.
type BatchKind string

// Batch edges.
const (
	ItemsBatch     BatchKind = ""          // items_batch
	NodeBatch      BatchKind = "node"      // the older batch, in the node's vocabulary
	LocalizedBatch BatchKind = "localized" // localized_items_batch
)

// UnmarshalJSONFrom reads a line and keeps its bytes, which are stored as they came. Numbers keep their
// spelling.
func (r *Request) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	at := "requests" + indexOf(string(dec.StackPointer()))
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() != '{' {
		return ErrParam.Withf("requests", `%s must be an object like {"method":"CREATE","data":{…}}`, at)
	}
	v, err := decodeJSON(value)
	if err != nil {
		return ErrParam.Withf("requests", "%s must be valid JSON", at)
	}
	r.raw = value.Clone()
	line, _ := v.(map[string]any)
	r.Data = nil
	switch data := line["data"].(type) {
	case nil:
	case map[string]any:
		r.Data = data
	default:
		return ErrParam.Withf("requests", "%s.data must be an object with the item's fields", at)
	}
	r.RetailerID, r.Localization = "", nil
	if v, ok := line["retailer_id"]; ok {
		r.RetailerID = plainText(v)
	}
	if l, ok := line["localization"].(map[string]any); ok {
		kind, _ := l["type"].(string)
		value, _ := l["value"].(string)
		r.Localization = &Localization{Type: kind, Value: value}
	}
	switch method := line["method"].(type) {
	case nil:
		r.Method = ""
	case string:
		r.Method = method
	default:
		return ErrParam.Withf("requests", "%s.method must be a string: CREATE, UPDATE or DELETE", at)
	}
	return nil
}

// indexOf is the place in a list that a JSON pointer names: the decoder stands before it. "/4" and "" give
// "[5]" and "[0]".
func indexOf(pointer string) string {
	last := pointer[strings.LastIndexByte(pointer, '/')+1:]
	var n int
	if _, err := fmt.Sscan(last, &n); err != nil {
		return "[0]"
	}
	return fmt.Sprintf("[%d]", n+1)
}

// bytes is the line as JSON.
func (r Request) bytes() ([]byte, error) {
	if r.raw != nil {
		return r.raw, nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return b, nil
}

// key is the SKU the request is about: "id", or "retailer_id" where some clients put it.
func (r Request) key() string {
	if r.RetailerID != "" && r.kind == NodeBatch {
		return r.RetailerID
	}
	for _, name := range []string{"id", "retailer_id"} {
		if v, ok := r.Data[name]; ok && v != nil {
			return plainText(v)
		}
	}
	return ""
}

// change reads the request's values, without its key.
func (r Request) change() Change {
	if r.kind == NodeBatch {
		return ReadChange(Node, r.Data, "id", "retailer_id")
	}
	c := ReadChange(Batch, r.Data, "id", "retailer_id")
	if _, ok := r.Data["retailer_id"]; ok {
		c.Unknown = append(c.Unknown, "retailer_id")
	}
	return c
}

// Validation is what a batch's answer says at once of one item.
type Validation struct {
	RetailerID string    `json:"retailer_id"`
	Errors     []Message `json:"errors,omitempty"`
	Warnings   []Message `json:"warnings,omitempty"`
}

// Message is one sentence about an item.
type Message struct {
	Message string `json:"message"`
}

// unknownMost is how many unrecognised fields of one item are named.
const unknownMost = 20

// check reads a request and says what can be said without looking at the catalog. item is what a CREATE
// makes where there is nothing yet.
func (r Request) check() (ch Change, item Item, v Validation) {
	v.RetailerID = r.key()
	fail := func(text string) { v.Errors = append(v.Errors, Message{text}) }
	switch r.Data["id"].(type) {
	case map[string]any, []any, bool:
		v.RetailerID = ""
		fail("id: must be a text of at most 100 characters")
		return ch, item, v
	}
	method := strings.ToUpper(r.Method)
	if method != "CREATE" && method != "UPDATE" && method != "DELETE" {
		fail(fmt.Sprintf("method: %s is not CREATE, UPDATE or DELETE", show(r.Method)))
		return ch, item, v
	}
	if wrong := CheckRetailerID(v.RetailerID); wrong != "" {
		fail("id: " + wrong)
		return ch, item, v
	}
	if r.kind == LocalizedBatch {
		r.checkLocalized(method, fail)
		return ch, item, v
	}
	if method == "DELETE" {
		return ch, item, v
	}
	ch = r.change()
	problems := ch.Problems
	if method == "CREATE" {
		problems = ch.applyTo(&item, true)
	}
	for _, p := range problems {
		fail(p.String())
	}
	for _, p := range ch.Warned {
		v.Warnings = append(v.Warnings, Message{p.String() + "; the item goes without"})
	}
	for n, name := range ch.Unknown {
		if n == unknownMost {
			break
		}
		v.Warnings = append(v.Warnings, Message{fmt.Sprintf("Unrecognised field: A request for item %s contains unrecognised field: '%.60s'", v.RetailerID, name)})
	}
	if method == "CREATE" && r.kind == ItemsBatch && item.Brand == "" && item.Extra["gtin"] == nil && item.Extra["manufacturer_part_number"] == nil {
		v.Warnings = append(v.Warnings, Message{"brand: is missing; give the item a brand, a gtin or an mpn"})
	}
	return ch, item, v
}

// checkLocalized checks a line of localized_items_batch.
func (r Request) checkLocalized(method string, fail func(string)) {
	if r.Localization == nil {
		fail(`localization: is missing; say for whom the data holds, for example {"type":"LANGUAGE","value":"es_XX"}`)
		return
	}
	if method == "DELETE" {
		if wrong := r.Localization.wrong(); wrong != "" {
			fail(wrong)
		}
		return
	}
	for _, p := range readOverride(*r.Localization, r.override()) {
		fail(p.String())
	}
}

// override is the data without its key.
func (r Request) override() map[string]any {
	data := maps.Clone(r.Data)
	delete(data, "id")
	delete(data, "retailer_id")
	return data
}
