package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// Load reads the built-in rules and the operator's. A mistake names its file and line.
func Load(o Options) (*Rules, error) {
	base, err := NewRules()
	if err != nil {
		return nil, err
	}
	r := *base
	switch o.Supplements {
	case "", SupplementsUnsafe:
	case SupplementsAll:
		r.strict = true
		r.version += "+all-supplements"
	default:
		return nil, fmt.Errorf("policy-supplements: %q is neither %q nor %q", o.Supplements, SupplementsUnsafe, SupplementsAll)
	}
	if o.Dir == "" {
		return &r, nil
	}
	names, err := filepath.Glob(filepath.Join(o.Dir, "*.txt"))
	if err == nil && len(names) == 0 {
		_, err = os.Stat(o.Dir)
		err = errors.Join(err, fmt.Errorf("%s holds no file NAME.txt", o.Dir))
	}
	if err != nil {
		return nil, fmt.Errorf("policy-rules: %w", err)
	}
	b := newBuilder()
	if err := b.builtIn(); err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, name := range names {
		if err := b.readFile(name, sum); err != nil {
			return nil, fmt.Errorf("policy-rules: %s: %w", name, err)
		}
	}
	if r.lexicon, err = b.build(); err != nil {
		return nil, fmt.Errorf("policy-rules: %w", err)
	}
	r.version += "+" + hex.EncodeToString(sum.Sum(nil)[:4])
	return &r, nil
}

// readFile reads an operator's file. Its name is the language of its phrases.
func (b *builder) readFile(name string, sum io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeType != 0 || info.Size() > mostRuleFile {
		return fmt.Errorf("it is no plain file of at most %d bytes", mostRuleFile)
	}
	return b.read(io.TeeReader(f, sum), strings.TrimSuffix(filepath.Base(name), ".txt"))
}
