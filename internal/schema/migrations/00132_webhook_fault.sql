-- +goose Up

-- What went wrong with an attempt on purpose.
ALTER TABLE webhook_attempt ADD COLUMN fault TEXT NOT NULL DEFAULT '';
