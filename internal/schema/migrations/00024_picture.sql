-- +goose Up

-- What became of an item's pictures: '' waits to be fetched; none, ok, small, part, or the error type of an item whose
-- picture cannot be shown.
ALTER TABLE item ADD COLUMN picture TEXT NOT NULL DEFAULT '';

CREATE INDEX item_to_picture ON item (catalog_id, id) WHERE picture = '';

-- Pictures of the public web that items name, by a hash of the address. state: '' was not fetched yet or is to be tried again
-- at due_at; ok; or why not, as the error type of an item. full_view and thumb_view name files in the media store.
CREATE TABLE picture (
    url_hash   TEXT    PRIMARY KEY,
    url        TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    full_view  TEXT    NOT NULL DEFAULT '',
    thumb_view TEXT    NOT NULL DEFAULT '',
    width      BIGINT  NOT NULL DEFAULT 0,
    height     BIGINT  NOT NULL DEFAULT 0,
    tries      BIGINT  NOT NULL DEFAULT 0,
    due_at     BIGINT  NOT NULL DEFAULT 0,
    changed_at BIGINT  NOT NULL
);

CREATE INDEX picture_full ON picture (full_view);
CREATE INDEX picture_thumb ON picture (thumb_view);
