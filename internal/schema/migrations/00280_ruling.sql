-- +goose Up

-- What moderators decided, a row a decision of a person: for those who decide on the like of it, and to tell how much they agree.
-- policy is what the item waited for, or was rejected by; terms what of its text gave rise to that; title and sku as the person saw them.
CREATE TABLE ruling (
    id         {{id}},
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    sku        TEXT   NOT NULL,
    person_id  BIGINT NOT NULL,
    person     TEXT   NOT NULL,
    act        TEXT   NOT NULL,
    policy     TEXT   NOT NULL DEFAULT '',
    terms      TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    at         BIGINT NOT NULL
);

CREATE INDEX ruling_policy ON ruling (catalog_id, policy, id);
CREATE INDEX ruling_terms ON ruling (catalog_id, terms, id);
CREATE INDEX ruling_at ON ruling (catalog_id, at);
CREATE INDEX opinion_at ON opinion (catalog_id, created_at);
