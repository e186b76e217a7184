package manager

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// batchesShown is how many batches are listed; linesShown how many lines of one.
const (
	batchesShown = 50
	linesShown   = 500
)

// BatchesPage lists what programs wrote into the catalog in batches.
type BatchesPage struct {
	Shell
	Batches []catalog.BatchLine
}

// BatchPage is one batch: how far it is, and the lines that went wrong.
type BatchPage struct {
	Shell
	Batch    catalog.BatchLine
	Problems []catalog.LineProblem
	More     int // lines that are not shown
}

// batches lists them.
func (s *Server) batches(v *visit) error {
	p := BatchesPage{Shell: v.shell(v.t("manager.batches"), "sources")}
	list, err := s.batchList(v)
	if err != nil {
		return err
	}
	p.Batches = list
	return v.show(http.StatusOK, "batches.html", p)
}

func (s *Server) batchList(v *visit) (list []catalog.BatchLine, err error) {
	if v.catalog.ID == 0 {
		return nil, nil
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = catalog.BatchesTx(ctx, tx, v.caller, v.catalog.ID, batchesShown)
		return err
	})
	return list, err
}

// batch shows one of those that are listed.
func (s *Server) batch(v *visit) error {
	list, err := s.batchList(v)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Handle != v.PathValue("handle") {
			continue
		}
		p := BatchPage{Shell: v.shell(v.t("manager.batch"), "sources"), Batch: b}
		read := s.Catalogs.BatchStatus
		if b.Sets {
			read = s.Catalogs.SetBatchStatus
		}
		told, err := read(v.Context(), v.caller, v.catalog.ID, b.Handle)
		if err != nil {
			return err
		}
		p.Problems = told.Problems[:min(len(told.Problems), linesShown)]
		p.More = len(told.Problems) - len(p.Problems)
		return v.show(http.StatusOK, "batch.html", p)
	}
	return errNothing
}
