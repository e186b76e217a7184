-- +goose Up

-- Items whose pictures are to be looked at: as in search_todo, stretches of ids as "5-9,12", or ">5", all behind an id. An index
-- of the items that wait would cost an import more than all it writes of them here.
CREATE TABLE picture_todo (
    id         {{id}},
    catalog_id BIGINT NOT NULL,
    items      TEXT   NOT NULL
);

CREATE INDEX picture_todo_catalog ON picture_todo (catalog_id, id);

INSERT INTO picture_todo (id, catalog_id, items) SELECT id, id, '>1' FROM catalog;

DROP INDEX item_to_picture;
