-- +goose Up

-- What the platform's review decided on a WhatsApp account: APPROVED, REJECTED, PENDING or DEFERRED.
ALTER TABLE waba ADD COLUMN review TEXT NOT NULL DEFAULT 'APPROVED';
