package feedfile_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/hawkerhq/hawker/internal/feedfile"
)

// spool puts bytes into a file.
func spool(t testing.TB, b []byte) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "feed"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	return f
}

// read reads a file to its end; each row is a line "n name=value …", problems and warnings included.
func read(f *os.File, o feedfile.Options) (lines []string, format feedfile.Format, err error) {
	r, err := feedfile.Open(f, o)
	if err != nil {
		return nil, feedfile.Format{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines, r.Format(), nil
		}
		if err != nil {
			return lines, r.Format(), err
		}
		var b strings.Builder
		fmt.Fprint(&b, row.Number)
		for n, name := range row.Names {
			if row.Values[n] != "" && name != "" {
				fmt.Fprintf(&b, " %s=%s", name, row.Values[n])
			}
		}
		if row.Warning != "" {
			b.WriteString(" WARNING")
		}
		if row.Problem != "" {
			b.WriteString(" PROBLEM " + row.Problem)
		}
		lines = append(lines, b.String())
	}
}

// numbered are n equal rows.
func numbered(n int, text string) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprint(i+2, " ", text))
	}
	return lines
}

const rss = `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Demo</title>
<item><g:id>a</g:id><title><![CDATA[Phở & bún]]></title><g:price>9.99 USD</g:price><!-- x --><g:additional_image_link>https://a/1</g:additional_image_link><g:additional_image_link>https://a/2</g:additional_image_link>
<g:shipping><g:country>VN</g:country><g:service>Air</g:service><g:price>1 USD</g:price></g:shipping><applink property="ios_url" content="app://1?a=1&amp;b=2"/></item>
<item><g:id>b</g:id><title>x &lt; y &#7903;</title></item></channel></rss>`

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in     string
		o      feedfile.Options
		want   []string
		format string // kind, delimiter, encoding, dialect
	}{
		"csv": {
			in:     "id,title,image link,price\n1,\"Phở, bò\",https://a/1,\"9.99 USD\"\n\n2,\"say \"\"hi\"\"\nthere\",,5 USD\n",
			want:   []string{"2 id=1 title=Phở, bò image_link=https://a/1 price=9.99 USD", "4 id=2 title=say \"hi\"\nthere price=5 USD"},
			format: "csv COMMA UTF8 meta",
		},
		"tsv with a mark and hints": {
			in:     "\ufeff# id: unique\n# x\nID\tTitle\r\n1\t6\" pipe\r\n2\t \"a\tb\" \r\n",
			want:   []string{`2 id=1 title=6" pipe`, "3 id=2 title=a\tb"},
			format: "tsv TAB UTF8 meta",
		},
		"semicolons":   {in: "id;title\n1;a,b\n", want: []string{"2 id=1 title=a,b"}, format: "csv SEMICOLON UTF8 meta"},
		"bars":         {in: "id|title\n1|a\n", want: []string{"2 id=1 title=a"}, format: "csv BAR UTF8 meta"},
		"tildes":       {in: "id~title\n1~a\n", want: []string{"2 id=1 title=a"}, format: "csv TILDE UTF8 meta"},
		"quotes off":   {in: "id\ttitle\n1\t\"a\n2\tb\n", o: feedfile.Options{QuotedFields: "off"}, want: []string{`2 id=1 title="a`, "3 id=2 title=b"}, format: "tsv TAB UTF8 meta"},
		"ragged":       {in: "id,title\n1\n2,b,c\n3,d,,\n", want: []string{"2 id=1", "3 id=2 title=b WARNING", "4 id=3 title=d"}, format: "csv COMMA UTF8 meta"},
		"open quote":   {in: "id,title\n1,\"a\n2,b\n", want: []string{"2 PROBLEM a quote is left open at the end of the file"}, format: "csv COMMA UTF8 meta"},
		"long row":     {in: "id,title\n1,\"" + strings.Repeat("x", 1<<20) + "\n2,b\n", want: []string{"2 PROBLEM the row is longer than a megabyte; is a quote left open?", "3 id=2 title=b"}, format: "csv COMMA UTF8 meta"},
		"bad bytes":    {in: "id,title\n1,a\xff\n", o: feedfile.Options{Encoding: "UTF8"}, want: []string{"2 id=1 title=a\ufffd WARNING"}, format: "csv COMMA UTF8 meta"},
		"old Mac":      {in: "id,title\r1,a\r\"2\",\"b\rc\"\r", want: []string{"2 id=1 title=a", "3 id=2 title=b\rc"}, format: "csv COMMA UTF8 meta"},
		"Excel's hint": {in: "sep=|\r\nid|title\r\n1|a,b,c\r\n", want: []string{"2 id=1 title=a,b,c"}, format: "csv BAR UTF8 meta"},
		"zero bytes":   {in: "id,title\n" + strings.Repeat("1,a\n", 20_000) + "2,a\x00b\n", want: append(numbered(20_000, "id=1 title=a"), "20002 id=2 title=a\ufffdb WARNING"), format: "csv COMMA UTF8 meta"},
		"Latin letters behind a long beginning in ASCII": {
			in:     "id,title\n" + strings.Repeat("1,a\n", 20_000) + "2,caf\xe9\n3,ph\u1edf\xe9\n",
			want:   append(numbered(20_000, "id=1 title=a"), "20002 id=2 title=café WARNING", "20003 id=3 title=phở\ufffd WARNING"),
			format: "csv COMMA UTF8 meta",
		},
		"quotes in the middle": {
			in:     "id,title,brand\n1, \"a, b\" c,x \"y\", \n2,\"\",\"\"\"z\"\"\"\n3,\"a\" \"b\",c\n",
			want:   []string{`2 id=1 title=a, b c brand=x "y"`, `3 id=2 brand="z"`, `4 id=3 title=a "b" brand=c`},
			format: "csv COMMA UTF8 meta",
		},
		"json paths":   {in: "id,image[0].url,image[0].tag[0],applink.ios_url\n1,https://a,x,app://\n", want: []string{"2 id=1 image[0].url=https://a image[0].tag[0]=x applink.ios_url=app://"}, format: "csv COMMA UTF8 meta"},
		"google names": {in: "g:id\tg:image link\tg:product_type\n1\thttps://a\tx\n", want: []string{"2 id=1 image_link=https://a product_type=x"}, format: "tsv TAB UTF8 google"},
		"woocommerce": {
			in:     "ID,Type,SKU,Name,Published,Regular price,Images,Categories\n7,simple,m1,Mug,1,9.99,https://a/1,Home\n",
			want:   []string{"2 woo_id=7 woo_type=simple id=m1 title=Mug published=1 price=9.99 image_link=https://a/1 product_type=Home availability=in stock condition=new"},
			format: "csv COMMA UTF8 woocommerce",
		},
		"shopify": {
			in: "Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src\n" +
				"shirt,Áo,<p>x</p>,Mộc,Size,S,s-S,10.00,3,https://a/1\nshirt,,,,,M,s-M,11.00,0,\nshirt,,,,,,,,,https://a/2\ncup,Cốc,,Mộc,Title,Default Title,cup,5,1,https://a/3\n",
			want: []string{
				"2 item_group_id=shirt title=Áo rich_text_description=<p>x</p> brand=Mộc option1_name=Size option1_value=S id=s-S price=10.00 quantity_to_sell_on_facebook=3 image_link=https://a/1 availability=in stock condition=new additional_image_link=https://a/2 description=x size=S",
				"3 item_group_id=shirt title=Áo rich_text_description=<p>x</p> brand=Mộc option1_name=Size option1_value=M id=s-M price=11.00 quantity_to_sell_on_facebook=0 image_link=https://a/1 availability=out of stock condition=new additional_image_link=https://a/2 description=x size=M",
				"5 item_group_id=cup title=Cốc brand=Mộc option1_name=Title option1_value=Default Title id=cup price=5 quantity_to_sell_on_facebook=1 image_link=https://a/3 availability=in stock condition=new",
			},
			format: "csv COMMA UTF8 shopify",
		},
		"pictures of a Shopify product": {
			in: "Handle,Title,Variant SKU,Variant Price,Image Src,Variant Image\n" +
				"a,A,a-1,1,https://a/1,https://a/2\na,,a-2,1,https://a/2,\na,,,,https://a/3,\nb,B,b-1,1,,\nc,C,c-1,1,,https://c/1\n",
			want: []string{
				"2 item_group_id=a title=A id=a-1 price=1 image_link=https://a/2 variant_image=https://a/2 availability=in stock condition=new additional_image_link=https://a/1,https://a/3",
				"3 item_group_id=a title=A id=a-2 price=1 image_link=https://a/1 availability=in stock condition=new additional_image_link=https://a/2,https://a/3",
				"5 item_group_id=b title=B id=b-1 price=1 availability=in stock condition=new",
				"6 item_group_id=c title=C id=c-1 price=1 image_link=https://c/1 variant_image=https://c/1 availability=in stock condition=new",
			},
			format: "csv COMMA UTF8 shopify",
		},
		"an open quote in Shopify's export": {
			in:     "Handle,Title,Variant SKU,Variant Price\na,A,a-1,1\na,\"B,a-2,1\n",
			want:   []string{"2 item_group_id=a title=A id=a-1 price=1 availability=in stock condition=new", "3 PROBLEM a quote is left open at the end of the file"},
			format: "csv COMMA UTF8 shopify",
		},
		"weights in WooCommerce": {
			in:     "SKU,Name,Regular price,Weight (lbs)\na,A,1,0.5\nb,B,1,0\n",
			want:   []string{"2 id=a title=A price=1 weight_lb=0.5 availability=in stock condition=new shipping_weight=0.5 lb", "3 id=b title=B price=1 weight_lb=0 availability=in stock condition=new"},
			format: "csv COMMA UTF8 woocommerce",
		},
		"two names for one thing": {
			in: "Handle,Variant SKU,Product Category,Google Shopping / Google Product Category,Color (product.metafields.shopify.color-pattern),Color (product.metafields.custom.color),Variant Grams\n" +
				"x,1,a,b,red,blue,250\n",
			want:   []string{"2 item_group_id=x id=1 google_product_category=a google_shopping_/_google_product_category=b color=red color_(product.metafields.custom.color)=blue variant_grams=250 availability=in stock condition=new shipping_weight=250 g"},
			format: "csv COMMA UTF8 shopify",
		},
		"Google's parts of a column": {
			in:     "id\tshipping(country)\tshipping(price)\tg:mpn\n1\tVN\t1 USD\tx\n",
			want:   []string{"2 id=1 shipping(country)=VN shipping(price)=1 USD mpn=x"},
			format: "tsv TAB UTF8 google",
		},
		"a shop's variants in WooCommerce": {
			in: "ID,Type,SKU,Name,Published,Short description,Description,In stock?,Stock,Regular price,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n" +
				"7,variable,tee,Áo thun,1,short,\"<p>Soft &amp; warm</p>\\n<script>x()</script>\",1,,,Clothing > Shirts,https://a/1,,Color,\"Red, Blue\",Fit,\"Slim, Wide\"\n" +
				"8,variation,tee-r,,1,,,0,0,10,,https://a/2,tee,Color,Red,Fit,Slim\n9,variation,,Áo xanh,-1,,,backorder,,11,,,id:7,Colour,Blue,Fit,Wide\n10,simple,cup,Cốc,0,Cup,,1,3,5,,https://a/3,,,,,\n",
			want: []string{
				"3 woo_id=8 woo_type=variation id=tee-r title=Áo thun published=1 short_description=short description=Soft & warm in_stock=0 quantity_to_sell_on_facebook=0 price=10 product_type=Clothing > Shirts image_link=https://a/2 item_group_id=tee " +
					"attribute_1_name=Color attribute_1_value=Red attribute_2_name=Fit attribute_2_value=Slim availability=out of stock condition=new rich_text_description=<p>Soft &amp; warm</p>\\n<script>x()</script> additional_variant_attribute=Fit:Slim color=Red",
				"4 woo_id=9 woo_type=variation id=wc_post_id_9 title=Áo xanh published=-1 short_description=short description=Soft & warm in_stock=backorder price=11 product_type=Clothing > Shirts image_link=https://a/1 item_group_id=tee " +
					"attribute_1_name=Colour attribute_1_value=Blue attribute_2_name=Fit attribute_2_value=Wide availability=available for order condition=new status=archived rich_text_description=<p>Soft &amp; warm</p>\\n<script>x()</script> additional_variant_attribute=Fit:Wide color=Blue",
				"5 woo_id=10 woo_type=simple id=cup title=Cốc published=0 short_description=Cup description=Cup in_stock=1 quantity_to_sell_on_facebook=3 price=5 image_link=https://a/3 availability=in stock condition=new status=archived",
			},
			format: "csv COMMA UTF8 woocommerce",
		},
		"rss": {
			in: rss,
			want: []string{
				"2 id=a title=Phở & bún price=9.99 USD additional_image_link=https://a/1 additional_image_link=https://a/2 shipping=VN::Air:1 USD applink.ios_url=app://1?a=1&b=2",
				"3 id=b title=x < y ở",
			},
			format: "rss  UTF8 google",
		},
		"atom": {
			in:     `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title><link href="https://a/1"/></entry></feed>`,
			want:   []string{"2 id=1 title=T link=https://a/1"},
			format: "atom  UTF8 google",
		},
		"atom with links": {
			in: `<feed><entry><id>1</id><link rel="self" href="https://a/self"/><link rel="alternate" href="https://a/1"></link><applink property="web_url" content="https://b"></applink>
<Title>T</Title></entry></feed>`,
			want:   []string{"2 id=1 link=https://a/1 applink.web_url=https://b title=T"},
			format: "atom  UTF8 google",
		},
		"entities": {
			in:     `<rss><channel><item><id>1</id><title>&quot;a&quot; &amp;amp; &apos;b&apos; &nbsp;&eacute; &unknown; &#0;&#x1F600; a & b</title></item></channel></rss>`,
			want:   []string{"2 id=1 title=\"a\" &amp; 'b' \u00a0é &unknown; \ufffd😀 a & b"},
			format: "rss  UTF8 google",
		},
		"no text in XML": {
			in:     "<rss><channel><item><id>1</id><title><![CDATA[a\xff]]></title></item><item><id>2</id></item></channel></rss>",
			o:      feedfile.Options{Encoding: "UTF8"},
			want:   []string{"2 id=1 title=a\ufffd WARNING", "3 id=2"},
			format: "rss  UTF8 google",
		},
		"a declared encoding": {
			in:     "<?xml version='1.0' encoding='windows-1251'?><rss><channel><item><id>1</id><title>\xd7\xe0\xe9</title></item></channel></rss>",
			want:   []string{"2 id=1 title=Чай"},
			format: "rss  WINDOWS-1251 google",
		},
		"a declared encoding that is another one": {
			in:     `<?xml version="1.0" encoding="utf-7"?><rss><channel><item><id>1</id><title>+ADw-b</title></item></channel></rss>`,
			want:   []string{"2 id=1 title=+ADw-b"},
			format: "rss  UTF8 google",
		},
		"a long product in XML": {
			in:     `<rss><channel><item><id>1</id><title>` + strings.Repeat("x", 1<<20) + `</title></item><item><id>2</id></item></channel></rss>`,
			want:   []string{"2 PROBLEM the product is longer than a megabyte", "3 id=2"},
			format: "rss  UTF8 google",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, f, err := read(spool(t, []byte(c.in)), c.o)
			if err != nil || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("%v\n got %q\nwant %q", err, got, c.want)
			}
			if is := strings.Join([]string{f.Kind, f.Delimiter, f.Encoding, f.Dialect}, " "); is != c.format {
				t.Errorf("format %q, want %q", is, c.format)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const russian, vietnamese, arabic, french = "id,title\n1,Чайник синий и красный\n2,Ложка большая\n", "id,title\n1,Phở bò tái\n", "id,title\n1,شاي أخضر طازج\n2,قهوة عربية\n", "id,title\n1,Café crème brûlée\n"
	encode := func(s string, e interface{ Bytes([]byte) ([]byte, error) }) []byte {
		b, err := e.Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		in   []byte
		o    feedfile.Options
		want string
		line string
	}{
		"UTF-16LE with a mark": {in: encode(vietnamese, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), want: "UTF16LE", line: "2 id=1 title=Phở bò tái"},
		"UTF-16BE without":     {in: encode(french, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()), want: "UTF16BE", line: "2 id=1 title=Café crème brûlée"},
		"windows-1251":         {in: encode(russian, charmap.Windows1251.NewEncoder()), want: "WINDOWS1251", line: "2 id=1 title=Чайник синий и красный"},
		"windows-1256":         {in: encode(arabic, charmap.Windows1256.NewEncoder()), want: "WINDOWS1256", line: "2 id=1 title=شاي أخضر طازج"},
		"windows-1252":         {in: encode(french, charmap.Windows1252.NewEncoder()), want: "WINDOWS1252", line: "2 id=1 title=Café crème brûlée"},
		"windows-1258":         {in: encode("id,title\n1,Ph\u01a1\u0309 bo\u0300 ta\u0301i ba\u0301nh mi\u0300\n", charmap.Windows1258.NewEncoder()), want: "WINDOWS1258", line: "2 id=1 title=Phở bò tái bánh mì"},
		"said to be latin1":    {in: encode(french, charmap.Windows1252.NewEncoder()), o: feedfile.Options{Encoding: "LATIN1"}, want: "LATIN1", line: "2 id=1 title=Café crème brûlée"},
	} {
		got, f, err := read(spool(t, c.in), c.o)
		if err != nil || len(got) == 0 || got[0] != c.line || f.Encoding != c.want {
			t.Errorf("%s: %v %q %s, want %q %s", name, err, got, f.Encoding, c.line, c.want)
		}
	}
	if _, _, err := read(spool(t, []byte(french)), feedfile.Options{Encoding: "EBCDIC"}); err == nil || !strings.Contains(err.Error(), "there is no encoding") {
		t.Errorf("EBCDIC: %v", err)
	}
}

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for n := 0; n+1 < len(files); n += 2 {
		f, err := w.Create(files[n])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[n+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestContainers(t *testing.T) {
	t.Parallel()
	const csv = "id,title\n1,a\n"
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	// echo -n 'id,title\n1,a\n' | bzip2
	bz := []byte("BZh91AY&SY\x1d\x94\x92\x7f\x00\x00\x04\xd9\x80\x00\x10@\x00\x10\x00\x12F\x80\x90 \x00\"\x06h\xda\x86\x01\xa9\x88\xb0\xf1w$S\x85\t\x01\xd9I'\xf0")
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "id", "B1": "Title", "C1": "price", "A2": "1", "B2": "Phở", "C2": "9.99 USD", "A4": 42, "B4": "x"} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	xlsx, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in        []byte
		container string
		want      string
	}{
		"gzip": {gz(t, []byte(csv)), "gzip", "2 id=1 title=a"},
		"zip":  {zipped(t, "../../etc/x.csv", csv, "__MACOSX/x", "y"), "zip", "2 id=1 title=a"},
		"zstd": {enc.EncodeAll([]byte(csv), nil), "zstd", "2 id=1 title=a"},
		"xlsx": {xlsx.Bytes(), "", "2 id=1 title=Phở price=9.99 USD|4 id=42 title=x"},
	} {
		got, f, err := read(spool(t, c.in), feedfile.Options{})
		if err != nil || strings.Join(got, "|") != c.want || f.Container != c.container {
			t.Errorf("%s: %v %q in %q, want %q", name, err, got, f.Container, c.want)
		}
	}
	if _, _, err := read(spool(t, bz[:len(bz)-3]), feedfile.Options{}); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("half a bzip2 file: %v", err)
	}
}

