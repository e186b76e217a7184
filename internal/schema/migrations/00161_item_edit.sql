-- +goose Up

-- What people and programs changed of single items, the last ones of each. Batches and files are not recorded here:
-- they have reports of their own.
CREATE TABLE item_edit (
    id       {{id}},
    item_id  BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    before   TEXT   NOT NULL, -- the item in the vocabulary of batches; empty where it was made
    after    TEXT   NOT NULL
);

CREATE INDEX item_edit_item ON item_edit (item_id, id);

-- Filters of the manager's lists that somebody gave a name.
CREATE TABLE saved_view (
    id          {{id}},
    business_id BIGINT NOT NULL,
    page        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (business_id, page, name)
);
