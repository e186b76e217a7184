package feed

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/node"
)

const scheduleCols = `SELECT s.id, s.feed_id, s.updates, s.every, s.every_count, s.url, s.hour, s.minute, s.day_of_week, s.day_of_month, s.timezone,
	s.username, s.password, s.seq, s.next_at, s.etag, s.last_modified, s.settled_upload, s.created_at FROM feed_schedule s `

func scanSchedule(row interface{ Scan(...any) error }) (s Schedule, err error) {
	err = row.Scan(&s.ID, &s.FeedID, &s.Updates, &s.Interval, &s.Count, &s.URL, &s.Hour, &s.Minute, &s.DayOfWeek, &s.DayOfMonth, &s.Timezone,
		&s.Username, &s.password, &s.seq, &s.NextAt, &s.etag, &s.lastModified, &s.settled, &s.CreatedAt)
	return s, err
}

// ScheduleTx returns a schedule of a feed that the caller's businesses own.
func ScheduleTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Schedule, error) {
	s, err := scanSchedule(tx.QueryRow(ctx, scheduleCols+`JOIN product_feed f ON f.id = s.feed_id WHERE `+mine+` AND s.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Schedule{}, ErrUnknown.Withf("schedule_id", "no schedule %s is visible to this token", i)
	}
	return s, err
}

// SchedulesTx lists the schedules of a feed, the replacing one first.
func SchedulesTx(ctx context.Context, tx *db.Tx, feed id.ID) ([]Schedule, error) {
	rows, err := tx.Query(ctx, scheduleCols+`WHERE s.feed_id = $1 ORDER BY s.updates`, feed)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Schedule
	for rows.Next() {
		s, err := scanSchedule(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// setScheduleTx gives a feed its replacing or its updating schedule, in the place of the one it had.
func (s *Service) setScheduleTx(ctx context.Context, tx *db.Tx, feed id.ID, n Schedule, field string) error {
	n.URL = sheetURL(n.URL)
	if err := n.check(field); err != nil {
		return err
	}
	if _, err := s.client.CheckURL(field+".url", n.URL); err != nil {
		return err
	}
	had, err := scanSchedule(tx.QueryRow(ctx, scheduleCols+`WHERE s.feed_id = $1 AND s.updates = $2`, feed, n.Updates))
	switch {
	case errors.Is(err, db.ErrNoRows):
		if n.ID, err = node.NewTx(ctx, tx, node.FeedSchedule); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		n.ID, n.seq = had.ID, had.seq+1
		// Whoever reads a schedule and writes it back does not know the password.
		if n.password == "" && n.Username == had.Username && n.URL == had.URL {
			n.password = had.password
		}
	}
	n.FeedID, n.CreatedAt = feed, tx.Now()
	n.NextAt = n.Next(tx.Now())
	_, err = tx.Exec(ctx, `INSERT INTO feed_schedule (id, feed_id, updates, every, every_count, url, hour, minute, day_of_week, day_of_month, timezone,
		username, password, seq, next_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (id) DO UPDATE SET every = EXCLUDED.every, every_count = EXCLUDED.every_count, url = EXCLUDED.url, hour = EXCLUDED.hour,
		minute = EXCLUDED.minute, day_of_week = EXCLUDED.day_of_week, day_of_month = EXCLUDED.day_of_month, timezone = EXCLUDED.timezone,
		username = EXCLUDED.username, password = EXCLUDED.password, seq = EXCLUDED.seq, next_at = EXCLUDED.next_at, created_at = EXCLUDED.created_at,
		etag = '', last_modified = ''`,
		n.ID, n.FeedID, n.Updates, n.Interval, n.Count, n.URL, n.Hour, n.Minute, n.DayOfWeek, n.DayOfMonth, n.Timezone,
		n.Username, n.password, n.seq, n.NextAt, n.CreatedAt)
	if err != nil {
		return fmt.Errorf("feed: schedule: %w", err)
	}
	return job.EnqueueTx(ctx, tx, Tick{ScheduleID: n.ID, Seq: n.seq}, job.DueAt(n.NextAt))
}

// Tick is the moment of a schedule.
type Tick struct {
	ScheduleID id.ID `json:"schedule_id"`
	Seq        int64 `json:"seq"` // of the schedule when the tick was set
}

// Kind implements job.Args.
func (Tick) Kind() string { return "feed.tick" }

// Tick starts a fetch and sets the next tick. While the last upload of the schedule is still running it
// starts none; moments that passed while nobody looked are made up for once.
func (s *Service) Tick(ctx context.Context, t Tick) error {
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sch, err := scanSchedule(tx.QueryRow(ctx, scheduleCols+`WHERE s.id = $1 AND s.seq = $2`, t.ScheduleID, t.Seq))
		if errors.Is(err, db.ErrNoRows) {
			return nil // changed or deleted since
		}
		if err != nil {
			return err
		}
		f, err := feedTx(ctx, tx, sch.FeedID)
		if err != nil {
			return err
		}
		var busy bool
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM feed_upload WHERE feed_id = $1 AND schedule_id = $2 AND state <> 'ended')`, f.ID, sch.ID).Scan(&busy)
		if err != nil {
			return err
		}
		if !busy {
			if err := startScheduledTx(ctx, tx, f, sch); err != nil {
				return err
			}
		}
		next := sch.Next(tx.Now())
		if _, err := tx.Exec(ctx, `UPDATE feed_schedule SET seq = $2, next_at = $3 WHERE id = $1`, sch.ID, sch.seq+1, next); err != nil {
			return err
		}
		return job.EnqueueTx(ctx, tx, Tick{ScheduleID: sch.ID, Seq: sch.seq + 1}, job.DueAt(next))
	})
	if err != nil {
		return fmt.Errorf("feed: schedule %s: %w", t.ScheduleID, err)
	}
	return nil
}
