package attachment

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/id"
)

// Files that are picked in the forms of flows may be of more types than those of messages, and smaller.
const PickedMost = 25600 << 10

// PickedTypes are the types a picker of documents may take, and PhotoTypes those of one of photos.
var (
	PickedTypes = slices.Concat([]string{
		"application/gzip", "application/x-7z-compressed", "application/zip", "application/vnd.oasis.opendocument.presentation",
		"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.text", "image/avif", "image/gif", "image/heic", "image/heif", "image/jpeg", "image/png",
		"image/tiff", "image/webp", "video/mp4", "video/mpeg",
	}, documentTypes)
	PhotoTypes = []string{"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif"}
)

// otherNames are types as some browsers spell them, and extensions of files whose type a browser does not tell.
var otherNames = map[string]string{
	"application/x-zip-compressed": "application/zip", "application/x-gzip": "application/gzip", "image/jpg": "image/jpeg",
	".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif", ".7z": "application/x-7z-compressed", ".gz": "application/gzip",
}

// PickedType is what a file is that a browser sends with a type and a name.
func PickedType(mime, name string) string {
	mime, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(mime)), ";")
	if mime == "" || mime == "application/octet-stream" {
		mime = strings.ToLower(filepath.Ext(name))
	}
	if known := otherNames[mime]; known != "" {
		return known
	}
	return mime
}

// PutPicked stores a file that a customer picked in a form. Its type is one of those.
func (s *Service) PutPicked(ctx context.Context, f File, types []string, most int64, r io.Reader) (File, error) {
	if !slices.Contains(types, f.MIME) {
		return File{}, ErrFile.Withf("file", "the type %.60q is not asked for; it may be %s", f.MIME, strings.Join(types, ", "))
	}
	f.Inbound = true
	return s.keep(ctx, f, "", bound{min(most, PickedMost), false}, r)
}

// facts are what a ticket tells of a file.
type facts struct {
	ID   id.ID  `json:"i"`
	Name string `json:"n"`
	MIME string `json:"m"`
	Hash string `json:"h,omitempty"`
	Size int64  `json:"s"`
}

// ticketMark begins every ticket.
const ticketMark = "file."

// Ticket names a file to who uploaded it, for a form that travels with the page: nobody else's ticket names it.
func (s *Service) Ticket(f File, who string) string {
	b, _ := json.Marshal(facts{f.ID, f.Name, f.MIME, f.Hash, f.Size}) // strings and numbers: never fails
	body := ticketMark + base64.RawURLEncoding.EncodeToString(b)
	return body + "." + s.sign(body, who)
}

// OfTicket is the file a ticket names; false for what is no ticket of who asks.
func (s *Service) OfTicket(ticket, who string) (File, bool) {
	at := strings.LastIndexByte(ticket, '.')
	if !strings.HasPrefix(ticket, ticketMark) || at < len(ticketMark) || !hmac.Equal([]byte(ticket[at+1:]), []byte(s.sign(ticket[:at], who))) {
		return File{}, false
	}
	var f facts
	b, err := base64.RawURLEncoding.DecodeString(ticket[len(ticketMark):at])
	if err != nil || json.Unmarshal(b, &f) != nil {
		return File{}, false
	}
	return File{ID: f.ID, Name: f.Name, MIME: f.MIME, Hash: f.Hash, Size: f.Size}, true
}

// CheckPicked says whether what a file holds may be of its type, without storing it.
func CheckPicked(mime string, r io.Reader) error {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("attachment: %w", err)
	}
	return checkHead(mime, head[:n])
}

// sniffed is how much of a file is looked at for its type.
const sniffed = 512

func checkHead(mime string, head []byte) error {
	if wrong := disguised(mime, head); len(head) == 0 || wrong != "" {
		return ErrFile.Withf("file", "the file is not what its type %s says%s", mime, wrong)
	}
	return nil
}

// heads are how files begin whose type the sniffer of net/http does not know; it takes some of them for something else.
var heads = map[string][]byte{"image/tiff": nil, "image/avif": []byte("ftyp"), "image/heic": []byte("ftyp"), "image/heif": []byte("ftyp")}

// unsniffed tells whether a file of a type that net/http does not know may be one.
func unsniffed(mime string, head []byte) (fits, known bool) {
	mark, ok := heads[mime]
	switch {
	case !ok:
		return false, false
	case mark == nil:
		return bytes.HasPrefix(head, []byte("II*\x00")) || bytes.HasPrefix(head, []byte("MM\x00*")), true
	}
	return len(head) > 12 && bytes.Equal(head[4:8], mark), true
}

// detect is what a file's beginning says it is.
func detect(head []byte) string {
	is, _, _ := strings.Cut(http.DetectContentType(head), ";")
	return is
}
