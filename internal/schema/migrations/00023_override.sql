-- +goose Up

-- What an item says in another language or country. kind: LANGUAGE, COUNTRY, LANGUAGE_AND_COUNTRY. data: fields in batch vocabulary, as JSON.
CREATE TABLE item_override (
    item_id    BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (item_id, kind, key)
);

-- kind: '' is items_batch, node is the older /batch, localized is localized_items_batch.
ALTER TABLE catalog_batch ADD COLUMN kind TEXT NOT NULL DEFAULT '';
