-- +goose Up

-- The first review of a whole catalog, from connecting on. It goes by rising id: an item without a state of its own (review = '') is approved
-- up to swept_to, pending behind it, and not reviewed where the catalog has no row here. run tells one connection from the next.
CREATE TABLE review_sweep (
    catalog_id {{id}},
    run        BIGINT  NOT NULL,
    swept_to   BIGINT  NOT NULL DEFAULT 0,
    done       BOOLEAN NOT NULL DEFAULT FALSE
);

-- Who approved the items up to last_item, behind the page before, and when.
CREATE TABLE review_page (
    catalog_id BIGINT NOT NULL,
    last_item  BIGINT NOT NULL,
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (catalog_id, last_item)
);

-- Until now every item of a reviewed catalog had a state of its own, and no other had one.
INSERT INTO review_sweep (catalog_id, run, swept_to, done) SELECT id, id, 0, FALSE FROM catalog WHERE reviewed;

DROP VIEW item;

-- item_row with the states of the sweep. The casts keep the affinity of the columns, without which SQLite reads the view item in a slow way.
CREATE VIEW item_stored AS
SELECT r.id, r.catalog_id, r.retailer_id, r.feed_id, r.feed_hash, r.title, r.description, r.brand, r.link, r.image_link, r.more_images,
    r.price_minor, r.currency, r.sale_minor, r.sale_start, r.sale_end, r.availability, r.condition, r.visibility, r.google_category,
    r.group_id, r.variant, r.expires_at, r.extra, r.rev,
    CAST(CASE WHEN r.review <> '' THEN r.review ELSE COALESCE((SELECT CASE WHEN r.id <= s.swept_to THEN 'approved' ELSE 'pending' END
        FROM review_sweep s WHERE s.catalog_id = r.catalog_id), '') END AS TEXT) AS review,
    r.held, r.review_policy, r.review_reason, r.review_evidence,
    CAST(CASE WHEN r.review <> '' THEN r.reviewer ELSE COALESCE((SELECT p.reviewer FROM review_page p
        WHERE p.catalog_id = r.catalog_id AND p.last_item >= r.id ORDER BY p.last_item LIMIT 1), '') END AS TEXT) AS reviewer,
    CAST(CASE WHEN r.review <> '' THEN r.reviewed_at ELSE COALESCE((SELECT p.at FROM review_page p
        WHERE p.catalog_id = r.catalog_id AND p.last_item >= r.id ORDER BY p.last_item LIMIT 1), 0) END AS BIGINT) AS reviewed_at,
    r.created_at, r.updated_at, r.picture, r.upload_id
    FROM item_row r;

CREATE VIEW item AS
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id
    FROM item_stored WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)
UNION ALL
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id
    FROM item_before WHERE by_upload IN (SELECT u.upload_id FROM item_unseen u);
