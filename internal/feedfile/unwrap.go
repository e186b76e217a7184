package feedfile

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"io"
	"math"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// zstdMemory bounds the window of a zstd stream.
const zstdMemory = 64 << 20

// freeRatio is how much may be unpacked before the ratio counts.
const freeRatio = 10 << 20

// magics tell packed files by their first bytes.
var magics = map[string][]byte{
	"gzip": {0x1f, 0x8b}, "zip": []byte("PK\x03\x04"), "bzip2": []byte("BZh"), "zstd": {0x28, 0xb5, 0x2f, 0xfd},
}

func container(head []byte) string {
	for name, magic := range magics {
		if bytes.HasPrefix(head, magic) {
			return name
		}
	}
	return ""
}

// unwrap returns the plain file: one layer of packing is taken off, and no second one.
func (r *Reader) unwrap(f *os.File, size int64) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r.counter, sniffed)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r.format.Container = container(head)
	var plain io.Reader
	switch r.format.Container {
	case "":
		return &bounded{r: buffered, left: r.limits.Bytes, most: r.limits.Bytes}, nil
	case "gzip":
		g, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fail(0, "the gzip file is damaged: %v", err)
		}
		r.close = append(r.close, g.Close)
		plain = g
	case "bzip2":
		plain = bzip2.NewReader(buffered)
	case "zstd":
		d, err := zstd.NewReader(buffered, zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fail(0, "the zstd file is damaged: %v", err)
		}
		r.close = append(r.close, func() error { d.Close(); return nil })
		plain = d
	case "zip":
		if plain, err = r.unzip(f, size); err != nil {
			return nil, err
		}
	}
	most := r.unpackedMost(size)
	unpacked := bufio.NewReaderSize(&bounded{r: plain, left: most, most: most, packed: true}, sniffed)
	if head, _ := unpacked.Peek(4); container(head) != "" {
		return nil, fail(0, "the %s file holds another packed file (%s); pack the feed once", r.format.Container, container(head))
	}
	return unpacked, nil
}

// unpackedMost is how much a packed file may unpack to.
func (r *Reader) unpackedMost(size int64) int64 {
	return min(r.limits.Bytes, max(freeRatio, size*r.limits.Ratio))
}

// directoryMost bounds the list of files of an archive, all of which is held in memory.
const directoryMost = 4 << 20

// openZip reads the list of files of an archive.
func openZip(f io.ReaderAt, size int64) (*zip.Reader, error) {
	list := &capped{r: f, left: directoryMost}
	z, err := zip.NewReader(list, size)
	if list.left < 0 {
		return nil, fail(0, "the zip file lists too many files; pack the feed alone")
	}
	if err != nil {
		return nil, fail(0, "the zip file is damaged: %v", err)
	}
	list.left = math.MaxInt64 // what the files themselves unpack to is bounded where they are read
	return z, nil
}

// capped reads so much and no more.
type capped struct {
	r    io.ReaderAt
	left int64
}

func (c *capped) ReadAt(p []byte, at int64) (int, error) {
	if c.left -= int64(len(p)); c.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return c.r.ReadAt(p, at)
}

// unzip opens the one file of an archive. Names count for nothing: nothing is written by them.
func (r *Reader) unzip(f *os.File, size int64) (io.Reader, error) {
	z, err := openZip(f, size)
	if err != nil {
		return nil, err
	}
	var file *zip.File
	for _, entry := range z.File {
		if entry.FileInfo().IsDir() || strings.HasPrefix(entry.Name, "__MACOSX/") {
			continue
		}
		if file != nil {
			return nil, fail(0, "the zip file holds more than one file; pack the feed alone")
		}
		file = entry
	}
	if file == nil || !file.Mode().IsRegular() {
		return nil, fail(0, "the zip file holds no regular file; pack the feed alone")
	}
	in, err := file.Open()
	if err != nil {
		return nil, fail(0, "the zip file is damaged: %v", err)
	}
	r.close = append(r.close, in.Close)
	return &counter{r: in}, nil
}

// bounded ends a file that unpacks to too much, and words what is wrong with a damaged one.
type bounded struct {
	r          io.Reader
	left, most int64
	packed     bool
	err        error // the end, which stays: who looks ahead forgets it
}

func (b *bounded) Read(p []byte) (n int, err error) {
	if b.err == nil {
		n, b.err = b.read(p)
	}
	return n, b.err
}

func (b *bounded) read(p []byte) (int, error) {
	if b.left <= 0 {
		// One more byte is too much; the end is not.
		var one [1]byte
		n, err := b.r.Read(one[:])
		if n == 0 {
			return 0, b.explain(err)
		}
		if b.packed {
			return 0, fail(0, "the file unpacks to more than %d MB, which is more than a feed of this size holds", b.most>>20)
		}
		return 0, fail(0, "the file is larger than %d MB", b.most>>20)
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, b.explain(err)
}

func (b *bounded) explain(err error) error {
	if err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || !b.packed {
		return err
	}
	return fail(0, "the packed file is damaged: %v", err)
}
