-- +goose Up

-- Why the last attempt to fetch the file failed, what would help, when that was and when the next one comes: told while
-- an upload still tries. tries counts the attempts. What ends an upload stands among its errors instead.
ALTER TABLE feed_upload ADD COLUMN fetch_error TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_upload ADD COLUMN fetch_remedy TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_upload ADD COLUMN fetch_failed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed_upload ADD COLUMN fetch_next_at BIGINT NOT NULL DEFAULT 0;
