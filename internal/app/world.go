package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hawkerhq/hawker/internal/demo"
)

// world saves, restores and resets everything that is stored: what the sandbox's snapshots are made of.
type world struct {
	a  *App
	p  parts
	mu sync.Mutex // one at a time
}

// Save implements sandbox.World.
func (w *world) Save(ctx context.Context, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.a.DB.Save(ctx, name)
}

// List implements sandbox.World.
func (w *world) List(ctx context.Context) ([]string, error) { return w.a.DB.Snapshots(ctx) }

// Remove implements sandbox.World.
func (w *world) Remove(ctx context.Context, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.a.DB.Remove(ctx, name)
}

// Restore implements sandbox.World.
func (w *world) Restore(ctx context.Context, name string) error {
	return w.change(ctx, func(ctx context.Context) error { return w.a.DB.Restore(ctx, name) })
}

// Reset implements sandbox.World: the world as a first start makes it.
func (w *world) Reset(ctx context.Context) error {
	return w.change(ctx, func(ctx context.Context) error {
		if err := w.a.DB.Empty(ctx); err != nil {
			return err
		}
		return demo.Seed(ctx, demo.Deps{DB: w.a.DB, BaseURL: w.a.URL()})
	})
}

// change replaces the world while nothing works in the background, and has everybody forget the one before. It goes on
// when the caller goes away: half a world is none.
func (w *world) change(ctx context.Context, f func(context.Context) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	w.a.jobs.Stop()
	w.a.webhooks.Stop()
	failed := f(ctx)
	w.p.accounts.Forget()
	w.p.reach.Forget()
	w.a.webhooks.Forget()
	_, clock := openClock(ctx, w.a.DB, w.a.Clock.Adjustable)
	err := errors.Join(failed, clock, w.a.jobs.Start(ctx), w.a.webhooks.Start(ctx))
	w.a.hub.Publish("events", map[string]any{"type": "world.changed"})
	if err != nil && failed == nil {
		return fmt.Errorf("after the world was changed: %w", err)
	}
	return err
}
