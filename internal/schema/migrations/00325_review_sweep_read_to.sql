-- +goose Up

-- Items that come into a reviewed catalog in numbers are left to the sweep as well, behind what it has read. read_to is the last item of the
-- spans it is reading: nothing comes in up to there without a state of its own.
ALTER TABLE review_sweep ADD COLUMN read_to BIGINT NOT NULL DEFAULT 0;
