-- +goose Up

-- Somebody asked that an upload stops: its next chunk is not written, and what it wrote is taken back.
ALTER TABLE feed_upload ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE;
