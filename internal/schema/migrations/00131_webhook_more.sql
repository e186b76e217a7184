-- +goose Up

-- The secret before the last change still counts for a while.
ALTER TABLE app ADD COLUMN old_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE app ADD COLUMN old_secret_until BIGINT NOT NULL DEFAULT 0;

-- The certificate an app's webhooks are sent with. authority signed it; its key makes the next one.
CREATE TABLE webhook_certificate (
    app_id        {{id}},
    certificate   TEXT   NOT NULL,
    private_key   TEXT   NOT NULL,
    authority     TEXT   NOT NULL DEFAULT '',
    authority_key TEXT   NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);

-- Receivers of our own beside the one callback an app has. kind: http, or stream for a program that listens;
-- a stream signs with its app's secret and is forgotten at expires_at once it is not connected (0: it is).
CREATE TABLE webhook_endpoint (
    id               {{id}},
    business_id      BIGINT NOT NULL, -- 0: a stream, which belongs to its app
    app_id           BIGINT NOT NULL,
    kind             TEXT   NOT NULL,
    name             TEXT   NOT NULL,
    url              TEXT   NOT NULL,
    fields           TEXT   NOT NULL, -- names with a space between them
    secret           TEXT   NOT NULL,
    old_secret       TEXT   NOT NULL DEFAULT '',
    old_secret_until BIGINT NOT NULL DEFAULT 0,
    instance         BIGINT NOT NULL DEFAULT 0,
    expires_at       BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    deleted_at       BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX webhook_endpoint_business ON webhook_endpoint (business_id, id);

-- The businesses whose events an endpoint hears of.
CREATE TABLE webhook_endpoint_hears (
    business_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL REFERENCES webhook_endpoint (id),
    PRIMARY KEY (business_id, endpoint_id)
);

-- Work on sending many deliveries again: those of filter up to last_id, done up to cursor_id.
CREATE TABLE webhook_replay (
    id          {{id}},
    filter      TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- running, done
    last_id     BIGINT NOT NULL,
    cursor_id   BIGINT NOT NULL DEFAULT 0,
    total       BIGINT NOT NULL,
    done        BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE webhook_replay_business (
    business_id BIGINT NOT NULL,
    replay_id   BIGINT NOT NULL REFERENCES webhook_replay (id),
    PRIMARY KEY (business_id, replay_id)
);
