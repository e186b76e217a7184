// Package attachment keeps what chats carry beside words: pictures, videos, sounds, documents and stickers, by
// the Cloud API's media ids. Their bytes are the media store's.
package attachment

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// Causes.
var (
	ErrUnknown = fault.New("attachment.unknown")
	ErrParam   = fault.New("attachment.parameter")
	ErrFile    = fault.New("attachment.file")
)

// Lives of attachments, and of the addresses they are read from.
const (
	uploadedLife = 30 * 24 * time.Hour
	inboundLife  = 7 * 24 * time.Hour
	linkLife     = 10 * time.Minute
	addressLife  = 5 * time.Minute
)

// kindRule is what a type of message may carry.
type kindRule struct {
	most  int64
	mimes []string
}

// Kinds of attachment by type of message: spec §1.3.
var kinds = map[string]kindRule{
	"image":    {5 << 20, []string{"image/jpeg", "image/png"}},
	"video":    {16 << 20, []string{"video/mp4", "video/3gpp"}},
	"audio":    {16 << 20, []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}},
	"sticker":  {500 << 10, []string{stickerType}},
	"document": {100 << 20, documentTypes},
}

var documentTypes = []string{
	"text/plain", "application/pdf", "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-powerpoint",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// MostBytes is the largest attachment of any kind.
const MostBytes = 100 << 20

// File is one attachment.
type File struct {
	ID, BusinessID, PhoneID id.ID
	Inbound                 bool
	MIME, Hash, Name        string
	Size                    int64
	CreatedAt, ExpiresAt    time.Time
}

// Fits says why the file cannot go into a message of a type, or "".
func (f File) Fits(kind string) string {
	rule := kinds[kind]
	switch {
	case !slices.Contains(rule.mimes, f.MIME):
		return fmt.Sprintf("a file of type %s cannot be sent as %s; the types are %s", f.MIME, kind, strings.Join(rule.mimes, ", "))
	case f.Size > rule.most:
		return fmt.Sprintf("the file has %d bytes, at most %d are allowed for %s", f.Size, rule.most, kind)
	}
	return ""
}

// Service keeps attachments.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	files  *media.Store
	client *safehttp.Client
	key    []byte
	// keeping is held by who stores a file and its row, and exclusively by who removes one.
	keeping sync.RWMutex
}

// New returns the service.
func New(d *db.DB, c clock.Clock, files *media.Store, client *safehttp.Client) *Service {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return &Service{db: d, clock: c, files: files, client: client, key: key}
}

// keySetting is where the key of addresses is kept.
const keySetting = "attachment.address_key"

// KeepKey makes addresses outlive a restart: they are signed with a key that is kept in the database, made at the first start.
func (s *Service) KeepKey(ctx context.Context) error {
	kept := ""
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if kept, err = db.SettingTx(ctx, tx, keySetting); err != nil || kept != "" {
			return err
		}
		kept = hex.EncodeToString(s.key)
		return db.SetSettingTx(ctx, tx, keySetting, kept)
	})
	if err == nil {
		s.key, err = hex.DecodeString(kept)
	}
	if err != nil {
		return fmt.Errorf("attachment: the key of addresses: %w", err)
	}
	return nil
}

// Put stores a file of a number.
func (s *Service) Put(ctx context.Context, f File, r io.Reader) (File, error) {
	return s.put(ctx, f, "", r)
}

func (s *Service) put(ctx context.Context, f File, link string, r io.Reader) (File, error) {
	f.MIME, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(f.MIME)), ";")
	most, known := int64(0), false
	for _, rule := range kinds {
		if slices.Contains(rule.mimes, f.MIME) {
			most, known = max(most, rule.most), true
		}
	}
	if !known {
		return File{}, ErrFile.Withf("file", "the type %.60q cannot be sent; give the part its Content-Type, one of those of images (jpeg, png), video (mp4, 3gpp), audio (aac, amr, mpeg, mp4, ogg), documents and stickers (webp)", f.MIME)
	}
	return s.keep(ctx, f, link, bound{most, true}, r)
}

// bound is how large a file may be, and whether it is for messages: those know rules of pictures and stickers.
type bound struct {
	most    int64
	message bool
}

