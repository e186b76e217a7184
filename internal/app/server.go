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
	// partingTime is how long connections between two requests may take to hear, with their next answer, that
	// they end; those that ask nothing by then are closed.
	partingTime = 150 * time.Millisecond
)

// server is an HTTP server that ends without cutting anybody off.
type server struct {
	http     *http.Server
	listener net.Listener
	leaving  atomic.Bool

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	empty chan struct{} // closed when the last connection is gone after leaving
}

func newServer(h http.Handler, log *slog.Logger, l net.Listener) *server {
	s := &server{listener: l, conns: map[net.Conn]struct{}{}, empty: make(chan struct{})}
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
	if s.leaving.Load() || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// close takes no more connections, answers what was asked, and lets connections go after their next answer:
// closing them at once would throw away a request that is already on its way. When ctx ends, so does everything.
func (s *server) close(ctx context.Context) {
	s.mu.Lock()
	s.leaving.Store(true)
	if len(s.conns) == 0 {
		s.sayEmpty()
	}
	s.mu.Unlock()
	_ = s.listener.Close() // it may have been closed already
	t := time.NewTimer(partingTime)
	defer t.Stop()
	select {
	case <-s.empty:
	case <-t.C:
	case <-ctx.Done():
	}
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // what did not finish in time
	}
}
