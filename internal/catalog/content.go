package catalog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// Content names what the item says, as far as a review looks at it: it is the same for two items of which [Item.looksAs] is true, so it
// stays when stock or price change. Appeals and reports are of it.
func (i Item) Content() string {
	buf := make([]byte, 0, 2048)
	put := func(text string) {
		buf = binary.LittleEndian.AppendUint64(buf, uint64(len(text)))
		buf = append(buf, text...)
	}
	for _, text := range [...]string{i.Title, i.Description, i.Brand, i.Link, i.ImageLink, i.GoogleCategory, i.Condition} {
		put(text)
	}
	if i.Price.Minor == 0 {
		put("free")
	}
	put(strconv.Itoa(len(i.MoreImages)))
	for _, text := range i.MoreImages {
		put(text)
	}
	for _, name := range reviewFields {
		switch v := i.Extra[name].(type) {
		case nil:
		case string:
			put(name)
			put("s" + v)
		default:
			put(name)
			put("j" + jsonText(v, 1))
		}
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:12])
}
