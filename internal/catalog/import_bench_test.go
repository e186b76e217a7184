package catalog_test

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/hawkerhq/hawker/internal/bench/feedgen"
	"github.com/hawkerhq/hawker/internal/catalog"
)

func BenchmarkRow(b *testing.B) {
	var file bytes.Buffer
	if err := feedgen.CSV(&file, 1, 0, 2000); err != nil {
		b.Fatal(err)
	}
	records, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	rows := catalog.NewRows(records[0], catalog.RowOptions{Currency: "USD"})
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		row := rows.Begin(n, records[1+n%2000])
		row.Read()
		if len(row.Check()) > 0 {
			b.Fatal(row.Check())
		}
		row.Release()
	}
}