// keep stores a file whose type may be its own.
func (s *Service) keep(ctx context.Context, f File, link string, b bound, r io.Reader) (File, error) {
	if err := s.sweep(ctx); err != nil {
		return File{}, err
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return File{}, fmt.Errorf("attachment: %w", err)
	}
	if err := checkHead(f.MIME, head[:n]); err != nil {
		return File{}, err
	}
	if b.message && deep(f.MIME, head[:n]) {
		return File{}, ErrFile.With("file", "the picture has 16 bits a channel; pictures have 8, in RGB or RGBA")
	}
	most, what := b.most, f.MIME
	if b.message && f.MIME == stickerType && !moves(head[:n]) {
		most, what = stillSticker, "a sticker that does not move"
	}
	s.keeping.RLock()
	defer s.keeping.RUnlock()
	blob, err := s.files.Put(ctx, io.MultiReader(bytes.NewReader(head[:n]), r), most)
	if errors.Is(err, media.ErrTooLarge) {
		return File{}, ErrFile.Withf("file", "the file is larger than %d bytes, the most for %s", most, what)
	}
	if err != nil {
		return File{}, err
	}
	f.Hash, f.Size = blob.Hash, blob.Size
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if f.ID, err = node.NewTx(ctx, tx, node.Media); err != nil {
			return err
		}
		f.CreatedAt, f.ExpiresAt = tx.Now(), tx.Now().Add(uploadedLife)
		if f.Inbound {
			f.ExpiresAt = tx.Now().Add(inboundLife)
		}
		_, err = tx.Exec(ctx, `INSERT INTO attachment (id, business_id, phone_id, inbound, mime, hash, size, file_name, link, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, f.ID, f.BusinessID, f.PhoneID, f.Inbound, f.MIME, f.Hash, f.Size, f.Name, link, f.CreatedAt, f.ExpiresAt)
		return err
	})
	return f, err
}

// disguised says what a file is that claims to be a picture, a video, a sound or a PDF, or "".
func disguised(mime string, head []byte) string {
	is := detect(head)
	if fits, known := unsniffed(mime, head); known {
		if fits {
			return ""
		}
		return "; it is " + is
	}
	family, _, _ := strings.Cut(mime, "/")
	found, _, _ := strings.Cut(is, "/")
	switch {
	case is == mime || is == "application/octet-stream" || is == "application/x-gzip" && mime == "application/gzip":
	case family == "image", mime == "application/pdf":
		return "; it is " + is
	case (family == "video" || family == "audio") && found == "text", is == "text/html" && mime != "text/plain":
		return "; it is " + is
	}
	return ""
}

// FromLink fetches a file of the public web for a message of a type. The same address is not fetched again
// within ten minutes for the same number and direction. Of f only its owners, direction and name count.
func (s *Service) FromLink(ctx context.Context, f File, kind, link string) (File, error) {
	var have File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		have, err = scan(tx.QueryRow(ctx, columns+`WHERE phone_id = $1 AND link = $2 AND link <> '' AND created_at > $3 AND inbound = $4 ORDER BY created_at DESC LIMIT 1`,
			f.PhoneID, link, tx.Now().Add(-linkLife), f.Inbound))
		return err
	})
	if err == nil || !errors.Is(err, db.ErrNoRows) {
		return have, err
	}
	tmp, err := os.CreateTemp("", "hawker-media-")
	if err != nil {
		return File{}, fmt.Errorf("attachment: %w", err)
	}
	defer func() { _ = errors.Join(tmp.Close(), os.Remove(tmp.Name())) }()
	const patience = 15 * time.Second
	a, err := s.client.Download(ctx, link, http.Header{"User-Agent": {"Hawker"}}, tmp, kinds[kind].most, patience)
	switch {
	case errors.Is(err, safehttp.ErrTooLarge):
		return File{}, ErrFile.Withf("link", "the file at the link is larger than %d bytes, the most for %s", kinds[kind].most, kind)
	case err != nil:
		return File{}, err
	case a.Status != http.StatusOK:
		return File{}, ErrFile.Withf("link", "the link answered %d instead of a file", a.Status)
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return File{}, fmt.Errorf("attachment: %w", err)
	}
	f.MIME = a.Header.Get("Content-Type")
	return s.put(ctx, f, link, tmp)
}

const columns = `SELECT id, business_id, phone_id, inbound, mime, hash, size, file_name, created_at, expires_at FROM attachment `

func scan(row interface{ Scan(...any) error }) (f File, err error) {
	err = row.Scan(&f.ID, &f.BusinessID, &f.PhoneID, &f.Inbound, &f.MIME, &f.Hash, &f.Size, &f.Name, &f.CreatedAt, &f.ExpiresAt)
	return f, err
}

// FileTx returns an attachment of the caller's businesses that has not expired.
func FileTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (File, error) {
	f, err := scan(tx.QueryRow(ctx, columns+`WHERE id = $1 AND business_id = ANY($2) AND expires_at > $3`, i, c.Businesses, tx.Now()))
	if errors.Is(err, db.ErrNoRows) {
		return File{}, ErrUnknown.Withf("media_id", "no media %s is visible to this token", i)
	}
	return f, err
}

// OfNumberTx returns an attachment of a number, whoever asks: for the chat.
func OfNumberTx(ctx context.Context, tx *db.Tx, phone, i id.ID) (File, bool, error) {
	f, err := scan(tx.QueryRow(ctx, columns+`WHERE id = $1 AND phone_id = $2 AND expires_at > $3`, i, phone, tx.Now()))
	if errors.Is(err, db.ErrNoRows) {
		return File{}, false, nil
	}
	return f, err == nil, err
}

// Delete removes an attachment of the caller's.
func (s *Service) Delete(ctx context.Context, c access.Caller, i id.ID) error {
	if err := c.Require(access.WhatsAppBusinessMessaging); err != nil {
		return err
	}
	var f File
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if f, err = FileTx(ctx, tx, c, i); err != nil {
			return err
		}
		return dropTx(ctx, tx, []id.ID{i})
	})
	if err != nil {
		return err
	}
	return s.remove(ctx, f.Hash)
}

func dropTx(ctx context.Context, tx *db.Tx, ids []id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM attachment WHERE id = ANY($1)`, ids); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM node WHERE id = ANY($1)`, ids)
	return err
}

// remove removes a file that no row names.
func (s *Service) remove(ctx context.Context, hash string) error {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	var used bool
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM attachment WHERE hash = $1)`, hash).Scan(&used)
	})
	if err == nil && !used {
		err = s.files.Remove(hash)
	}
	return err
}

