package webhook_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// around is what a program has before and after the lines that the page on webhooks tells it to have: the secret, the header and the
// name of a file with the body come as arguments, and it prints whether the signature is good.
var around = map[string]struct {
	run           []string
	file          string
	before, after string
}{
	"js": {
		[]string{"node"},
		"check.js",
		"const crypto = require('crypto'), [secret, header, file] = process.argv.slice(2)\nconst req = {body: require('fs').readFileSync(file)}, express = {raw: () => 0}, app = {use() {}}\n",
		"console.log(good)\n",
	},
	"python": {
		[]string{"python3"},
		"check.py",
		"import hashlib, hmac, sys\nsecret, header, file = sys.argv[1:]\nclass request:\n    def get_data(): return open(file, 'rb').read()\n",
		"print(str(good).lower())\n",
	},
	"go": {
		[]string{"go", "run"},
		"check.go",
		"package main\nimport (\"crypto/hmac\"; \"crypto/sha256\"; \"encoding/hex\"; \"fmt\"; \"os\")\nfunc main() {\nsecret, header := os.Args[1], os.Args[2]\nbody, _ := os.ReadFile(os.Args[3])\n",
		"fmt.Println(good)\n}\n",
	},
	"php": {
		[]string{"php"},
		"check.php",
		"<?php\n[, $secret, $header, $file] = $argv;\n",
		"echo $good ? 'true' : 'false';\n",
	},
}

// The lines that docs/webhooks.md gives in four languages tell a webhook of ours, as it came, from one with a changed byte.
func TestTheLinesOfThePageCheckSignatures(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(t, c)
	h, s := newHook(t), service(d, c)
	subscribe(t, s, h.URL)
	emit(t, d, s, "l", `{"text":"Phở bò, कॉफ़ी, قهوة, 🍜 <b>&amp;</b> / %"}`)
	drain(t, s)
	if len(h.bodies) != 1 {
		t.Fatalf("%d webhooks", len(h.bodies))
	}
	header, dir := h.got[0].Header.Get("X-Hub-Signature-256"), t.TempDir()
	real, changed := filepath.Join(dir, "body"), filepath.Join(dir, "changed")
	write(t, real, h.bodies[0])
	write(t, changed, strings.Replace(h.bodies[0], `\u1edf`, `\u1EDF`, 1))
	if strings.Count(h.bodies[0], `\u1edf`) != 1 {
		t.Fatalf("the body has other bytes than this test thinks: %s", h.bodies[0])
	}
	blocks := regexp.MustCompile("(?s)```(js|python|go|php)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != len(around) {
		t.Fatalf("the page has lines in %d languages, this test knows %d", len(blocks), len(around))
	}
	for _, block := range blocks {
		t.Run(block[1], func(t *testing.T) {
			t.Parallel()
			a, lines := around[block[1]], block[2]
			if _, err := exec.LookPath(a.run[0]); err != nil {
				if os.Getenv("CI") == "true" {
					t.Fatalf("there is no %s", a.run[0])
				}
				t.Skipf("*** NOT run: there is no %s ***", a.run[0])
			}
			if block[1] == "php" { // a program started by hand has no request
				lines = strings.ReplaceAll(lines, "'php://input'", "$file")
			}
			program := filepath.Join(t.TempDir(), a.file)
			write(t, program, a.before+lines+a.after)
			check := func(secret, body, want string) {
				t.Helper()
				args := append(append([]string{}, a.run[1:]...), program, secret, header, body)
				out, err := exec.CommandContext(t.Context(), a.run[0], args...).CombinedOutput()
				if err != nil || strings.TrimSpace(string(out)) != want {
					t.Errorf("%s with %s: %v\n%s", body, secret, err, out)
				}
			}
			check(secret, real, "true")
			check(secret, changed, "false")
			check("another", real, "false")
		})
	}
	if h.got[0].Method != http.MethodPost {
		t.Errorf("it came by %s", h.got[0].Method)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
