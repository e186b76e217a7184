// Package picture fetches the pictures that items name, makes them ours and serves them: a customer's browser never
// calls a shop's address, and what it shows was written by Hawker.
package picture

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// How pictures are fetched.
const (
	fetchTime   = 10 * time.Second
	workers     = 2
	chunk       = 10              // items of one commit
	turn        = 100             // items of one run of the job, then others have theirs
	failuresMax = 3               // of one host in a row: then its catalog waits
	hostPause   = time.Minute     // how long
	triesMost   = 5               // of one address
	sweepEvery  = 24 * time.Hour  // how often what nobody needs is removed
	fullSide    = 1280            // pixels
	ThumbSide   = 320             // pixels
	smallSide   = 500             // pixels: smaller ones are warned of
	retryFirst  = 2 * time.Minute // times six after each try
	unusedAge   = 24 * time.Hour  // how old a picture is that the sweep may take
	sweepPage   = 1000            // rows of one look
)

// Deps is what the service works with.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Files  *media.Store
	Client *safehttp.Client
	Live   *live.Hub
	Logger *slog.Logger
}

// Service keeps pictures.
type Service struct {
	Deps
	// keeping is held while files and their rows are stored, and exclusively while files are removed.
	keeping sync.RWMutex
	drawing chan struct{} // a place for each upload that is drawn: pixels are much memory
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, drawing: make(chan struct{}, workers)} }

// Register has the runner do the service's jobs.
func (s *Service) Register(r *job.Runner) {
	job.Handle(r, s.Fetch)
	job.Handle(r, s.Again)
	job.Handle(r, s.Sweep)
}

// Hash names the picture of an address.
func Hash(link string) string {
	sum := sha256.Sum256([]byte(link))
	return hex.EncodeToString(sum[:16])
}

// Path prefixes of pictures.
const (
	PathThumb = "/pictures/thumb/"
	PathFull  = "/pictures/full/"
)

// drawn begins the paths of pictures that the server draws itself for its stories: they are shown as they are. No item has
// such a link, since an item's has a host.
const drawn = "/demo/pictures/"

// Thumb is the path of the small view of the picture at an address; "" for none.
func Thumb(link string) string { return path(PathThumb, link) }

// Full is the path of the large view.
func Full(link string) string { return path(PathFull, link) }

func path(prefix, link string) string {
	if link == "" || strings.HasPrefix(link, drawn) {
		return link
	}
	return prefix + Hash(link) + ".jpg"
}
