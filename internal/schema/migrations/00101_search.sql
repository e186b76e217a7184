-- +goose Up

-- Items whose entries in the search index are to be written anew. items: stretches of ids as "5-9,12"; ">5", all behind
-- an id; or "x", the catalog is gone.
CREATE TABLE search_todo (
    id         {{id}},
    catalog_id BIGINT NOT NULL,
    items      TEXT   NOT NULL
);

CREATE INDEX search_todo_catalog ON search_todo (catalog_id, id);

-- What items are found by: words that carry the number of their catalog, see internal/catalog/search_words.go.
-- only: sqlite
CREATE VIRTUAL TABLE item_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

INSERT INTO item_words (item_words, rank) VALUES ('automerge', 0);
INSERT INTO item_words (item_words, rank) VALUES ('crisismerge', 64);
-- end
-- only: postgres
CREATE TABLE item_words (
    item_id    BIGINT   PRIMARY KEY,
    catalog_id BIGINT   NOT NULL,
    words      TSVECTOR NOT NULL
);

CREATE INDEX item_words_words ON item_words USING gin (words);
CREATE INDEX item_words_catalog ON item_words (catalog_id, item_id);
-- end

INSERT INTO search_todo (id, catalog_id, items) SELECT id, id, '>1' FROM catalog;

ALTER TABLE item DROP COLUMN search_text;
