package graphapi

import (
	"context"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// reachedTx lists the WhatsApp accounts and the catalogs of a caller's businesses.
func reachedTx(ctx context.Context, tx *db.Tx, c access.Caller) (wabas, catalogs []id.ID, err error) {
	accounts, err := waba.AccountsTx(ctx, tx, c)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range accounts {
		wabas = append(wabas, w.ID)
	}
	for _, b := range c.Businesses {
		list, err := catalog.OwnedTx(ctx, tx, c, b, 0, shortList)
		if err != nil {
			return nil, nil, err
		}
		for _, k := range list {
			catalogs = append(catalogs, k.ID)
		}
	}
	return wabas, catalogs, nil
}
