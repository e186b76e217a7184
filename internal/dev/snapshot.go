package dev

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/ui"
)

// World keeps and brings back everything that is stored.
type World interface {
	Save(ctx context.Context, name string) error
	Restore(ctx context.Context, name string) error
	Remove(ctx context.Context, name string) error
	List(ctx context.Context) ([]string, error)
	// Reset makes the world what it was at the first start.
	Reset(ctx context.Context) error
}

// beforeRestore is the snapshot that is kept of the world another one takes the place of: the way back.
const beforeRestore = "before-restore"

// SnapshotsPage keeps the whole world and brings it back.
type SnapshotsPage struct {
	Shell
	List    []string
	Before  string // the name that takes what was there
	Name    string
	Problem string
	Detail  string
	Calls   []Snippet
}

func (s *Server) snapshots(v *visit) error { return s.showSnapshots(v, http.StatusOK, SnapshotsPage{}) }

func (s *Server) showSnapshots(v *visit, status int, p SnapshotsPage) (err error) {
	p.Shell, p.Before = v.shell(v.t("dev.nav_snapshots"), "snapshots"), beforeRestore
	if p.List, err = s.World.List(v.Context()); err != nil {
		return err
	}
	name := "lunch"
	if len(p.List) > 0 {
		name = p.List[0]
	}
	p.Calls = snippets(http.MethodPost, s.BaseURL+"/sandbox/v1/snapshots/"+name+"/restore", []string{"Authorization: Bearer " + s.Token}, "")
	return v.show(status, "snapshots.html", p)
}

// changeWorld takes a snapshot, brings one back, forgets one, or begins anew.
func (s *Server) changeWorld(v *visit) error {
	ctx, name, action := v.Context(), strings.TrimSpace(v.PostFormValue("name")), v.PostFormValue("action")
	keep := func() error {
		if v.PostFormValue("keep") == "" || name == beforeRestore {
			return nil
		}
		return s.World.Save(ctx, beforeRestore)
	}
	var err error
	var done string
	switch action {
	case "take":
		err, done = s.World.Save(ctx, name), "kept"
	case "restore":
		var names []string
		if names, err = s.World.List(ctx); err == nil && slices.Contains(names, name) { // else there is nothing to make room for
			err = keep()
		}
		if err == nil {
			err = s.World.Restore(ctx, name)
		}
		done = "restored"
	case "delete":
		err, done = s.World.Remove(ctx, name), "forgotten"
	case "reset":
		if err = keep(); err == nil {
			err = s.World.Reset(ctx)
		}
		done = "reset"
	default:
		return errNothing
	}
	if f, ok := fault.As(err); ok {
		return s.showSnapshots(v, http.StatusUnprocessableEntity, SnapshotsPage{Name: name, Problem: ui.Words(v.lang, f), Detail: f.Detail})
	}
	if err != nil {
		return err
	}
	return v.redirect(Prefix + "/snapshots?done=" + done)
}
