package safehttp

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// idleTime is how long a connection that nobody needs is kept.
const idleTime = time.Minute

// lines keeps connections for [Client.Post]. Nothing runs beside them: who takes one looks whether it still stands.
type lines struct {
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	tls   *tls.Config
	most  int // kept for each place
	total time.Duration

	mu       sync.Mutex
	idle     map[place][]*line // the latest used last
	sweeping bool
}

// place is where a connection leads, as the URL says it.
type place struct {
	secure bool
	host   string
}

// line is one connection.
type line struct {
	conn  net.Conn // what is said goes over this
	tcp   net.Conn // below it
	raw   syscall.RawConn
	limit io.LimitedReader // what may still be read of a head
	in    *bufio.Reader
	out   []byte
	idle  time.Time // since when
	kept  bool      // it has had an answer before

	silent bool // of the last look
	look   func(fd uintptr) bool
}

func newLines(dial func(ctx context.Context, network, address string) (net.Conn, error), config *tls.Config, most int, total time.Duration) *lines {
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"}
	return &lines{dial: dial, tls: config, most: most, total: total, idle: map[place][]*line{}}
}

// take finds a connection that still stands, unless it is to be fresh, or makes one. Until first it may be used without another word.
func (p *lines) take(ctx context.Context, at place, host, port string, first, end time.Time, fresh bool) (*line, error) {
	if !fresh {
		for l := p.pop(at); l != nil; l = p.pop(at) {
			if l.conn.SetDeadline(first) == nil && l.stands() {
				return l, nil
			}
			l.close()
		}
	}
	if port == "" {
		port = "80"
		if at.secure {
			port = "443"
		}
	}
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	tcp, err := p.dial(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	l := &line{conn: tcp, tcp: tcp}
	if at.secure {
		if l.conn, err = p.secure(ctx, tcp, host); err != nil {
			_ = tcp.Close()
			return nil, err
		}
	}
	if c, ok := tcp.(syscall.Conn); ok {
		if l.raw, err = c.SyscallConn(); err != nil {
			l.close()
			return nil, err
		}
	}
	l.limit.R = l.conn
	l.in = bufio.NewReader(&l.limit)
	if err := l.conn.SetDeadline(first); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (p *lines) secure(ctx context.Context, tcp net.Conn, host string) (net.Conn, error) {
	config := p.tls.Clone()
	config.ServerName = host
	c := tls.Client(tcp, config)
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	return c, c.HandshakeContext(ctx)
}

func (p *lines) pop(at place) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.idle[at]
	if len(list) == 0 {
		return nil
	}
	l := list[len(list)-1]
	list[len(list)-1] = nil
	p.idle[at] = list[:len(list)-1]
	return l
}

func (p *lines) put(at place, l *line) {
	const outMost = 16 << 10 // of memory kept for the next request
	if cap(l.out) > outMost {
		l.out = nil
	}
	l.idle, l.kept = clock.System{}.Now(), true
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle[at]) >= p.most {
		l.close()
		return
	}
	p.idle[at] = append(p.idle[at], l)
	if !p.sweeping {
		p.sweeping = true
		time.AfterFunc(idleTime, p.sweep)
	}
}

// sweep closes what nobody has needed for a while, and comes back while something is left.
func (p *lines) sweep() {
	now := clock.System{}.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for at, list := range p.idle {
		old := 0
		for old < len(list) && now.Sub(list[old].idle) >= idleTime {
			list[old].close()
			old++
		}
		if old == len(list) {
			delete(p.idle, at)
		} else {
			p.idle[at] = append([]*line(nil), list[old:]...)
		}
	}
	if p.sweeping = len(p.idle) > 0; p.sweeping {
		time.AfterFunc(idleTime, p.sweep)
	}
}

// close lets all go that nobody uses.
func (p *lines) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.idle {
		for _, l := range list {
			l.close()
		}
	}
	clear(p.idle)
}

func (l *line) close() { _ = l.tcp.Close() }
