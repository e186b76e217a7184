package messaging

import (
	"context"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// facts are what a send has to know before it writes.
type facts struct {
	number   waba.Number
	settings waba.Settings
	// recipients are whom a test number may write to.
	recipients []string
	standing   waba.Standing
	vertical   string // the trade of the number's profile
	catalog    id.ID  // the connected one
	connected  bool
	items      map[string]catalog.Item // those of the named products that may be sent, by SKU

	// Of a business in India: whether it has not told its details, and what items lack, by SKU.
	indian, untold bool
	incomplete     map[string][]string
}

// factsMost bounds the items remembered; then the memory starts over.
const factsMost = 50_000

// memory remembers facts between sends. Every change of a catalog, an item's verdict, a number, its
// settings or its connection rings after its commit and empties it, before the change is answered: a send
// that follows the answer sees the change. What a reader found on an older snapshot is not kept, since the
// generation moved on meanwhile.
type memory struct {
	mu         sync.RWMutex
	generation uint64
	numbers    map[id.ID]facts // by phone number, without items
	items      map[itemKey]catalog.Item
}

type itemKey struct {
	catalog id.ID
	sku     string
}

func newMemory() *memory {
	return &memory{numbers: map[id.ID]facts{}, items: map[itemKey]catalog.Item{}}
}

func (k *memory) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.generation++
	clear(k.numbers)
	clear(k.items)
}

// recall returns the facts where all of them are known. An item that has expired since is asked for anew.
func (k *memory) recall(c access.Caller, phone id.ID, skus []string, now time.Time) (f facts, generation uint64, ok bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	f, ok = k.numbers[phone]
	if !ok || !c.Reaches(f.number.BusinessID) {
		return facts{}, k.generation, false
	}
	f.items = make(map[string]catalog.Item, len(skus))
	for _, sku := range skus {
		i, ok := k.items[itemKey{f.catalog, sku}]
		if !ok || !i.VisibleAt(now) {
			return facts{}, k.generation, false
		}
		f.items[sku] = i
	}
	return f, k.generation, true
}

// keep remembers facts that were read in a generation that still lasts.
func (k *memory) keep(f facts, generation uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.generation != generation {
		return
	}
	if len(k.items)+len(f.items) > factsMost {
		clear(k.items)
	}
	for sku, i := range f.items {
		k.items[itemKey{f.catalog, sku}] = i
	}
	f.items = nil
	k.numbers[f.number.ID] = f
}

// facts finds out what a send has to know, from memory where it can. Memory is used on SQLite only, where
// no other process can change what it holds.
func (x *Exchange) facts(ctx context.Context, c access.Caller, phone id.ID, skus []string) (facts, error) {
	generation := uint64(0)
	if x.memory != nil {
		f, g, ok := x.memory.recall(c, phone, skus, x.Clock.Now())
		if ok {
			return f, nil
		}
		generation = g
	}
	var f facts
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if f.number, err = waba.NumberForTx(ctx, tx, c, phone); err != nil {
			return err
		}
		if f.number.Test {
			if f.recipients, err = waba.RecipientsTx(ctx, tx, phone); err != nil {
				return err
			}
		}
		if f.settings, err = waba.SettingsTx(ctx, tx, phone); err != nil {
			return err
		}
		if f.vertical, err = waba.VerticalTx(ctx, tx, phone); err != nil {
			return err
		}
		if f.standing, err = waba.StandingTx(ctx, tx, f.number.WABAID); err != nil {
			return err
		}
		f.catalog, f.connected, err = waba.ConnectedCatalogTx(ctx, tx, f.number.WABAID)
		if err != nil || !f.connected || len(skus) == 0 {
			return err
		}
		if f.items, err = catalog.ResolveVisibleTx(ctx, tx, f.catalog, skus); err != nil {
			return err
		}
		return f.indianTx(ctx, tx, skus)
	})
	// What the law asks of Indian businesses is looked at anew each time.
	if err == nil && x.memory != nil && !f.indian {
		x.memory.keep(f, generation)
	}
	return f, err
}
