package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of a connection: a slow stranger holds no worker.
const (
	headerTime  = 10 * time.Second
	bodyTime    = 60 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 64 << 10
	// Connections between two requests hear with their next answer that they end. When nobody has asked anything for
	// partingQuiet ticks, the others are closed. A stopped or starved process has no ticks: it hears first what came meanwhile.
	partingTick  = 25 * time.Millisecond
	partingQuiet = 8
	partingMost  = 120
)

// server is an HTTP server that ends without cutting anybody off.
type server struct {
	http     *http.Server
	listener net.Listener
	log      *slog.Logger
	ending   atomic.Bool // nobody new is let in
	leaving  atomic.Bool // who is in goes after the next answer
	asked    atomic.Bool // somebody who was in asked something since the last tick

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	empty chan struct{} // closed when the last connection is gone after leaving
}

func newServer(h http.Handler, log *slog.Logger, l net.Listener) *server {
	s := &server{listener: l, log: log, conns: map[net.Conn]struct{}{}, empty: make(chan struct{})}
	s.http = &http.Server{
		Handler: s.parting(h), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), ConnState: s.count,
	}
	return s
}

// parting tells every caller of a server that is leaving that this answer is the connection's last.
func (s *server) parting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.leaving.Load() {
			s.asked.Store(true)
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

func (s *server) count(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns[c] = struct{}{}
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, c)
		if len(s.conns) == 0 && s.leaving.Load() {
			s.sayEmpty()
		}
	case http.StateActive, http.StateIdle:
	}
}

// sayEmpty closes empty once; s.mu is held.
func (s *server) sayEmpty() {
	select {
	case <-s.empty:
	default:
		close(s.empty)
	}
}

// serve answers until the server is closed.
func (s *server) serve() error {
	err := s.http.Serve(s.listener)
	if s.ending.Load() || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// close takes no more connections, answers what was asked, and lets connections go after their next answer:
// closing them at once would throw away a request that is already on its way. When ctx ends, so does everything.
// The door is shut before anybody is told to go: who comes back at once would be cut off in it.
func (s *server) close(ctx context.Context) {
	s.ending.Store(true)
	_ = s.listener.Close() // it may have been closed already
	s.mu.Lock()
	s.leaving.Store(true)
	if len(s.conns) == 0 {
		s.sayEmpty()
	}
	s.mu.Unlock()
	s.part(ctx)
	if err := s.http.Shutdown(ctx); err != nil {
		s.log.Error("requests in flight did not finish in time and are cut off", "error", err)
		_ = s.http.Close()
	}
}

// part waits until those who are in have asked once more, or seem to have nothing to ask.
func (s *server) part(ctx context.Context) {
	tick := time.NewTicker(partingTick)
	defer tick.Stop()
	quiet := 0
	for n := 0; n < partingMost && quiet < partingQuiet; n++ {
		select {
		case <-tick.C:
		case <-s.empty:
			return
		case <-ctx.Done():
			return
		}
		quiet++
		if s.asked.Swap(false) {
			quiet = 0
		}
	}
}
