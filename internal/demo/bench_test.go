package demo

import "testing"

func BenchmarkPicture(b *testing.B) {
	b.ReportAllocs()
	it := Shops()[0].Items[0]
	for b.Loop() {
		if _, err := drawPicture(it, viewWhole); err != nil {
			b.Fatal(err)
		}
	}
}