// sweptAtOnce is how many expired attachments each new one takes with it.
const sweptAtOnce = 10

func (s *Service) sweep(ctx context.Context) error {
	var old []File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, columns+`WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2`, tx.Now(), sweptAtOnce)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			f, err := scan(rows)
			if err != nil {
				return err
			}
			old = append(old, f)
		}
		return rows.Err()
	})
	if err != nil || len(old) == 0 {
		return err
	}
	ids := make([]id.ID, len(old))
	for n, f := range old {
		ids[n] = f.ID
	}
	if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return dropTx(ctx, tx, ids) }); err != nil {
		return err
	}
	for _, f := range old {
		if err := s.remove(ctx, f.Hash); err != nil {
			return err
		}
	}
	return nil
}

// Open opens the bytes of an attachment.
func (s *Service) Open(f File) (*os.File, error) { return s.files.Open(f.Hash) }

// AddressPath is the path attachments are read under, by their address.
const AddressPath = "/whatsapp_business/attachments/"

// Address is the query of an address at which an attachment can be read for five minutes.
func (s *Service) Address(i id.ID) string {
	until := strconv.FormatInt(s.clock.Now().Add(addressLife).Unix(), 10)
	return "mid=" + i.String() + "&ext=" + until + "&hash=" + s.sign(i.String(), until)
}

func (s *Service) sign(i, until string) string {
	m := hmac.New(sha256.New, s.key)
	_, _ = m.Write([]byte(i + " " + until))
	return hex.EncodeToString(m.Sum(nil))
}

// CheckAddress tells which attachment an address names, if it is one and has not run out.
func (s *Service) CheckAddress(mid, ext, hash string) (id.ID, bool) {
	i, err := id.Parse(mid)
	until, err2 := strconv.ParseInt(ext, 10, 64)
	if err != nil || err2 != nil || !hmac.Equal([]byte(hash), []byte(s.sign(mid, ext))) || s.clock.Now().Unix() > until {
		return 0, false
	}
	return i, true
}
