-- +goose Up

-- settings: what is kept for the caller and changes nothing here, as JSON.
-- reviewed: connected to a WhatsApp account, so every item is reviewed.
CREATE TABLE catalog (
    id                {{id}},
    business_id       BIGINT  NOT NULL,
    name              TEXT    NOT NULL,
    vertical          TEXT    NOT NULL,
    default_image_url TEXT    NOT NULL DEFAULT '',
    settings          TEXT    NOT NULL DEFAULT '',
    reviewed          BOOLEAN NOT NULL DEFAULT FALSE,
    created_at        BIGINT  NOT NULL
);

CREATE INDEX catalog_business ON catalog (business_id, id);

-- Businesses a catalog is shared with.
CREATE TABLE catalog_share (
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    business_id BIGINT NOT NULL,
    PRIMARY KEY (catalog_id, business_id)
);

-- extra: the fields that nothing filters on, as JSON. review: '', pending, approved, rejected, outdated.
-- held: the reviewer could not decide; a person has to.
-- feed_id: the primary feed that keeps the item, or 0. feed_hash: of the feed's row the item is as of; 0 once something
-- else changed it.
CREATE TABLE item (
    id               {{id}},
    catalog_id       BIGINT  NOT NULL REFERENCES catalog (id),
    retailer_id      TEXT    NOT NULL,
    feed_id          BIGINT  NOT NULL DEFAULT 0,
    feed_hash        BIGINT  NOT NULL DEFAULT 0,
    title            TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    brand            TEXT    NOT NULL,
    link             TEXT    NOT NULL,
    image_link       TEXT    NOT NULL,
    more_images      TEXT    NOT NULL,
    price_minor      BIGINT  NOT NULL,
    currency         TEXT    NOT NULL,
    sale_minor       BIGINT  NOT NULL DEFAULT -1,
    sale_start       BIGINT  NOT NULL DEFAULT 0,
    sale_end         BIGINT  NOT NULL DEFAULT 0,
    availability     TEXT    NOT NULL,
    condition        TEXT    NOT NULL,
    visibility       TEXT    NOT NULL,
    google_category  TEXT    NOT NULL,
    group_id         TEXT    NOT NULL,
    expires_at       BIGINT  NOT NULL DEFAULT 0,
    extra            TEXT    NOT NULL,
    search_text      TEXT    NOT NULL,
    rev              BIGINT  NOT NULL,
    review_hash      TEXT    NOT NULL,
    review           TEXT    NOT NULL DEFAULT '',
    held             BOOLEAN NOT NULL DEFAULT FALSE,
    review_policy    TEXT    NOT NULL DEFAULT '',
    review_reason    TEXT    NOT NULL DEFAULT '',
    review_evidence  TEXT    NOT NULL DEFAULT '',
    reviewer         TEXT    NOT NULL DEFAULT '',
    reviewed_at      BIGINT  NOT NULL DEFAULT 0,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL
);

CREATE UNIQUE INDEX item_retailer ON item (catalog_id, retailer_id);
CREATE INDEX item_catalog ON item (catalog_id, id, feed_id);
CREATE INDEX item_to_review ON item (catalog_id, id) WHERE review IN ('pending', 'outdated') AND NOT held;

-- status: scheduled, dispatched, started, finished.
CREATE TABLE catalog_batch (
    handle       TEXT    PRIMARY KEY,
    catalog_id   BIGINT  NOT NULL REFERENCES catalog (id),
    upsert       BOOLEAN NOT NULL,
    status       TEXT    NOT NULL,
    chunks       BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    finished_at  BIGINT  NOT NULL DEFAULT 0
);

CREATE INDEX catalog_batch_finished ON catalog_batch (catalog_id, finished_at);

-- A part of a batch, applied in one transaction. problems: what went wrong in it, as JSON.
CREATE TABLE catalog_batch_chunk (
    handle     TEXT    NOT NULL REFERENCES catalog_batch (handle),
    n          BIGINT  NOT NULL,
    first_line BIGINT  NOT NULL,
    requests   TEXT    NOT NULL,
    applied    BOOLEAN NOT NULL DEFAULT FALSE,
    problems   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (handle, n)
);
