-- +goose Up

-- An upload of a feed changes items that nobody sees until all of it is taken in; then one small change shows them together.
-- item_row is what is stored: rows that an upload wrote name it. item_unseen are the uploads that nobody sees yet.
-- item_before is what items were before the upload by_upload changed or deleted them: what is seen as long as that upload
-- is not, and what is put back when it is given up.
-- Reading goes through the view item, which is what everybody sees; writing goes to item_row. A new column of item_row
-- belongs into item_before and into the view as well.
DROP INDEX item_catalog;

ALTER TABLE item RENAME TO item_row;
ALTER TABLE item_row DROP COLUMN review_hash;
ALTER TABLE item_row ADD COLUMN upload_id BIGINT NOT NULL DEFAULT 0;

CREATE INDEX item_catalog ON item_row (catalog_id, id, feed_id, upload_id);

CREATE TABLE item_unseen (
    upload_id  {{id}},
    catalog_id BIGINT NOT NULL
);

CREATE INDEX item_unseen_catalog ON item_unseen (catalog_id);

CREATE TABLE item_before (
    id               {{id}},
    by_upload        BIGINT  NOT NULL,
    catalog_id       BIGINT  NOT NULL,
    retailer_id      TEXT    NOT NULL,
    feed_id          BIGINT  NOT NULL,
    feed_hash        BIGINT  NOT NULL,
    title            TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    brand            TEXT    NOT NULL,
    link             TEXT    NOT NULL,
    image_link       TEXT    NOT NULL,
    more_images      TEXT    NOT NULL,
    price_minor      BIGINT  NOT NULL,
    currency         TEXT    NOT NULL,
    sale_minor       BIGINT  NOT NULL,
    sale_start       BIGINT  NOT NULL,
    sale_end         BIGINT  NOT NULL,
    availability     TEXT    NOT NULL,
    condition        TEXT    NOT NULL,
    visibility       TEXT    NOT NULL,
    google_category  TEXT    NOT NULL,
    group_id         TEXT    NOT NULL,
    variant          TEXT    NOT NULL,
    expires_at       BIGINT  NOT NULL,
    extra            TEXT    NOT NULL,
    rev              BIGINT  NOT NULL,
    review           TEXT    NOT NULL,
    held             BOOLEAN NOT NULL,
    review_policy    TEXT    NOT NULL,
    review_reason    TEXT    NOT NULL,
    review_evidence  TEXT    NOT NULL,
    reviewer         TEXT    NOT NULL,
    reviewed_at      BIGINT  NOT NULL,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    picture          TEXT    NOT NULL,
    upload_id        BIGINT  NOT NULL
);

CREATE UNIQUE INDEX item_before_retailer ON item_before (catalog_id, retailer_id);
CREATE INDEX item_before_catalog ON item_before (catalog_id, id);

CREATE VIEW item AS
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id
    FROM item_row WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)
UNION ALL
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id
    FROM item_before WHERE by_upload IN (SELECT u.upload_id FROM item_unseen u);

-- Of ids that stand more than once in a file, how many were put back.
ALTER TABLE feed_upload ADD COLUMN doubled_done BIGINT NOT NULL DEFAULT 0;

-- Of which upload's changes a note is: one that nobody sees yet is not indexed yet.
ALTER TABLE search_todo ADD COLUMN upload_id BIGINT NOT NULL DEFAULT 0;
