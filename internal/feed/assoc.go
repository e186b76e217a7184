package feed

import (
	"context"
	"errors"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Assoc ties a supplementary feed to a primary one, or parts the two.
type Assoc struct {
	FeedID id.ID // the other feed
	Remove bool
}

// Associate ties feeds of one catalog together: the entries name supplementary feeds where feed is a primary
// one, and primary feeds where it is supplementary. All of them hold, or none. The next fetch of a
// supplementary feed that changed takes its whole file in.
func (s *Service) Associate(ctx context.Context, c access.Caller, feed id.ID, list []Assoc) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	if len(list) == 0 || len(list) > feedsMost {
		return ErrParam.Withf("assoc_data", `assoc_data has %d entries; it is a list of 1 to %d objects such as {"feed_id":"…"}`, len(list), feedsMost)
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := changeTx(ctx, tx, c, feed)
		if err != nil {
			return err
		}
		changed := map[id.ID]Feed{}
		for n, a := range list {
			other, err := FeedTx(ctx, tx, c, a.FeedID)
			if err != nil && !errors.Is(err, ErrUnknown) {
				return err
			}
			if err != nil || other.CatalogID != f.CatalogID || other.Supplementary == f.Supplementary {
				return notAssociable(f, n, a.FeedID)
			}
			adds, to := other, f.ID
			if f.Supplementary {
				adds, to = f, other.ID
			}
			if before, ok := changed[adds.ID]; ok {
				adds = before
			}
			adds.PrimaryFeeds = slices.DeleteFunc(slices.Clone(adds.PrimaryFeeds), func(i id.ID) bool { return i == to })
			if !a.Remove {
				adds.PrimaryFeeds = append(adds.PrimaryFeeds, to)
			}
			changed[adds.ID] = adds
		}
		return storeAssocsTx(ctx, tx, changed)
	})
}

func notAssociable(f Feed, n int, other id.ID) *fault.Fault {
	if f.Supplementary {
		return ErrParam.Withf("assoc_data", "assoc_data: entry %d: %s is no primary feed of this catalog, which a supplementary feed adds to", n, other)
	}
	return ErrParam.Withf("assoc_data", "assoc_data: entry %d: %s is no supplementary feed of this catalog; make one with ingestion_source_type SUPPLEMENTARY_FEED", n, other)
}

func storeAssocsTx(ctx context.Context, tx *db.Tx, changed map[id.ID]Feed) error {
	for _, f := range changed {
		if len(f.PrimaryFeeds) == 0 {
			return ErrParam.Withf("assoc_data", "assoc_data: supplementary feed %s would add to no feed any more; add another primary feed in the same call, or delete it", f.ID)
		}
		slices.Sort(f.PrimaryFeeds)
		if err := updateFeedTx(ctx, tx, f); err != nil {
			return err
		}
		if err := forgetFilesTx(ctx, tx, f.ID); err != nil {
			return err
		}
	}
	return nil
}
