-- +goose Up

-- How many things were wrong with a catalog's items on the days on which somebody looked, the last look of a day counting: findings that
-- have to be mended, and those that could be. day: since 1970, in UTC.
CREATE TABLE issue_day (
    catalog_id  BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    must_fix    BIGINT NOT NULL,
    opportunity BIGINT NOT NULL,
    PRIMARY KEY (catalog_id, day)
);
