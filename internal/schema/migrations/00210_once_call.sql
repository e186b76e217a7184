-- +goose Up

-- Calls that carried an Idempotency-Key and did something: what each asked for and what it was answered, written with its
-- effect. business_id: whose the changed node is.
CREATE TABLE once_call (
    id          {{id}},
    business_id BIGINT    NOT NULL,
    route       TEXT      NOT NULL, -- method and path without the version
    key         TEXT      NOT NULL,
    asked       {{bytes}} NOT NULL, -- a hash of the parameters
    answer      {{bytes}} NOT NULL,
    created_at  BIGINT    NOT NULL
);

CREATE UNIQUE INDEX once_call_key ON once_call (business_id, route, key);
CREATE INDEX once_call_age ON once_call (created_at);
