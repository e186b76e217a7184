package id

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Direction tells who wrote a message.
type Direction byte

// Directions as they stand inside a wamid.
const (
	FromBusiness Direction = 0x11
	FromUser     Direction = 0x12
)

// productInquiry is the literal id inside the synthetic wamid of a product enquiry's context.
const productInquiry = "product_inquiry"

const wamidPrefix = "wamid."

// ErrWamid reports text that is not a message id.
var ErrWamid = errors.New("id: not a wamid")

// Wamid is the id of message m as WhatsApp writes it: "wamid." and the base64 of the user's digits, the
// direction and a unique part (18 upper-hex characters from a business, 20 from a user). The unique part
// holds m, so that the message is found without an index of its own, and random digits behind it.
func Wamid(userDigits string, d Direction, m ID) string {
	unique := fmt.Sprintf("%014X", int64(m))
	n := 2
	if d == FromUser {
		n = 3
	}
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	return wamid(userDigits, d, unique+strings.ToUpper(hex.EncodeToString(b)))
}

// OfWamid is the message a wamid of ours names; the caller compares the whole text. A wamid that somebody
// else made names none.
func OfWamid(s string) (ID, bool) {
	_, _, unique, err := ParseWamid(s)
	if err != nil || len(unique) < 14 {
		return 0, false
	}
	n, err := strconv.ParseInt(unique[:14], 16, 64)
	if err != nil || n <= 0 || ID(n) > Max {
		return 0, false
	}
	return ID(n), true
}

// ProductInquiryWamid is the synthetic context id that a product enquiry carries.
func ProductInquiryWamid(userDigits string) string {
	return wamid(userDigits, FromBusiness, productInquiry)
}

func wamid(digits string, d Direction, unique string) string {
	b := make([]byte, 0, len(digits)+len(unique)+9)
	b = append(b, 0x1c, 0x18, byte(len(digits)))
	b = append(b, digits...)
	b = append(b, 0x15, 0x02, 0x00, byte(d), 0x18, byte(len(unique)))
	b = append(b, unique...)
	b = append(b, 0x00)
	return wamidPrefix + base64.StdEncoding.EncodeToString(b)
}

// ParseWamid takes a message id apart: the user's digits, the direction and the unique part.
func ParseWamid(s string) (digits string, d Direction, unique string, err error) {
	body, ok := strings.CutPrefix(s, wamidPrefix)
	if !ok {
		return "", 0, "", ErrWamid
	}
	b, err := base64.StdEncoding.DecodeString(body)
	if err != nil || len(b) < 9 || b[0] != 0x1c || b[1] != 0x18 {
		return "", 0, "", ErrWamid
	}
	n := int(b[2])
	if len(b) < 3+n+6 {
		return "", 0, "", ErrWamid
	}
	digits, b = string(b[3:3+n]), b[3+n:]
	if b[0] != 0x15 || b[1] != 0x02 || b[2] != 0x00 || b[4] != 0x18 {
		return "", 0, "", ErrWamid
	}
	d = Direction(b[3])
	m := int(b[5])
	if len(b) != 6+m+1 || b[6+m] != 0 || (d != FromBusiness && d != FromUser) {
		return "", 0, "", ErrWamid
	}
	return digits, d, string(b[6 : 6+m]), nil
}

// NewTrace makes an fbtrace_id: 23 characters, the first always "A".
func NewTrace() string {
	b := make([]byte, 17)
	_, _ = rand.Read(b)
	return "A" + base64.RawURLEncoding.EncodeToString(b)[:22]
}
