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

	"github.com/hawkerhq/hawker/internal/catalog"
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
	Taxonomy    *catalog.Taxonomy
}

// mostRuleFile is how large a file of rules may be.
const mostRuleFile = 4 << 20

// ruleFile is an operator's file of rules, read. Its name is the language of its phrases.
type ruleFile struct {
	path string
	text []byte
}

// Load reads the operator's rules on top of the built-in ones. A mistake names its file and line.
func Load(o Options) (*Rules, error) {
	r := unbuilt()
	r.taxonomy = o.Taxonomy
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
	return r, nil
}

// add adds the rules of a directory.
func (r *Rules) add(dir string) error {
	files, err := ruleFilesIn(dir)
	if err != nil {
		return err
	}
	t, err := builtIn()
	if err != nil {
		return err
	}
	ours := t.lexicons[0]
	b, sum := newBuilder(), sha256.New()
	for n, name := range ours.Sets { // which the files may name, and add to
		b.sets[name] = n + ours.First
		b.known = n + ours.First
	}
	for _, f := range files {
		if err := b.readFile(f); err != nil {
			return err
		}
		_, _ = sum.Write(f.text)
	}
	r.version += "+" + hex.EncodeToString(sum.Sum(nil)[:4])
	bytes, err := b.build()
	if err != nil {
		return err
	}
	further, err := open(string(bytes), int32(ours.Phrases)) //nolint:gosec // as they were packed
	if err != nil {
		return err
	}
	all := *t
	all.lexicons, all.conditions = []*Lexicon{ours.without(b.removed), further}, b.conditions
	all.glance = glanceOf(all.lexicons...)
	r.asks = len(b.conditions) > 0
	r.built = func() (*tables, error) { return &all, nil }
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
	b.file = f.path
	if err := b.read(bytes.NewReader(f.text), strings.TrimSuffix(filepath.Base(f.path), ".txt")); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	return nil
}
