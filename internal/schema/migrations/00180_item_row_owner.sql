-- +goose Up

-- Who writes items holds their catalog's row in the same transaction; asking for it again with each of a million rows was a
-- seventh of what a feed costs. SQLite has one writer, so that the catalog cannot be gone in between; on PostgreSQL the
-- constraint stays, since deleting a catalog there does not see what is committed meanwhile.
-- only: sqlite
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql, 'catalog_id       BIGINT  NOT NULL REFERENCES catalog (id)', 'catalog_id       BIGINT  NOT NULL')
    WHERE type = 'table' AND name = 'item_row';

PRAGMA writable_schema = RESET;
-- end
