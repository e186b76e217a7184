-- +goose Up

-- A customer says something is wrong with an item: once a customer.
CREATE TABLE item_report (
    item_id BIGINT NOT NULL,
    wa_id   TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    text    TEXT   NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    PRIMARY KEY (item_id, wa_id)
);

-- A business asks for another look at a rejected item: once a revision. state: open, granted, refused.
CREATE TABLE item_appeal (
    id         {{id}},
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    message    TEXT   NOT NULL DEFAULT '',
    state      TEXT   NOT NULL,
    decided_by TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX item_appeal_item ON item_appeal (item_id, rev);
CREATE INDEX item_appeal_open ON item_appeal (catalog_id, id) WHERE state = 'open';
CREATE INDEX item_appeal_age ON item_appeal (catalog_id, created_at);

-- Calls that asked for other looks, for their daily limit.
CREATE TABLE appeal_call (
    catalog_id BIGINT NOT NULL,
    at         BIGINT NOT NULL
);

CREATE INDEX appeal_call_catalog ON appeal_call (catalog_id, at);
