package media_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/media"
)

func TestFilesByTheirContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := media.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	const text = "Phở bò"
	want := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	for range 2 { // equal files are one
		b, err := s.Put(t.Context(), strings.NewReader(text), 100)
		if err != nil || b.Hash != want || b.Size != int64(len(text)) {
			t.Fatalf("%+v %v, want %s", b, err, want)
		}
	}
	f, err := s.Open(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil || string(got) != text {
		t.Errorf("%q %v", got, err)
	}
	if err := errors.Join(s.Remove(want), s.Remove(want)); err != nil {
		t.Error(err)
	}
	if _, err := s.Open(want); !errors.Is(err, media.ErrUnknown) {
		t.Errorf("a removed file: %v", err)
	}
	for _, name := range []string{"", "x", "../" + want, strings.ToUpper(want), want[:10] + "/" + want[11:]} {
		if _, err := s.Open(name); !errors.Is(err, media.ErrUnknown) {
			t.Errorf("%q: %v", name, err)
		}
		if err := s.Remove(name); !errors.Is(err, media.ErrUnknown) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestWhatIsTooLargeOrCutOffLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := media.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("12345"), 4); !errors.Is(err, media.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader("1"), 4); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "part", "left"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	passing, err := s.Temp() // of a process that is killed before it removes it
	if err != nil {
		t.Fatal(err)
	}
	if err := passing.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := media.Open(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}
