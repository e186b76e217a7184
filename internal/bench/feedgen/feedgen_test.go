package feedgen_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"testing"

	"github.com/hawkerhq/hawker/internal/bench/feedgen"
)

func TestBothFormatsHoldTheSameItems(t *testing.T) {
	t.Parallel()
	var a, b, again bytes.Buffer
	for _, f := range []func() error{
		func() error { return feedgen.CSV(&a, 1, 0, 500) },
		func() error { return feedgen.CSV(&again, 1, 0, 500) },
		func() error { return feedgen.RSS(&b, 1, 0, 500) },
	} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), again.Bytes()) {
		t.Error("one seed gave two feeds")
	}
	rows, err := csv.NewReader(&a).ReadAll()
	if err != nil || len(rows) != 501 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var rss struct {
		Items []struct {
			Cells []struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:",any"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(b.Bytes(), &rss); err != nil || len(rss.Items) != 500 {
		t.Fatalf("%d items, %v", len(rss.Items), err)
	}
	for n, item := range rss.Items {
		cells := map[string]string{}
		for _, c := range item.Cells {
			cells[c.XMLName.Local] = c.Text
		}
		for at, name := range feedgen.Columns {
			if cells[name] != rows[n+1][at] {
				t.Fatalf("item %d: %s is %q and %q", n, name, cells[name], rows[n+1][at])
			}
		}
	}
}
