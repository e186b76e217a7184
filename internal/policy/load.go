package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Which supplements are rejected; the rest is for a person. The policy's texts contradict each other.
const (
	SupplementsUnsafe = "unsafe_only" // those with dangerous substances and miracle claims
	SupplementsAll    = "all"
)

// Options are an operator's wishes.
type Options struct {
	Dir         string // of files NAME.txt with further rules; empty: none
	Supplements string // empty: SupplementsUnsafe
}

// mostRuleFile is how large a file of rules may be.
const mostRuleFile = 4 << 20

// ruleFile is an operator's file of rules, read. Its name is the language of its phrases.
type ruleFile struct {
	path string
	text []byte
}

// Load reads the operator's rules on top of the built-in ones. A mistake names its file and line. What is read right is built in
// the background, so that a server may answer before.
func Load(o Options) (*Rules, error) {
	r := unbuilt()
	switch o.Supplements {
	case "", SupplementsUnsafe:
	case SupplementsAll:
		r.strict = true
		r.version += "+all-supplements"
	default:
		return nil, fmt.Errorf("policy-supplements: %q is neither %q nor %q", o.Supplements, SupplementsUnsafe, SupplementsAll)
	}
	if o.Dir != "" {
		if err := r.add(o.Dir); err != nil {
			return nil, fmt.Errorf("policy-rules: %w", err)
		}
	}
	r.buildAhead()
	return r, nil
}

// add adds the rules of a directory.
func (r *Rules) add(dir string) error {
	files, err := ruleFilesIn(dir)
	if err != nil {
		return err
	}
	b, sum := newBuilder(), sha256.New()
	for _, f := range files {
		if err := b.readFile(f); err != nil {
			return err
		}
		_, _ = sum.Write(f.text)
	}
	r.version += "+" + hex.EncodeToString(sum.Sum(nil)[:4])
	r.built = sync.OnceValues(func() (*tables, error) { return build(newBuilder(), files...) })
	if _, err := b.build(); err != nil {
		// Alone, the files name sets they do not fill. Perhaps the built-in ones do.
		_, err = r.built()
		return err
	}
	return nil
}

// ruleFilesIn reads the files of a directory, in the order of their names.
func ruleFilesIn(dir string) (files []ruleFile, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err == nil && len(names) == 0 {
		_, err = os.Stat(dir)
		err = errors.Join(err, fmt.Errorf("%s holds no file NAME.txt", dir))
	}
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := readRules(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, ruleFile{name, text})
	}
	return files, nil
}

func readRules(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeType != 0 || info.Size() > mostRuleFile {
		return nil, fmt.Errorf("it is no plain file of at most %d bytes", mostRuleFile)
	}
	return io.ReadAll(io.LimitReader(f, mostRuleFile))
}

// readFile takes an operator's file.
func (b *builder) readFile(f ruleFile) error {
	if err := b.read(bytes.NewReader(f.text), strings.TrimSuffix(filepath.Base(f.path), ".txt")); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	return nil
}
