-- +goose Up

-- Reports and appeals are about what an item says: content is the hash of it. What changes stock or price changes nothing of them.
CREATE TABLE report (
    id         {{id}},
    item_id    BIGINT  NOT NULL,
    catalog_id BIGINT  NOT NULL,
    content    TEXT    NOT NULL,
    wa_id      TEXT    NOT NULL,
    phone_id   BIGINT  NOT NULL DEFAULT 0,
    wamid      TEXT    NOT NULL DEFAULT '',
    reason     TEXT    NOT NULL,
    text       TEXT    NOT NULL DEFAULT '',
    weight     INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    settled    TEXT    NOT NULL DEFAULT '',
    settled_at BIGINT  NOT NULL DEFAULT 0
);

-- settled: upheld, dismissed, changed (the item says something else now); '': open.
CREATE UNIQUE INDEX report_once ON report (item_id, wa_id, content);
CREATE INDEX report_open ON report (catalog_id, item_id) WHERE settled = '';
CREATE INDEX report_customer ON report (wa_id, created_at);

INSERT INTO report (id, item_id, catalog_id, content, wa_id, reason, text, weight, created_at)
    SELECT ROW_NUMBER() OVER (ORDER BY r.at, r.item_id, r.wa_id), r.item_id, i.catalog_id, '', r.wa_id, r.reason, r.text, 1, r.at
    FROM item_report r JOIN item i ON i.id = r.item_id;

DROP TABLE item_report;

ALTER TABLE item_appeal ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE item_appeal ADD COLUMN business_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item_appeal ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE item_appeal ADD COLUMN reason TEXT NOT NULL DEFAULT '';

UPDATE item_appeal SET content = 'rev ' || CAST(rev AS TEXT),
    business_id = COALESCE((SELECT c.business_id FROM catalog c WHERE c.id = item_appeal.catalog_id), 0);

DROP INDEX item_appeal_item;
CREATE UNIQUE INDEX item_appeal_once ON item_appeal (item_id, content);
CREATE INDEX item_appeal_business ON item_appeal (business_id, created_at);

-- What a moderator thinks of an item before another one decides.
CREATE TABLE opinion (
    id         {{id}},
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    person_id  BIGINT NOT NULL,
    person     TEXT   NOT NULL,
    verdict    TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE INDEX opinion_item ON opinion (item_id, content, id);
