package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
)

// probeTime is how long a server on the address may take to answer.
const probeTime = 3 * time.Second

// Check says how things stand, for `hawker doctor`: a server that runs with these settings, or a database
// that opens and an address that is free.
func Check(ctx context.Context, c Config) (string, error) {
	running := probe(ctx, c.Addr)
	d, err := db.Open(ctx, db.Config{URL: c.Database, Dir: c.Data, Clock: clock.System{}, Instance: c.Instance})
	switch {
	case errors.Is(err, db.ErrInUse) && running:
		return fmt.Sprintf("Hawker is running on http://%s and ready; it holds the data directory %s.", c.Addr, c.Data), nil
	case err != nil:
		return "", err
	}
	if err := errors.Join(d.Ping(ctx), d.Close()); err != nil {
		return "", err
	}
	report := fmt.Sprintf("The %s database opens and answers.", d.Dialect())
	if running {
		return report + fmt.Sprintf("\nThe address %s belongs to a Hawker with another data directory; choose another one with --addr.", c.Addr), nil
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return "", fmt.Errorf("%s\nThe address cannot be used: %w; choose another one with --addr", report, err)
	}
	return report + fmt.Sprintf("\nThe address %s is free.", c.Addr), l.Close()
}

// probe tells whether a Hawker answers on an address.
func probe(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 100))
	return err == nil && res.StatusCode == http.StatusOK && string(b) == "ready\n"
}
