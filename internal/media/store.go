// Package media keeps files by what is in them: pictures, uploads, attachments. A file is named by the SHA-256
// of its bytes, so that equal files are one, and a name that was answered never holds other bytes.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hawkerhq/hawker/internal/crash"
)

// Errors.
var (
	ErrTooLarge = errors.New("media: the file is larger than allowed")
	ErrUnknown  = errors.New("media: no such file")
)

// Blob is a kept file.
type Blob struct {
	Hash string // SHA-256 in lower-case hex
	Size int64
}

// Store keeps files under one directory.
type Store struct{ dir string }

// Open makes the directory where it is missing and clears what an earlier process left half-written.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, "part"), 0o700); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "part", "*"))
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("media: %w", err)
		}
	}
	return &Store{dir: dir}, nil
}

// Put keeps what r holds; it is on disk when Put returns. More than limit bytes are [ErrTooLarge], and
// nothing is kept.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (b Blob, err error) {
	tmp, err := s.Temp()
	if err != nil {
		return Blob{}, err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	sum := sha256.New()
	b.Size, err = io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(&untilDone{ctx, r}, limit+1))
	switch {
	case err != nil:
		return Blob{}, fmt.Errorf("media: %w", err)
	case b.Size > limit:
		return Blob{}, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	b.Hash = hex.EncodeToString(sum.Sum(nil))
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return Blob{}, fmt.Errorf("media: %w", err)
	}
	return b, s.settle(tmp.Name(), b.Hash)
}

// Temp makes a file beside the kept ones, for who asks to use and remove: what a kill leaves of it, the next [Open] clears.
func (s *Store) Temp() (*os.File, error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, "part"), "*")
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return f, nil
}

// settle gives a written file its name, for good.
func (s *Store) settle(tmp, hash string) error {
	name := s.path(hash)
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	crash.At(crash.MediaTempWritten)
	if err := os.Rename(tmp, name); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	crash.At(crash.MediaRenamed)
	for _, d := range []string{folder, s.dir} {
		if err := syncDir(d); err != nil {
			return fmt.Errorf("media: %w", err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens a kept file for reading.
func (s *Store) Open(hash string) (*os.File, error) {
	if !isHash(hash) {
		return nil, ErrUnknown
	}
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrUnknown, hash)
	}
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return f, nil
}

// Remove deletes a file; one that is not there is no error.
func (s *Store) Remove(hash string) error {
	if !isHash(hash) {
		return ErrUnknown
	}
	if err := os.Remove(s.path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

func (s *Store) path(hash string) string { return filepath.Join(s.dir, hash[:2], hash[2:]) }

// isHash tells a name of ours from anything else, above all from a path.
func isHash(s string) bool {
	return len(s) == hex.EncodedLen(sha256.Size) && strings.Trim(s, "0123456789abcdef") == ""
}

// untilDone ends a read when its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
