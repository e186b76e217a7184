-- +goose Up

-- Every verdict on an item, kept for good: the rules', a person's, an endpoint's, the reports'. content is the hash of what the item said.
CREATE TABLE verdict (
    id         {{id}},
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    content    TEXT   NOT NULL DEFAULT '',
    status     TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    evidence   TEXT   NOT NULL DEFAULT '',
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL
);

CREATE INDEX verdict_item ON verdict (item_id, id);

-- What the rules approved of a catalog in one go: items is a JSON list of pairs of an item and its revision.
CREATE TABLE verdict_page (
    id         {{id}},
    catalog_id BIGINT NOT NULL,
    first_item BIGINT NOT NULL,
    last_item  BIGINT NOT NULL,
    items      TEXT   NOT NULL,
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL
);

CREATE INDEX verdict_page_item ON verdict_page (catalog_id, last_item, first_item);

-- What the operator's own reviewer was asked and said. state: answered, or failed with what went wrong; verdict: approve, reject, hold.
-- applied: the item was still as it was asked about, and still held.
CREATE TABLE consultation (
    id         {{id}},
    item_id    BIGINT  NOT NULL,
    catalog_id BIGINT  NOT NULL,
    rev        BIGINT  NOT NULL,
    content    TEXT    NOT NULL,
    reviewer   TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    verdict    TEXT    NOT NULL DEFAULT '',
    policy_id  TEXT    NOT NULL DEFAULT '',
    reason     TEXT    NOT NULL DEFAULT '',
    problem    TEXT    NOT NULL DEFAULT '',
    applied    BOOLEAN NOT NULL DEFAULT FALSE,
    asked_at   BIGINT  NOT NULL,
    told_at    BIGINT  NOT NULL
);

CREATE UNIQUE INDEX consultation_once ON consultation (item_id, rev);
