package policy

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "write the packed rules anew")

// TestGoldenTables: the packed rules are what rules/*.txt say. go generate ./internal/policy writes them anew.
func TestGoldenTables(t *testing.T) {
	names, err := filepath.Glob("rules/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	b := newBuilder()
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.read(bytes.NewReader(text), strings.TrimSuffix(filepath.Base(name), ".txt")); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	want, err := b.build()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("tables.zst", z.EncodeAll(want, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := unpack(packed); err != nil || got != string(want) {
		t.Error("tables.zst is not made of rules/*.txt as they are; run go generate ./internal/policy", err)
	}
}

// BenchmarkOpen is what the first review of a process pays for the rules.
func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openBuiltIn(); err != nil {
			b.Fatal(err)
		}
	}
}
