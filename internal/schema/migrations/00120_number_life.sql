-- +goose Up

-- A number's life: added, verified by a code, registered with a PIN. status: PENDING, CONNECTED, DISCONNECTED.
-- code_verified_at 0: not verified. new_name is a name asked for that is not decided on, or was declined.
ALTER TABLE phone_number ADD COLUMN status TEXT NOT NULL DEFAULT 'CONNECTED';
ALTER TABLE phone_number ADD COLUMN code_verified_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE phone_number ADD COLUMN name_status TEXT NOT NULL DEFAULT 'APPROVED';
ALTER TABLE phone_number ADD COLUMN new_name TEXT NOT NULL DEFAULT '';
ALTER TABLE phone_number ADD COLUMN new_name_status TEXT NOT NULL DEFAULT 'NONE';
ALTER TABLE phone_number ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE phone_number ADD COLUMN throughput TEXT NOT NULL DEFAULT 'STANDARD';
ALTER TABLE phone_number ADD COLUMN username TEXT NOT NULL DEFAULT '';
UPDATE phone_number SET code_verified_at = onboarded_at;

-- Whoever verified a number first has it; until then anybody may try.
DROP INDEX phone_number_digits;
CREATE UNIQUE INDEX phone_number_digits ON phone_number (digits) WHERE code_verified_at > 0;
CREATE INDEX phone_number_tried ON phone_number (digits);

-- What only the owner of a number knows: the two-step PIN, hashed, and the code of a verification under way.
CREATE TABLE phone_secret (
    phone_id     {{id}},
    pin_hash     TEXT   NOT NULL DEFAULT '',
    pin_tries    BIGINT NOT NULL DEFAULT 0,
    pin_tried_at BIGINT NOT NULL DEFAULT 0,
    code         TEXT   NOT NULL DEFAULT '',
    code_method  TEXT   NOT NULL DEFAULT '',
    code_until   BIGINT NOT NULL DEFAULT 0,
    code_tries   BIGINT NOT NULL DEFAULT 0,
    code_sent_at BIGINT NOT NULL DEFAULT 0
);

-- What was done to an account and its numbers, and by whom. phone_id 0: to the account itself.
CREATE TABLE waba_activity (
    id         {{id}},
    waba_id    BIGINT NOT NULL,
    phone_id   BIGINT NOT NULL DEFAULT 0,
    kind       TEXT   NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   BIGINT NOT NULL DEFAULT 0,
    actor_name TEXT   NOT NULL DEFAULT '',
    detail     TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE INDEX waba_activity_waba ON waba_activity (waba_id, id);
CREATE INDEX waba_activity_phone ON waba_activity (phone_id, kind, created_at);

-- How many customers a business may write to first within a day; no row: TIER_250.
CREATE TABLE business_limit (
    business_id {{id}},
    tier        TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);