func TestWhatIsNoFeed(t *testing.T) {
	t.Parallel()
	for want, in := range map[string][]byte{
		"the file is empty":             nil,
		"it needs a header row":         []byte(" \n \n"),
		`there is no column "id"`:       []byte("name,price\n1,2\n"),
		`"title" stands twice`:          []byte("id,title,Title\n1,2,3\n"),
		"more than one file":            zipped(t, "a.csv", "id\n1\n", "b.csv", "id\n2\n"),
		"holds no regular file":         zipped(t, "dir/", ""),
		"pack the feed once":            gz(t, gz(t, []byte("id\n1\n"))),
		"holds another packed file":     zipped(t, "x.zip", string(zipped(t, "a", "id\n1\n"))),
		"is damaged":                    gz(t, []byte("id\n1\n"))[:20],
		"declares a document type":      []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item><id>&a;</id></item></channel></rss>`),
		"a feed is RSS 2.0 (<rss>)":     []byte(`<html><body>404</body></html>`),
		"this is no feed":               []byte("%PDF-1.4 x"),
		"the file ends inside <item>":   []byte(`<rss><channel><item><id>1</id>`),
		"is closed by":                  []byte(`<rss><channel><item><id>1</title></item></channel></rss>`),
		"nested deeper than 32 levels":  []byte(`<rss><channel><item>` + strings.Repeat("<a>", 40) + `</item></channel></rss>`),
		"at most 2000 are allowed":      []byte("id" + strings.Repeat(",x", 2001) + "\n"),
		"write &lt; in texts":           []byte(`<rss><channel><item><id>1 < 2</id></item></channel></rss>`),
		"there is no delimiter \"DOT\"": []byte("DOT"),
	} {
		o := feedfile.Options{}
		if string(in) == "DOT" {
			in, o.Delimiter = []byte("id.title\n"), "DOT"
		}
		lines, _, err := read(spool(t, in), o)
		var e *feedfile.Error
		if err == nil || !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q gave %v %q, want %q", in, err, lines, want)
		}
	}
}
