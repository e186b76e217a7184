package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hawker runs the program with arguments and environment and returns what it said.
func hawker(t *testing.T, ctx context.Context, environ []string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(ctx, args, environ, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestSettingsByWeight(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "h.toml")
	if err := os.WriteFile(file, []byte("log-level = \"warn\"\nlimits = \"off\"\nlog-format = \"json\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := hawker(t, t.Context(), []string{"HAWKER_LIMITS=meta", "HAWKER_LOG_FORMAT=text", "HAWKER_TEST_X=ignored", "HAWKER_SERVER=http://127.0.0.1:1", "HAWKER_TOKEN=t", "HAWKER_CATALOG=1"},
		"doctor", "--config", file, "--data", dir, "--log-format", "json")
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	for _, want := range []string{"log-level          warn", "limits             meta", "log-format         json", "opens and answers"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestMistakesAreToldTogether(t *testing.T) {
	t.Parallel()
	code, _, errs := hawker(t, t.Context(), []string{"HAWKER_NOPE=1"}, "doctor")
	if code == 0 || !strings.Contains(errs, "nope: no such setting") {
		t.Errorf("%d %s", code, errs)
	}
	code, _, errs = hawker(t, t.Context(), nil, "serve", "--addr", "x", "--limits", "y", "--demo")
	if code == 0 || !strings.Contains(errs, "addr:") || !strings.Contains(errs, "limits:") {
		t.Errorf("%d %s", code, errs)
	}
	code, _, errs = hawker(t, t.Context(), nil, "serve", "--addr", "0.0.0.0:0", "--demo", "--data", t.TempDir())
	if code == 0 || !strings.Contains(errs, "demo-anywhere") {
		t.Errorf("the demo world on every address: %d %s", code, errs)
	}
}

func TestASecretInAFileIsHiddenByDoctor(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(name, []byte("postgres://hawker:hunter2@127.0.0.1:1/none\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	code, out, errs := hawker(t, ctx, []string{"HAWKER_DATABASE_FILE=" + name}, "doctor")
	if code == 0 || !strings.Contains(out, "postgres://hawker:xxxxx@127.0.0.1:1/none") || strings.Contains(out+errs, "hunter2") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
}

// until stops the program when it has said a word.
type until struct {
	bytes.Buffer
	word string
	stop func()
}

func (u *until) Write(b []byte) (int, error) {
	n, err := u.Buffer.Write(b)
	if strings.Contains(u.String(), u.word) {
		u.stop()
	}
	return n, err
}

func TestServeStartsAndStops(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said := &until{word: "Manager login", stop: stop}
	var complaints bytes.Buffer
	code := run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--demo", "--log-level", "error"}, nil, said, &complaints)
	out, errs := said.String(), complaints.String()
	if code != 0 || !strings.Contains(out, "token EAADEMO") || !strings.Contains(out, "/chat") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
}

func TestTransparentPrintsWhatAShellNeeds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, out, errs := hawker(t, t.Context(), nil, "transparent", "--data", dir)
	for _, want := range []string{"NODE_EXTRA_CA_CERTS=" + dir, "SSL_CERT_FILE=", "unshare", "--transparent 127.0.0.77:443"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("no %q: %d\n%s%s", want, code, out, errs)
		}
	}
}
