package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what the slave is sent, the master reads.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("there are no pseudo-terminals here: %v; in CI nothing is skipped", err)
		}
		t.Skipf("*** NOT run: there are no pseudo-terminals here: %v ***", err)
	}
	t.Cleanup(func() { _ = master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// TestProgressOnATerminal runs the program with a terminal as its standard error.
func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	rows.WriteString("id,title,description,availability,condition,price,link,image_link,brand\n")
	for n := range 5000 {
		fmt.Fprintf(&rows, "s%d,Mug,d,in stock,new,1.00 USD,https://s.example/%d,https://s.example/%d.jpg,b\n", n, n, n)
	}
	name := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(name, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	master, slave := terminal(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "catalog", "lint", name)
	cmd.Args[0] = "hawker" // what TestMain runs as the program
	cmd.Stderr = slave
	out, err := cmd.Output()
	_ = slave.Close()
	if err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	_, _ = shown.ReadFrom(master) // ends with an error where the last slave is closed
	if !regexp.MustCompile(`\r\[█+░+\]  \d+ % · 1000 rows checked · \d+ rows/s `).MatchString(shown.String()) ||
		!strings.Contains(shown.String(), "] 100 % · 5000 rows checked · ") || !strings.HasSuffix(shown.String(), "\n") {
		t.Errorf("the terminal shows %q", shown.String())
	}
	if strings.Contains(string(out), "\r") || !strings.Contains(string(out), "5000 rows, 5000 good") {
		t.Errorf("the standard output is %q", out)
	}
}
