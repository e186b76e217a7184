package chaos

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a PostgreSQL of the test's own that keeps its promises: fsync is on, and it can be ended without warning.
type server struct {
	t         *testing.T
	bin, home string
	as        *syscall.Credential // PostgreSQL refuses to run as root
}

func newServer(t *testing.T) *server {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	need(t, len(found) > 0, "ending a PostgreSQL server needs one (Debian: apt-get install postgresql)")
	home, err := os.MkdirTemp("", "hawker-pg") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	s := &server{t: t, bin: filepath.Dir(found[0]), home: home}
	if os.Getuid() == 0 {
		s.as = owner(t, home)
	}
	s.run("initdb", "-D", s.data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
	s.start()
	t.Cleanup(s.crash)
	return s
}

// owner gives the directory to the user that Debian's package makes.
func owner(t *testing.T, dir string) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatalf("PostgreSQL cannot run as root, and there is no user of its own: %v", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *server) data() string { return filepath.Join(s.home, "data") }

func (s *server) url() string { return "postgres://postgres@/postgres?host=" + s.home }

func (s *server) run(name string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		s.t.Errorf("%s: %v\n%s", name, err, said.String())
	}
}

// start starts the server and waits until it answers.
func (s *server) start() {
	s.t.Helper()
	settings := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories=%s -c max_connections=60", s.home)
	s.run("pg_ctl", "-D", s.data(), "-l", filepath.Join(s.home, "log"), "-w", "-t", "120", "-o", settings, "start")
}

// crash ends the server as a power cut would, its connections with it.
func (s *server) crash() {
	s.t.Helper()
	s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "-t", "120", "stop")
}

// The server under the program is ended without warning, again and again, under load. Calls are refused as a
// passing failure meanwhile, the program itself stays, and nothing acknowledged is lost.
func TestTheDatabaseServerCrashes(t *testing.T) {
	beside(t)
	s := newServer(t)
	h := newHook(t)
	p := newProgram(t, s.url())
	p.start()
	p.listen(h)
	p.greet()
	l := newLedger()
	l.tolerates, l.stays = isPassing, true
	seed := uint64(20261127)
	random := rand.New(rand.NewPCG(seed, seed))
	var slowest time.Duration
	times := often(t, 2, 20)
	for range times {
		rest := l.load(t, p)
		l.waitFor(t, 10+random.IntN(200))
		s.crash()
		rest()
		s.start()
		begin := time.Now()
		until(t, "the program to serve again", func() bool { return p.say(0, "are you there?") == nil })
		slowest = max(slowest, time.Since(begin))
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	if n := strings.Count(p.complaints.String(), "panic"); n > 0 {
		t.Errorf("%d panics in the log", n)
	}
	p.stop()
	figure(t, "R3", "the server crashed %d times; acknowledged %d messages, %d orders, %d batch items, none lost; serving again %v after it was",
		times, len(l.messages), len(l.orders), len(l.items), slowest.Round(time.Millisecond))
	if len(l.messages) == 0 || len(l.orders) == 0 {
		t.Error("the load did not reach the program")
	}
}
