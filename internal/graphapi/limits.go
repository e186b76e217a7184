package graphapi

import (
	"math"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/node"
)

// Causes of a call too many.
var (
	ErrCatalogRate = fault.New("graphapi.rate_catalog")
	ErrBatchRate   = fault.New("graphapi.rate_catalog_batch")
	ErrWABARate    = fault.New("graphapi.rate_waba")
)

// bucket is the allowance a call is taken from.
type bucket struct {
	// name is the type of the usage header.
	name string
	rate limit.Rate
	err  *fault.Fault
	text string
	// of is the object or business the allowance belongs to.
	of id.ID
}

// bucketOf finds a call's allowance. Calls about businesses, apps and tokens have none, and messages are
// counted where they are sent.
func bucketOf(r *graph.Request) (b bucket, ok bool) {
	switch node.Kind(r.Kind) {
	case node.ProductCatalog:
		if batchEdges[r.Edge] {
			return bucket{"catalog_batch", limit.CatalogBatch, ErrBatchRate, "the batch uploads to this catalog account", r.ID}, true
		}
		return bucket{"catalog_management", limit.CatalogManagement, ErrCatalogRate, "this catalog account", r.ID}, true
	case node.ProductItem, node.ProductGroup, node.ProductSet, node.ProductFeed:
		// An item's catalog is not known before it is loaded: its calls count for the business.
		return bucket{"catalog_management", limit.CatalogManagement, ErrCatalogRate, "this catalog account", firstBusiness(r.Caller)}, true
	case node.WABA, node.PhoneNumber, node.MessageTemplate, node.Flow:
		if r.Edge == "messages" {
			return bucket{}, false
		}
		return bucket{"whatsapp_business_management", limit.WABAManagement, ErrWABARate, "this WhatsApp Business Account", r.ID}, true
	default:
		return bucket{}, false
	}
}

// batchEdges of a catalog have an allowance of their own for what they write; product_sets_batch is none of them.
var batchEdges = map[string]bool{"items_batch": true, "localized_items_batch": true, "batch": true}

func firstBusiness(c access.Caller) id.ID {
	if len(c.Businesses) == 0 {
		return c.App
	}
	return c.Businesses[0]
}

// usage is the x-business-use-case-usage header; counts are percent, the estimate minutes.
func (b bucket) usage(used int, wait time.Duration) string {
	percent := strconv.Itoa(used)
	return `{"` + b.of.String() + `":[{"type":"` + b.name + `","call_count":` + percent + `,"total_cputime":` + percent + `,"total_time":` + percent +
		`,"estimated_time_to_regain_access":` + strconv.Itoa(int(math.Ceil(wait.Minutes()))) + `}]}`
}

// idle is x-app-usage: calls of an app are not limited as such.
const idle = `{"call_count":0,"total_cputime":0,"total_time":0}`

// Limits counts calls in l, as [Deps.Limit] wants it. A nil l counts nothing.
func Limits(l *limit.Limiter) func(r *graph.Request) (map[string]string, error) {
	return func(r *graph.Request) (map[string]string, error) {
		b, ok := bucketOf(r)
		if !ok {
			return map[string]string{"X-App-Usage": idle}, nil
		}
		key := b.name + ":" + b.of.String()
		wait, ok := l.Take(b.rate, key)
		used := l.Used(b.rate, key)
		header := map[string]string{"X-Business-Use-Case-Usage": b.usage(used, wait)}
		if !ok {
			return header, b.err.Withf("", "There have been too many calls for %s. Wait a bit and try again: the next call is possible in %s",
				b.text, max(wait.Round(time.Second), time.Second))
		}
		return header, nil
	}
}
