package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hawker": main})
}

// TestScripts runs the scripts of testdata/script against the program as its own process.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}], env.Values[inboxKey{}] = &server{}, &inbox{came: make(chan string, inboxMost)}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve": serveInBackground, "stop": stopServer, "call": call, "receive": receive, "arrived": arrived, "heard": heard,
			"forget": forget, "delivered": delivered,
		},
	})
}

// server is the running `hawker serve` of a script.
type server struct {
	cmd *exec.Cmd
	log bytes.Buffer
}

type serverKey struct{}

var address = regexp.MustCompile(`Start page\s+(http://\S+)/`)

// serveInBackground starts `hawker serve` with arguments, waits for its address and puts it into $URL.
func serveInBackground(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("hawker")
	if err != nil { // the script's PATH is not this process's
		path = strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0] + "/hawker"
	}
	s := ts.Value(serverKey{}).(*server)
	s.log.Reset()
	s.cmd = exec.Command(path, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	s.cmd.Dir, s.cmd.Stderr = ts.Getenv("WORK"), &s.log
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			ts.Setenv("URL", m[1])
			ts.Setenv("ADDR", strings.TrimPrefix(m[1], "http://"))
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	ts.Fatalf("no address; the log says %s", s.log.String())
}

// stopServer ends the server with a signal, as a person does, or kills it: `stop -KILL`.
func stopServer(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if len(args) > 0 && args[0] == "-KILL" {
		ts.Check(s.cmd.Process.Kill())
		_ = s.cmd.Wait()
		return
	}
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	ts.Check(s.cmd.Wait())
}

// call makes a request: call STATUS METHOD PATH [BODY]. The answer is the standard output, for `stdout`.
func call(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: call STATUS METHOD PATH [BODY]")
	}
	body := ""
	if len(args) > 3 {
		body = args[3]
	}
	_, err := ts.Stdout().Write(ask(ts, args[0], args[1], args[2], body))
	ts.Check(err)
}

// ask makes a request that has to be answered with a status, and returns the answer.
func ask(ts *testscript.TestScript, status, method, path, body string) []byte {
	req, err := http.NewRequest(method, ts.Getenv("URL")+path, strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: patience}
	res, err := client.Do(req)
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	if got := strings.Fields(res.Status)[0]; got != status {
		ts.Fatalf("%s %s answered %s %s, want %s", method, path, got, b, status)
	}
	return b
}
