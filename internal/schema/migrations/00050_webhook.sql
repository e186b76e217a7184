-- +goose Up

-- An app's callback for one kind of object.
CREATE TABLE webhook_subscription (
    app_id       BIGINT NOT NULL,
    object       TEXT   NOT NULL,
    callback_url TEXT   NOT NULL,
    fields       TEXT   NOT NULL, -- names with a space between them
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (app_id, object)
);

-- The apps that hear of a WhatsApp Business Account, with an optional callback of its own.
CREATE TABLE waba_subscription (
    waba_id      BIGINT NOT NULL,
    app_id       BIGINT NOT NULL,
    override_url TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (waba_id, app_id)
);

-- A phone number's own callback goes before the account's.
CREATE TABLE phone_override (
    phone_id     BIGINT NOT NULL,
    app_id       BIGINT NOT NULL,
    override_url TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (phone_id, app_id)
);

-- What happened, rendered once: every attempt sends these bytes.
CREATE TABLE webhook_event (
    id          {{id}},
    business_id BIGINT NOT NULL,
    waba_id     BIGINT NOT NULL,
    phone_id    BIGINT NOT NULL,
    object      TEXT   NOT NULL,
    field       TEXT   NOT NULL,
    lane        TEXT   NOT NULL,
    body        {{bytes}} NOT NULL,
    created_at  BIGINT NOT NULL
);

-- One receiver of one event. state: pending, delivered, undelivered. A claim moves due_at to the end of
-- its lease, so that what is claimed is not due.
CREATE TABLE webhook_delivery (
    id          {{id}},
    event_id    BIGINT NOT NULL REFERENCES webhook_event (id),
    business_id BIGINT NOT NULL,
    app_id      BIGINT NOT NULL,
    url         TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    attempt     BIGINT NOT NULL DEFAULT 0,
    last_status BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (url, due_at, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_age ON webhook_delivery (created_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_done ON webhook_delivery (done_at) WHERE state <> 'pending';
CREATE INDEX webhook_delivery_business ON webhook_delivery (business_id, id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);

CREATE TABLE webhook_attempt (
    id          {{id}},
    delivery_id BIGINT NOT NULL REFERENCES webhook_delivery (id),
    at          BIGINT NOT NULL,
    status      BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    response    TEXT   NOT NULL,
    error       TEXT   NOT NULL
);

CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id, id);
