-- +goose Up

-- What a shop says of the brands, categories and product types of its items: words, a picture and a page.
CREATE TABLE catalog_category (
    catalog_id      BIGINT NOT NULL REFERENCES catalog (id),
    criteria        TEXT   NOT NULL,
    value           TEXT   NOT NULL,
    description     TEXT   NOT NULL DEFAULT '',
    destination_uri TEXT   NOT NULL DEFAULT '',
    image_url       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (catalog_id, criteria, value)
);
