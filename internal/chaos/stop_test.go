package chaos

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// keptOpen is how long a connection stays open between two requests while the program ends, at least. Who took longer to ask
// again was late, and may find it closed.
const keptOpen = 100 * time.Millisecond

// A polite end under load finishes what is in flight: callers see answers or a refused connection, and
// nothing else. An open stream does not hold the end.
func TestAPoliteEndUnderLoad(t *testing.T) {
	beside(t)
	p := newProgram(t, "sqlite")
	var answered, late int
	var slowest time.Duration
	times := often(t, 4, 50)
	for range times {
		p.start()
		p.greet()
		stream := p.follow(t)
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		var wg sync.WaitGroup
		busy := make(chan struct{}, 8)
		for c := range 8 {
			wg.Go(func() {
				n, wasLate, err := p.sendUntilRefused(ctx, c%customers, busy)
				mu.Lock()
				defer mu.Unlock()
				answered += n
				if wasLate {
					late++
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		for range cap(busy) {
			<-busy // everybody has been answered once: the load is on
		}
		begin := time.Now()
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		p.ends(t)
		slowest = max(slowest, time.Since(begin))
		wg.Wait()
		cancel()
		if <-stream == 0 {
			t.Error("the event stream brought nothing before it ended")
		}
	}
	figure(t, "R18", "%d polite ends under load, %d answers, none but 200; %d callers took longer than %v to ask again; slowest end %v", times, answered, late, keptOpen, slowest.Round(time.Millisecond))
	if answered == 0 {
		t.Error("the load did not reach the program")
	}
}

// ends waits for the end that was asked for. Requests in flight have ten seconds of the program's own; how long it takes to be heard,
// and to be gone, is the machine's affair. What was cut off then stands in the log.
func (p *program) ends(t *testing.T) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("a polite end: %v", err)
		}
	case <-time.After(patience):
		p.kill()
		t.Fatal("the program did not end")
	}
	if said := p.complaints.String(); strings.Contains(said, "cut off") {
		t.Errorf("the end was not in time: %s", said)
	}
}

// sendUntilRefused sends until the address no longer answers. Anything but an answer of 200 or a refused
// connection is an error; who was late with a request on a connection that was open before may find that it is no more.
func (p *program) sendUntilRefused(ctx context.Context, customer int, busy chan<- struct{}) (answered int, late bool, err error) {
	for ctx.Err() == nil {
		var between pause
		_, err := p.callIn(between.watch(), http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(customer)))
		switch {
		case err == nil:
			answered++
			if answered == 1 {
				busy <- struct{}{}
			}
		case errors.Is(err, syscall.ECONNREFUSED):
			return answered, late, nil
		case between.is() > keptOpen && !late && !errors.Is(err, errRefused):
			late = true
		default:
			return answered, late, err
		}
	}
	return answered, late, nil
}

// follow reads the stream of events; the channel tells how many bytes came when it has ended.
func (p *program) follow(t *testing.T) <-chan int64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/sandbox/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	res, err := streams.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan int64, 1)
	go func() {
		n, _ := discard(res.Body)
		_ = res.Body.Close()
		ended <- n
	}()
	return ended
}

// pause is the time between the last answer on a connection and the next request.
type pause struct {
	idle  time.Duration
	since func() time.Duration // it was taken
	wrote atomic.Int64         // nanoseconds it took to write the request; 0: it is not written
}

func (p *pause) watch() context.Context {
	return httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn:      func(c httptrace.GotConnInfo) { p.idle, p.since = c.IdleTime, clock.Stopwatch() },
		WroteRequest: func(httptrace.WroteRequestInfo) { p.wrote.Store(int64(p.since())) },
	})
}

// is the pause; nothing on a new connection.
func (p *pause) is() time.Duration {
	switch wrote := time.Duration(p.wrote.Load()); {
	case p.since == nil || p.idle == 0:
		return 0
	case wrote > 0:
		return p.idle + wrote
	default:
		return p.idle + p.since()
	}
}
