package feedfile_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// benchRead reads a file of n rows over and over.
func benchRead(b *testing.B, text string, n int) {
	f := spool(b, []byte(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := feedfile.Open(f, feedfile.Options{})
		if err != nil {
			b.Fatal(err)
		}
		got := 0
		for {
			if _, err := r.Next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			got++
		}
		_ = r.Close()
		if got != n {
			b.Fatal(got)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV(b *testing.B) {
	var t strings.Builder
	t.WriteString("id,title,description,availability,condition,price,link,image_link,brand,product_type,item_group_id,color,size\n")
	const n = 100000
	for i := range n {
		fmt.Fprintf(&t, "sku-%d,Blue mug %d,\"Stoneware, blue and heavy, holds 300 ml\",in stock,new,9.99 USD,https://shop.example/p/%d,https://shop.example/img/%d.jpg,Acme,Home > Kitchen,g-%d,blue,M\n", i, i, i, i, i/4)
	}
	benchRead(b, t.String(), n)
}

func BenchmarkRSS(b *testing.B) {
	var t strings.Builder
	t.WriteString(`<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Demo</title>` + "\n")
	const n = 50000
	for i := range n {
		fmt.Fprintf(&t, "<item>\n<g:id>sku-%d</g:id><g:title>Blue mug &amp; saucer %d</g:title><g:description><![CDATA[Stoneware, blue and heavy, holds 300 ml]]></g:description><g:link>https://shop.example/p/%d</g:link><g:image_link>https://shop.example/img/%d.jpg</g:image_link><g:brand>Acme</g:brand><g:condition>new</g:condition><g:availability>in stock</g:availability><g:price>9.99 USD</g:price>\n</item>\n", i, i, i, i)
	}
	t.WriteString("</channel></rss>")
	benchRead(b, t.String(), n)
}
