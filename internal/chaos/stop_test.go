package chaos

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A polite end under load finishes what is in flight: callers see answers or a refused connection, and
// nothing else. An open stream does not hold the end.
func TestAPoliteEndUnderLoad(t *testing.T) {
	beside(t)
	p := newProgram(t, "sqlite")
	var answered int
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
				n, err := p.sendUntilRefused(ctx, c%customers, busy)
				mu.Lock()
				defer mu.Unlock()
				answered += n
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
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("a polite end: %v", err)
		}
		slowest = max(slowest, time.Since(begin))
		wg.Wait()
		cancel()
		if <-stream == 0 {
			t.Error("the event stream brought nothing before it ended")
		}
	}
	figure(t, "R18", "%d polite ends under load, %d answers, none but 200; slowest end %v", times, answered, slowest.Round(time.Millisecond))
	if answered == 0 {
		t.Error("the load did not reach the program")
	}
	if slowest > 10*time.Second {
		t.Errorf("an end took %v: requests in flight have ten seconds", slowest)
	}
}

// sendUntilRefused sends until the address no longer answers. Anything but an answer of 200 or a refused
// connection is an error.
func (p *program) sendUntilRefused(ctx context.Context, customer int, busy chan<- struct{}) (answered int, err error) {
	for ctx.Err() == nil {
		_, err := p.call(http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(customer)))
		switch {
		case err == nil:
			answered++
			if answered == 1 {
				busy <- struct{}{}
			}
		case errors.Is(err, syscall.ECONNREFUSED):
			return answered, nil
		default:
			return answered, err
		}
	}
	return answered, nil
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
