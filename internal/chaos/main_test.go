package chaos

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Long makes every test of this package as long as `make chaos` has them.
const long = "HAWKER_TEST_CHAOS"

// often is how many times a test does what it does: short for `make test`, most where HAWKER_TEST_CHAOS is
// "long", and as often as that variable says where it holds a number.
func often(t *testing.T, short, most int) int {
	t.Helper()
	switch text := os.Getenv(long); text {
	case "":
		return short
	case "long":
		return most
	default:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf(`%s is %q; it is "long" or a number of times`, long, text)
		}
		return n
	}
}

// beside lets a test run beside others where it is short: most of its time it waits. The long forms measure, each alone.
func beside(t *testing.T) {
	t.Helper()
	if os.Getenv(long) == "" {
		t.Parallel()
	}
}

// patience is when a test has got stuck. What it waits for is a condition, not a moment: a machine that is busy only takes longer.
const patience = 2 * time.Minute

// asked is what each figure has to reach; where a machine that is busy may miss it, it is printed and not failed on.
var asked = map[string]string{
	"R1": "nothing lost", "R1 points": "every point hit, nothing lost", "R2": "at most 1 % where kills are 2000 promises apart, none without a kill",
	"R3": "nothing lost, serving 5 s after the database", "R5": "nothing lost, writing 10 s after there is room", "R6": "nothing acknowledged after the failure",
	"R8": "everything delivered, first page 20 ms, 300 MB, 20 % more for others", "R9": "p99 below 1 s at the good ones", "R10": "p99 below twice, 400 MB",
	"R13": "2 attempts for an event, 60 s", "R16": "never some of both", "R17": "one effect for each key", "R18": "none but 200, 10 s", "R20": "0.80 of the goodput, 512 MB",
}

// figure prints a measured line that `make chaos` picks out, with what is asked of it.
func figure(t *testing.T, name, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf(format, args...)
	if a := asked[name]; a != "" {
		line += " [asked: " + a + "]"
	}
	t.Logf("FIGURE %s: %s", name, line)
}

// need ends a test that cannot run on this machine: loudly, and in CI as a failure.
func need(t *testing.T, ok bool, what string) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s: in CI nothing is skipped", what)
	}
	t.Skipf("*** NOT run: %s ***", what)
}

var workshop = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "hawker-chaos") })

// binary is the real program, built once.
var binary = sync.OnceValues(func() (string, error) { return build("hawker") })

func build(name string, flags ...string) (string, error) {
	dir, err := workshop()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	build := exec.Command("go", slices.Concat([]string{"build", "-o", path}, flags, []string{"../../cmd/hawker"})...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(out)))
	}
	return path, nil
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := workshop(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// newProgram is the program on a database in a directory of its own, not started yet. A test that fails leaves none behind.
func newProgram(t *testing.T, database string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatalf("building: %v", err)
	}
	return programOf(t, path, database)
}

func programOf(t *testing.T, path, database string) *program {
	t.Helper()
	p := &program{t: t, binary: path, database: database, data: t.TempDir()}
	t.Cleanup(func() {
		if p.cmd != nil && p.cmd.ProcessState == nil {
			p.kill()
		}
	})
	return p
}
