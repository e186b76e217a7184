package sandbox

import "context"

// World keeps and brings back everything that is stored.
type World interface {
	Save(ctx context.Context, name string) error
	Restore(ctx context.Context, name string) error
	Remove(ctx context.Context, name string) error
	List(ctx context.Context) ([]string, error)
	// Reset makes the world what it was at the first start.
	Reset(ctx context.Context) error
}

type snapshotBody struct {
	Name string `json:"name" doc:"small letters, digits and hyphens, at most 40; what was kept under it before is replaced"`
}

type snapshot struct {
	Name string `json:"name"`
}

type snapshotsAnswer struct {
	Data []snapshot `json:"data"`
}

// snapshotRoutes keep the whole world and bring it back.
func (s *Server) snapshotRoutes() []route {
	return []route{
		{method: "GET", path: "/snapshots", summary: "The snapshots of the world", do: s.getSnapshots, answer: snapshotsAnswer{}},
		{
			method: "POST", path: "/snapshots", summary: "Keep the whole world as it is now: every business, message, order, webhook and the clock",
			do: s.postSnapshot, body: &snapshotBody{}, answer: snapshot{},
		},
		{method: "POST", path: "/snapshots/{snapshot}/restore", summary: "Bring a kept world back; what happened since is gone", do: s.restoreSnapshot, answer: success{}},
		{method: "DELETE", path: "/snapshots/{snapshot}", summary: "Forget a snapshot", do: s.deleteSnapshot, answer: success{}},
		{method: "POST", path: "/reset", summary: "Make the world what a first start makes it; snapshots stay", do: s.postReset, answer: success{}},
	}
}

func (s *Server) getSnapshots(c *call) (any, error) {
	names, err := s.World.List(c.Context())
	a := snapshotsAnswer{Data: []snapshot{}}
	for _, n := range names {
		a.Data = append(a.Data, snapshot{n})
	}
	return a, err
}

func (s *Server) postSnapshot(c *call) (any, error) {
	name := c.body.(*snapshotBody).Name
	return snapshot{name}, s.World.Save(c.Context(), name)
}

func (s *Server) restoreSnapshot(c *call) (any, error) {
	return done, s.World.Restore(c.Context(), c.PathValue("snapshot"))
}

func (s *Server) deleteSnapshot(c *call) (any, error) {
	return done, s.World.Remove(c.Context(), c.PathValue("snapshot"))
}

func (s *Server) postReset(c *call) (any, error) { return done, s.World.Reset(c.Context()) }
