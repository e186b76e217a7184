package attachment

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// SealedPath is the path that encrypted files are read under by the endpoints of flows.
const SealedPath = "/whatsapp_business/flow_media/"

// Sealed is what opens an encrypted file: AES-256-CBC with PKCS #7 padding, and ten bytes of HMAC-SHA256 behind it.
type Sealed struct {
	Hash    []byte // SHA-256 of what is read
	IV      []byte
	Key     []byte
	HMACKey []byte
}

// macSize is how much of the code stands behind an encrypted file.
const macSize = 10

// sealOf makes the keys of a file. They follow from the key of addresses: nothing needs to be stored.
func (s *Service) sealOf(f File) (Sealed, error) {
	b, err := hkdf.Key(sha256.New, s.key, []byte(f.Hash), "flow media "+f.ID.String(), 2*sha256.Size+aes.BlockSize)
	if err != nil {
		return Sealed{}, fmt.Errorf("attachment: %w", err)
	}
	return Sealed{Key: b[:32], HMACKey: b[32:64], IV: b[64:]}, nil
}

// Seal is what opens a file as [Service.ServeSealed] writes it.
func (s *Service) Seal(f File) (Sealed, error) {
	sum := sha256.New()
	seal, err := s.writeSealed(sum, f)
	seal.Hash = sum.Sum(nil)
	return seal, err
}

// writeSealed writes a file encrypted.
func (s *Service) writeSealed(w io.Writer, f File) (Sealed, error) {
	seal, err := s.sealOf(f)
	if err != nil {
		return seal, err
	}
	in, err := s.Open(f)
	if err != nil {
		return seal, err
	}
	defer func() { _ = in.Close() }()
	block, err := aes.NewCipher(seal.Key)
	if err != nil {
		return seal, fmt.Errorf("attachment: %w", err)
	}
	mac := hmac.New(sha256.New, seal.HMACKey)
	_, _ = mac.Write(seal.IV)
	return seal, encrypt(w, in, cipher.NewCBCEncrypter(block, seal.IV), mac)
}

// encrypt pads and encrypts what r holds, and writes the code behind it.
func encrypt(w io.Writer, r io.Reader, mode cipher.BlockMode, mac hash.Hash) error {
	out := io.MultiWriter(w, mac)
	buf := make([]byte, 32<<10)
	for last := false; !last; {
		n, err := io.ReadFull(r, buf)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			last = true
		case err != nil:
			return fmt.Errorf("attachment: %w", err)
		}
		piece := buf[:n]
		if last {
			pad := aes.BlockSize - n%aes.BlockSize
			for range pad {
				piece = append(piece, byte(pad))
			}
		}
		mode.CryptBlocks(piece, piece)
		if _, err := out.Write(piece); err != nil {
			return fmt.Errorf("attachment: %w", err)
		}
	}
	_, err := w.Write(mac.Sum(nil)[:macSize])
	return err
}

// SealedAddress is the query of an address at which a file can be read encrypted for as long as it is kept.
func (s *Service) SealedAddress(f File) string {
	until := strconv.FormatInt(f.ExpiresAt.Unix(), 10)
	return "mid=" + f.ID.String() + "&ext=" + until + "&hash=" + s.sign("sealed "+f.ID.String(), until)
}

// ServeSealed writes a file encrypted to who has its address.
func (s *Service) ServeSealed(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	i, err := id.Parse(q.Get("mid"))
	if err != nil || !hmac.Equal([]byte(q.Get("hash")), []byte(s.sign("sealed "+q.Get("mid"), q.Get("ext")))) {
		http.NotFound(w, r)
		return
	}
	var f File
	err = s.db.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = scan(tx.QueryRow(ctx, columns+`WHERE id = $1 AND expires_at > $2`, i, tx.Now()))
		return err
	})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.FormatInt(f.Size-f.Size%aes.BlockSize+aes.BlockSize+macSize, 10))
	_, _ = s.writeSealed(w, f) // who reads goes away now and then
}
