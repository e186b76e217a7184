-- +goose Up

-- Product groups that an upload of a feed makes, and what it says of items elsewhere, are not seen either until the upload
-- is: see 00170. Reading goes through the views product_group and item_override; writing goes to group_row and override_row.
ALTER TABLE product_group RENAME TO group_row;
ALTER TABLE group_row ADD COLUMN upload_id BIGINT NOT NULL DEFAULT 0;

CREATE INDEX group_upload ON group_row (upload_id, id) WHERE upload_id <> 0;

CREATE VIEW product_group AS
SELECT id, catalog_id, retailer_id, variants, default_product_id, created_at
    FROM group_row WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u);

ALTER TABLE item_override RENAME TO override_row;
ALTER TABLE override_row ADD COLUMN upload_id BIGINT NOT NULL DEFAULT 0;

CREATE INDEX override_upload ON override_row (upload_id, item_id) WHERE upload_id <> 0;

-- What items said elsewhere before the upload by_upload changed or took it away.
CREATE TABLE override_before (
    item_id    BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    by_upload  BIGINT NOT NULL,
    PRIMARY KEY (item_id, kind, key)
);

CREATE INDEX override_before_catalog ON override_before (catalog_id, item_id);

CREATE VIEW item_override AS
SELECT item_id, kind, key, data, updated_at
    FROM override_row WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)
UNION ALL
SELECT item_id, kind, key, data, updated_at
    FROM override_before WHERE by_upload IN (SELECT u.upload_id FROM item_unseen u);
