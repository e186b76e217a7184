package policy

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/policy/condition"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// Endpoint is the operator's own reviewer, a model or a team of people, that is asked about items the rules hold for a person. It never
// holds anything up: the item waits for a person meanwhile, and goes on waiting when the endpoint is slow, unreachable or says
// nothing that can be used.
type Endpoint struct {
	URL     string
	Secret  string // signs what it is sent, as webhooks are signed
	Timeout time.Duration
	Client  *safehttp.Client // for addresses the operator wrote
}

// Name is what the endpoint is called where it decided.
func (e *Endpoint) Name() string {
	if u, err := url.Parse(e.URL); err == nil {
		return "endpoint " + u.Host
	}
	return "endpoint"
}

// Ask has the reviewer ask an endpoint. It is called while the house is put together, before the first review.
func (r *Reviewer) Ask(e *Endpoint) { r.endpoint = e }

// Register has the reviewer's work done.
func (r *Reviewer) Register(jobs *job.Runner) {
	job.Handle(jobs, r.ItemsChanged)
	job.Handle(jobs, r.consult)
}

// consultDue is the job of asking the endpoint about an item at a revision.
type consultDue struct {
	ItemID id.ID `json:"item_id"`
	Rev    int64 `json:"rev"`
}

// Kind implements [job.Args].
func (consultDue) Kind() string { return "policy.consult" }

// consultLanes is how many questions may be on their way at once: a slow endpoint holds up no other work.
const consultLanes = 2

// consultTx has the endpoint asked about items that the rules hold.
func (r *Reviewer) consultTx(ctx context.Context, tx *db.Tx, held []catalog.Decision) error {
	if r.endpoint == nil {
		return nil
	}
	for _, d := range held {
		lane := fmt.Sprintf("policy.consult.%d", uint64(d.Item)%consultLanes) //nolint:gosec // ids are positive
		if err := job.EnqueueTx(ctx, tx, consultDue{d.Item, d.Rev}, job.Key(lane), job.Unique()); err != nil {
			return err
		}
	}
	return nil
}

// question is what the endpoint is sent.
type question struct {
	Object string         `json:"object"`
	Time   int64          `json:"time"`
	Item   map[string]any `json:"item"`
	Held   map[string]any `json:"held"`
	Seller map[string]any `json:"seller"`
	// Country is where the item is sold, if that is known.
	Country string `json:"country"`
}

// reply is what it answers.
type reply struct {
	Verdict  string `json:"verdict"`
	PolicyID string `json:"policy_id"`
	Reason   string `json:"reason"`
}

// verdict makes a reply one; an error names what of it cannot be used.
func (a reply) verdict() (catalog.Verdict, error) {
	status, ok := map[string]string{Approve: catalog.Approved, Reject: catalog.Rejected, ActHold: catalog.Pending}[a.Verdict]
	switch {
	case !ok:
		return catalog.Verdict{}, fmt.Errorf("verdict is %.40q; one of approve, reject, hold", a.Verdict)
	case a.Verdict == Reject && !slices.Contains(IDs(), a.PolicyID):
		return catalog.Verdict{}, fmt.Errorf("policy_id is %.40q; a rejection names a policy", a.PolicyID)
	case !utf8.ValidString(a.Reason) || utf8.RuneCountInString(a.Reason) > reasonMost:
		return catalog.Verdict{}, fmt.Errorf("reason has more than %d characters", reasonMost)
	}
	return catalog.Verdict{Status: status, PolicyID: a.PolicyID, Reason: a.Reason}, nil
}

// consult asks about one item. Whatever happens is kept; what cannot be used leaves the item held.
func (r *Reviewer) consult(ctx context.Context, d consultDue) error {
	if r.endpoint == nil {
		return nil // it was taken out of the settings since
	}
	var i catalog.Item
	var s condition.Seller
	var asked time.Time
	waits := false
	err := r.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		asked = tx.Now()
		i, waits, err = r.askableTx(ctx, tx, d)
		if err == nil && waits {
			s, err = sellerTx(ctx, tx, i.CatalogID)
		}
		return err
	})
	if err != nil || !waits {
		return err
	}
	answer, problem := r.endpoint.ask(ctx, i, s, asked)
	if ctx.Err() != nil {
		return ctx.Err() // the process ends: asked again after its start
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return r.answeredTx(ctx, tx, d, i, answer, problem, asked) })
}

