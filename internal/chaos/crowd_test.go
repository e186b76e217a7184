package chaos

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is what the program holds in RAM, in MB.
func (p *program) memory() int {
	p.t.Helper()
	return memoryOf(p.t, p.cmd.Process.Pid)
}

func memoryOf(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	need(t, err == nil, "the memory of a process is read from /proc")
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb >> 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// p99 of how long sends take, one after the other.
func (p *program) p99(t *testing.T, sends int) time.Duration {
	t.Helper()
	took := make([]time.Duration, sends)
	for n := range took {
		begin := time.Now()
		p.must(http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(n%customers)))
		took[n] = time.Since(begin)
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

// Connections that say nothing, or a byte now and then, keep nobody else from being served, cost little, and are
// ended by the server.
func TestConnectionsThatSayNothing(t *testing.T) {
	beside(t)
	p := newProgram(t, "sqlite")
	p.start()
	p.greet()
	crowd, sends := often(t, 300, 5000), often(t, 100, 1000)
	before := p.p99(t, sends)
	var conns []net.Conn
	for n := range crowd {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		if n%2 == 0 { // the other half says nothing at all
			if _, err := io.WriteString(c, "POST /v25.0/"+phone+"/messages HTTP/1.1\r\nHost: x\r\nContent-"); err != nil {
				t.Fatal(err)
			}
		}
	}
	during := p.p99(t, sends)
	memory := p.memory()
	var wg sync.WaitGroup
	for _, c := range conns {
		wg.Go(func() { // ends when the server closes the connection
			_ = c.SetReadDeadline(time.Now().Add(time.Minute))
			if _, err := io.Copy(io.Discard, c); err != nil && os.IsTimeout(err) {
				t.Error("a connection that says nothing was left open for a minute")
			}
			_ = c.Close()
		})
	}
	wg.Wait()
	p.stop()
	figure(t, "R10", "%d silent connections: p99 of a send %v (%v without them, × %.1f), %d MB", crowd, during.Round(time.Microsecond*100),
		before.Round(time.Microsecond*100), float64(during)/float64(before), memory)
	if memory > 400 {
		t.Errorf("the program holds %d MB, more than 400", memory)
	}
}

// More callers than there are places: everybody is answered, those beyond the places with code 4 and when to come
// back, and nothing else goes wrong.
func TestMoreCallersThanPlaces(t *testing.T) {
	const places = 32
	p := newProgram(t, "sqlite")
	p.with = []string{"--most-at-work", strconv.Itoa(places)}
	t.Setenv("GOMEMLIMIT", "512MiB")
	p.start()
	p.greet()
	sends := often(t, 400, 20_000)
	crowd := func(callers, sends int) (served, refused int, rate float64) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		begin := time.Now()
		for c := range callers {
			wg.Go(func() {
				for range max(sends/callers, 2) {
					ok, err := p.sendOrShed(c % customers)
					mu.Lock()
					switch {
					case err != nil:
						t.Error(err)
					case ok:
						served++
					default:
						refused++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		return served, refused, float64(served) / time.Since(begin).Seconds()
	}
	crowd(places, sends) // what is done once is done
	var ratios []float64
	served, refused := 0, 0
	for range 3 { // the machine's pace changes: side by side, the middle counts
		_, _, alone := crowd(places, sends)
		s, r, crowded := crowd(places*5, sends)
		served, refused, ratios = served+s, refused+r, append(ratios, crowded/alone)
	}
	slices.Sort(ratios)
	if served == 0 {
		t.Error("none of the crowd was served")
	}
	// A machine may be quick enough for everybody. With calls that take a while the places are full for certain.
	p.must(http.MethodPut, "/sandbox/v1/faults", map[string]any{"faults": []any{map[string]string{"on": "graph", "latency": "2s"}}})
	until(t, "a refusal", func() bool {
		s, r, _ := crowd(places*5, 0)
		served, refused = served+s, refused+r
		return r > 0
	})
	p.must(http.MethodDelete, "/sandbox/v1/faults", nil)
	memory := p.memory()
	if memory > 512 {
		t.Errorf("the program holds %d MB, more than 512", memory)
	}
	p.must(http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(0))) // afterwards all is as before
	p.stop()
	figure(t, "R20", "%d callers for %d places: %d served, %d refused with code 4; goodput %.2f of what %d callers get; %d MB",
		places*5, places, served, refused, ratios[1], places, memory)
}

// sendOrShed sends once. ok is false where the program said, in the words of the contract, that it is busy.
func (p *program) sendOrShed(customer int) (ok bool, err error) {
	_, err = p.call(http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(customer)))
	if err != nil && strings.Contains(err.Error(), " 503 ") && strings.Contains(err.Error(), `"code":4,`) {
		return false, nil
	}
	return err == nil, err
}
