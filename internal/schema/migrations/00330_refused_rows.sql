-- +goose Up

-- What an upload did not take, kept as a file of its own: its hash in Files and how many rows it has.
ALTER TABLE feed_upload ADD COLUMN refused_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_upload ADD COLUMN refused_rows BIGINT NOT NULL DEFAULT 0;
CREATE INDEX feed_upload_refused ON feed_upload (refused_hash) WHERE refused_hash <> '';
