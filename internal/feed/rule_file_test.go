package feed

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lint checks a file of its own.
func lint(t *testing.T, name, text string, o LintOptions) LintReport {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	report, err := Lint(context.Background(), f, name, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestLintTellsRowsInTheOrderOfTheFile: also the first of two rows with one id, which is wrong only since the other one, and where
// only some rows are told.
func TestLintTellsRowsInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	file := "id,title,description,availability,condition,price,link,image_link,brand\n"
	for _, id := range []string{"twice", "b", "c", "other", "d", "e", "f", "twice", "other", "twice"} {
		price := "x"
		if id == "twice" || id == "other" {
			price = "1 USD"
		}
		file += id + ",T,d,in stock,new," + price + ",https://s.example/1,https://s.example/1.jpg,B\n"
	}
	for most, want := range map[int][]int{0: {2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4: {2, 3, 4, 5}, 1: {2}} {
		report := lint(t, "a.csv", file, LintOptions{Most: most})
		var rows []int
		for _, p := range report.Problems {
			rows = append(rows, p.Row)
		}
		if !slices.Equal(rows, want) || report.Errors != 10 || report.Good != 0 {
			t.Errorf("most %d: rows %v, want %v; %d errors, %d good", most, rows, want, report.Errors, report.Good)
		}
	}
}

func TestLinksAreMadeByATemplate(t *testing.T) {
	t.Parallel()
	const file = "Handle,Title,Variant SKU,Variant Price,Image Src,link\nmug,Mug,m1,5,https://s.example/1.jpg,\ncup,Cup,c1,5,https://s.example/1.jpg,https://other.example/cup\n"
	for template, want := range map[string]string{
		"https://s.example/products/{item_group_id}":    "https://s.example/products/mug",
		"https://s.example/$1/{ID}?utm_source=whatsapp": "https://s.example/$1/m1?utm_source=whatsapp",
	} {
		rules, err := LinkRules(template)
		if err != nil {
			t.Fatal(err)
		}
		links := map[string]string{}
		lint(t, "shopify.csv", file, LintOptions{Currency: "USD", Rules: rules, Compare: func(r LintRow) { links[r.SKU], _ = r.Row.Value("link") }})
		if links["m1"] != want || links["c1"] != "https://other.example/cup" {
			t.Errorf("%s: %v", template, links)
		}
	}
	for _, bad := range []string{"", "https://s.example/", "{id}", "ftp://s.example/{id}", "https://s.example/{id}/{sku}", "https://s.example/{}", "https://s.example/ {id}"} {
		if _, err := LinkRules(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestRulesAreReadInBothForms(t *testing.T) {
	t.Parallel()
	const object = `{"attribute":"Availability","rule_type":"value_mapping_rule","params":{"Yes":"in stock","No":"out of stock"}}`
	const pairs = `{"id":"7","attribute":"availability","rule_type":"value_mapping_rule","params":[{"key":"No","value":"out of stock"},{"key":"Yes","value":"in stock"}]}`
	var read []Rule
	for _, text := range []string{"[" + object + "]", `{"data":[` + pairs + `],"paging":{}}`, " [" + pairs + "]"} {
		rules, err := ReadRules([]byte(text))
		if err != nil || len(rules) != 1 {
			t.Fatalf("%s: %v %v", text, rules, err)
		}
		read = append(read, rules[0])
	}
	if !read[0].Same(read[1]) || !read[1].Same(read[2]) || read[0].Params["Yes"] != "in stock" {
		t.Errorf("%+v", read)
	}
	for text, want := range map[string]string{
		``: "rules are a list", `{}`: "rules are a list", `null`: "rules are a list", `[{"params":7}]`: "rules are a list", `"x"`: "rules are a list",
		`[{"attribute":"a","rule_type":"magic"}]`: "rule_type", `[{"attribute":"a","rule_type":"regex_replace_rule","params":{"find":"("}}]`: "regular expression",
		"[" + strings.Repeat(object+",", rulesMost) + object + "]": "at most",
	} {
		if _, err := ReadRules([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", text, err, want)
		}
	}
}

// FuzzReadRules: rules that are read are those of the text, whole, and can be applied.
func FuzzReadRules(f *testing.F) {
	for _, s := range []string{
		`[{"attribute":"link","rule_type":"mapping_rule","params":{"map_from":"item_group_id"}}]`, `{"data":[{"attribute":"a","rule_type":"letter_case_rule","params":[{"key":"type","value":"to_upper"}]}]}`,
		`[{"attribute":"a","rule_type":"regex_replace_rule","params":{"find":"^","replace":"x"}}]`, `[]`, `{"data":null}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rules, err := ReadRules([]byte(s))
		if err != nil {
			return
		}
		if !json.Valid([]byte(s)) || len(rules) > rulesMost {
			t.Fatalf("%q is read as %d rules", s, len(rules))
		}
		compiled, err := compileRules(rules)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var told []map[string]any
		for n, r := range rules {
			compiled[n].apply(cells{"a": "x", "link": ""})
			told = append(told, map[string]any{"attribute": r.Attribute, "rule_type": r.Type, "params": r.Params})
		}
		text, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadRules(text)
		if len(rules) > 0 && (err != nil || len(again) != len(rules)) {
			t.Fatalf("%q is told as %s, which is read as %v, %v", s, text, again, err)
		}
		for n := range again {
			if !again[n].Same(rules[n]) {
				t.Fatalf("%q: %+v is told as %+v", s, rules[n], again[n])
			}
		}
	})
}