// askableTx reads an item that the rules hold as it was when the question came up, and that was not asked about.
func (r *Reviewer) askableTx(ctx context.Context, tx *db.Tx, d consultDue) (i catalog.Item, ok bool, err error) {
	list, err := catalog.WholeTx(ctx, tx, []id.ID{d.ItemID})
	if err != nil || len(list) == 0 {
		return i, false, err
	}
	i = list[0]
	asked := false
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM consultation WHERE item_id = $1 AND rev = $2)`, d.ItemID, d.Rev).Scan(&asked)
	return i, err == nil && !asked && i.Rev == d.Rev && i.Review.Held && i.Review.Reviewer == r.rules.version, err
}

// answeredTx keeps what the endpoint said, and decides by it where the item still is as it was asked about and nobody else decided.
func (r *Reviewer) answeredTx(ctx context.Context, tx *db.Tx, d consultDue, was catalog.Item, a reply, problem error, asked time.Time) error {
	i, waits, err := r.askableTx(ctx, tx, d)
	if err != nil {
		return err
	}
	state, text, v := "answered", "", catalog.Verdict{}
	if problem == nil {
		v, problem = a.verdict()
	}
	if problem != nil {
		state, text, a = "failed", problem.Error(), reply{}
	}
	applied := waits && state == "answered" && v.Status != catalog.Pending
	n, err := tx.Exec(ctx, `INSERT INTO consultation (id, item_id, catalog_id, rev, content, reviewer, state, verdict, policy_id, reason, problem, applied, asked_at, told_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (item_id, rev) DO NOTHING`,
		tx.NewID(), d.ItemID, was.CatalogID, d.Rev, was.Content(), r.endpoint.Name(), state, a.Verdict, a.PolicyID, a.Reason, text, applied, asked, tx.Now())
	if err != nil {
		return fmt.Errorf("policy: consultations: %w", err)
	}
	if n == 0 || !applied {
		return nil
	}
	v.Evidence, v.Reviewer = i.Review.Evidence, r.endpoint.Name()
	if v.Status == catalog.Rejected && v.Reason == "" {
		v.Reason = "It may not be sold in WhatsApp chats (policy: " + v.PolicyID + ")."
	}
	return r.decideTx(ctx, tx, i, v)
}

// ask sends the question and reads the answer. An error is one sentence for the audit.
func (e *Endpoint) ask(ctx context.Context, i catalog.Item, s condition.Seller, now time.Time) (reply, error) {
	body, err := json.Marshal(questionOf(i, s, now))
	if err != nil {
		return reply{}, err
	}
	ctx, stop := context.WithTimeout(ctx, e.Timeout)
	defer stop()
	mac := hmac.New(sha256.New, []byte(e.Secret))
	_, _ = mac.Write(body)
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Hawker-Review"}, "X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	answer, err := e.Client.Do(ctx, http.MethodPost, e.URL, header, bytes.NewReader(body))
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return reply{}, fmt.Errorf("no answer within %s", e.Timeout)
	case err != nil:
		return reply{}, errors.New("it could not be reached")
	case answer.Status != http.StatusOK:
		return reply{}, fmt.Errorf("it answered %d", answer.Status)
	}
	var a reply
	if err := json.Unmarshal(answer.Body, &a); err != nil {
		return reply{}, errors.New("its answer is no JSON object with verdict, policy_id and reason")
	}
	return a, nil
}

func questionOf(i catalog.Item, s condition.Seller, now time.Time) question {
	item := map[string]any{
		"id": i.ID, "catalog_id": i.CatalogID, "retailer_id": i.RetailerID, "revision": i.Rev, "title": i.Title, "description": i.Description, "brand": i.Brand,
		"link": i.Link, "image_link": i.ImageLink, "additional_image_links": i.MoreImages, "price": i.Price.String(), "condition": i.Condition,
		"availability": i.Availability, "google_product_category": i.GoogleCategory, "fields": i.Extra,
	}
	return question{
		Object: "policy_review", Time: now.Unix(), Item: item, Country: s.Sold,
		Held:   map[string]any{"policy_id": i.Review.PolicyID, "reason": i.Review.Reason, "evidence": i.Review.Evidence, "reviewer": i.Review.Reviewer},
		Seller: map[string]any{"id": s.ID, "name": s.Name, "country": s.Country, "catalog": s.Catalog},
	}
}
