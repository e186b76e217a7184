-- +goose Up

-- A saved filter over a catalog's items. filter: '' is all of them. ordering: ids of items that come first, as JSON.
-- metadata and shops: as they were sent, as JSON. shops: '' is not published.
CREATE TABLE product_set (
    id          {{id}},
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    name        TEXT   NOT NULL,
    retailer_id TEXT   NOT NULL DEFAULT '',
    filter      TEXT   NOT NULL DEFAULT '',
    ordering    TEXT   NOT NULL DEFAULT '',
    metadata    TEXT   NOT NULL DEFAULT '',
    shops       TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX product_set_catalog ON product_set (catalog_id, id);
CREATE UNIQUE INDEX product_set_retailer ON product_set (catalog_id, retailer_id) WHERE retailer_id <> '';

-- Items that are variants of one thing. Items name their group by retailer_id.
CREATE TABLE product_group (
    id                 {{id}},
    catalog_id         BIGINT NOT NULL REFERENCES catalog (id),
    retailer_id        TEXT   NOT NULL,
    variants           TEXT   NOT NULL DEFAULT '',
    default_product_id BIGINT NOT NULL DEFAULT 0,
    created_at         BIGINT NOT NULL
);

CREATE UNIQUE INDEX product_group_retailer ON product_group (catalog_id, retailer_id);
CREATE INDEX item_group ON item (catalog_id, group_id, id) WHERE group_id <> '';

-- What tells an item from the others of its group, in words.
ALTER TABLE item ADD COLUMN variant TEXT NOT NULL DEFAULT '';
