package chaos

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the real binary on one database.
type program struct {
	t                      *testing.T
	binary, database, data string
	// under is a command that runs the program, such as strace with its flags.
	under []string
	// with are further flags of the program.
	with []string
	// env is added to its environment.
	env []string
	// complaints is what the last run wrote to its log.
	complaints *diary

	mu  sync.RWMutex
	url string
	cmd *exec.Cmd
}

// start runs the program and waits for its address; it returns how long that took.
func (p *program) start() time.Duration {
	p.t.Helper()
	begin := time.Now()
	if err := p.tryStart(); err != nil {
		p.t.Fatal(err)
	}
	return time.Since(begin)
}

// tryStart is start where the program may be unable to.
func (p *program) tryStart() error {
	p.t.Helper()
	line := append(slices.Clone(p.under), p.binary, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", p.data, "--database", p.database, "--limits", "off", "--log-level", "error")
	line = append(line, p.with...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	complaints := &diary{}
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	url := ""
	for url == "" && lines.Scan() {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "Start page"); ok {
			url = strings.TrimRight(strings.TrimSpace(rest), "/")
		}
	}
	if url == "" {
		_ = cmd.Wait()
		return fmt.Errorf("the program did not start again: %s", complaints.String())
	}
	go func() { _, _ = discard(out) }()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.url, p.cmd, p.complaints = url, cmd, complaints
	return nil
}

// kill ends the program without any warning.
func (p *program) kill() {
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Error(err)
	}
	_ = p.cmd.Wait() // killed: that is its error
}

// stop ends the program politely, which has to work too.
func (p *program) stop() {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Error(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("a polite end: %v", err)
	}
}

// client calls the program; streams has no end of its own.
var (
	client  = &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	streams = &http.Client{}
)

func discard(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }

// diary keeps what a running program writes to its log.
type diary struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.Write(b)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.String()
}

// errRefused is an answer other than 200: nothing was promised, but something is wrong.
var errRefused = errors.New("refused")

func (p *program) address() string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.url
}

// call makes a request. An error that is not errRefused means that the program died on the way: what was
// asked may or may not have happened.
func (p *program) call(method, path string, body any) (map[string]any, error) {
	return p.callIn(context.Background(), method, path, body)
}

func (p *program) callIn(ctx context.Context, method, path string, body any) (map[string]any, error) {
	url := p.address()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s %s answered %d %s", errRefused, method, path, res.StatusCode, raw)
	}
	var v map[string]any
	return v, json.Unmarshal(raw, &v)
}

func (p *program) must(method, path string, body any) map[string]any {
	p.t.Helper()
	v, err := p.call(method, path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func (p *program) say(customer int, text string) error {
	_, err := p.call(http.MethodPost, chat(customer)+"/messages", map[string]string{"text": text})
	return err
}

// greet opens the customer service window of every customer.
func (p *program) greet() {
	p.t.Helper()
	for c := range customers {
		if err := p.say(c, "hello"); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *program) listen(h *hook) {
	p.t.Helper()
	p.must(http.MethodPost, "/v25.0/100000000000001/subscriptions", map[string]string{
		"access_token": "100000000000001|" + secret, "object": "whatsapp_business_account", "fields": "messages", "verify_token": "v", "callback_url": h.URL,
	})
	p.must(http.MethodPost, "/v25.0/"+waba+"/subscribed_apps", nil)
}

// drain waits until every webhook was delivered. The clock is moved along, so that what waits for its
// next attempt does not wait for long.
func (p *program) drain() {
	p.t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for {
		v := p.must(http.MethodGet, "/sandbox/v1/webhooks/deliveries?state=pending&limit=1", nil)
		if len(v["data"].([]any)) == 0 {
			return
		}
		p.must(http.MethodPost, "/sandbox/v1/clock", map[string]string{"advance": "1m"})
		select {
		case <-tick.C:
		case <-end:
			p.t.Fatalf("webhooks still wait: %v", v)
		}
	}
}
