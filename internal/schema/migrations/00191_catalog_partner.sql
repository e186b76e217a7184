-- +goose Up

-- What a business that a catalog is shared with may do with it, and what users do: names of tasks, between commas.
ALTER TABLE catalog_share ADD COLUMN tasks TEXT NOT NULL DEFAULT '';

-- Users that somebody assigned to a catalog. business_id is theirs: the catalog's owner, or a partner.
CREATE TABLE catalog_user (
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    user_id     BIGINT NOT NULL,
    business_id BIGINT NOT NULL,
    tasks       TEXT   NOT NULL,
    PRIMARY KEY (catalog_id, user_id)
);

CREATE INDEX catalog_user_user ON catalog_user (user_id, catalog_id);
