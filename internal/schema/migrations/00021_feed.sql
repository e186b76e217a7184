-- +goose Up

-- Files that fill a catalog. primary_feeds: of a supplementary feed, a JSON list of ids; override_fields: a JSON list.
-- latest_upload: 0 before the first. deleted: its items are being removed; nobody sees it any more.
CREATE TABLE product_feed (
    id               {{id}},
    catalog_id       BIGINT  NOT NULL REFERENCES catalog (id),
    name             TEXT    NOT NULL,
    file_name        TEXT    NOT NULL DEFAULT '',
    feed_type        TEXT    NOT NULL,
    country          TEXT    NOT NULL,
    currency         TEXT    NOT NULL,
    encoding         TEXT    NOT NULL,
    delimiter        TEXT    NOT NULL,
    quoted_fields    TEXT    NOT NULL,
    deletion_enabled BOOLEAN NOT NULL,
    update_only      BOOLEAN NOT NULL,
    supplementary    BOOLEAN NOT NULL,
    primary_feeds    TEXT    NOT NULL DEFAULT '',
    override_type    TEXT    NOT NULL DEFAULT '',
    override_value   TEXT    NOT NULL DEFAULT '',
    override_fields  TEXT    NOT NULL DEFAULT '',
    item_sub_type    TEXT    NOT NULL DEFAULT '',
    use_case         TEXT    NOT NULL DEFAULT '',
    migrated_from    BIGINT  NOT NULL DEFAULT 0,
    latest_upload    BIGINT  NOT NULL DEFAULT 0,
    deleted          BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       BIGINT  NOT NULL
);

CREATE INDEX product_feed_catalog ON product_feed (catalog_id, id);

-- When a feed is fetched. Of each feed there is at most one that replaces (updates = FALSE) and one that updates.
-- hour, minute, day_of_month: -1 where not given. seq rises with each change, so that a tick of before means nothing.
-- etag, last_modified: of the last answer whose file was taken in whole; settled_upload is what it made.
CREATE TABLE feed_schedule (
    id             {{id}},
    feed_id        BIGINT  NOT NULL REFERENCES product_feed (id),
    updates        BOOLEAN NOT NULL,
    every          TEXT    NOT NULL,
    every_count    BIGINT  NOT NULL,
    url            TEXT    NOT NULL,
    hour           BIGINT  NOT NULL,
    minute         BIGINT  NOT NULL,
    day_of_week    TEXT    NOT NULL,
    day_of_month   BIGINT  NOT NULL,
    timezone       TEXT    NOT NULL,
    username       TEXT    NOT NULL DEFAULT '',
    password       TEXT    NOT NULL DEFAULT '',
    seq            BIGINT  NOT NULL,
    next_at        BIGINT  NOT NULL,
    etag           TEXT    NOT NULL DEFAULT '',
    last_modified  TEXT    NOT NULL DEFAULT '',
    settled_upload BIGINT  NOT NULL DEFAULT 0,
    created_at     BIGINT  NOT NULL
);

CREATE UNIQUE INDEX feed_schedule_feed ON feed_schedule (feed_id, updates);

-- One taking in of one file. state: fetching, waiting, running, ended. rows_done: rows of the file that are committed,
-- so that a restart goes on behind them. tries: attempts at the present stage. file_hash: '' once the file is let go.
-- report_status: NOT_REQUESTED, REQUESTED, WRITE_FINISHED.
CREATE TABLE feed_upload (
    id            {{id}},
    feed_id       BIGINT  NOT NULL REFERENCES product_feed (id),
    schedule_id   BIGINT  NOT NULL DEFAULT 0,
    input_method  TEXT    NOT NULL,
    url           TEXT    NOT NULL DEFAULT '',
    username      TEXT    NOT NULL DEFAULT '',
    password      TEXT    NOT NULL DEFAULT '',
    file_name     TEXT    NOT NULL DEFAULT '',
    content_type  TEXT    NOT NULL DEFAULT '',
    file_hash     TEXT    NOT NULL DEFAULT '',
    file_size     BIGINT  NOT NULL DEFAULT 0,
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    update_only   BOOLEAN NOT NULL,
    state         TEXT    NOT NULL,
    tries         BIGINT  NOT NULL DEFAULT 0,
    rows_done     BIGINT  NOT NULL DEFAULT 0,
    detected      BIGINT  NOT NULL DEFAULT 0,
    persisted     BIGINT  NOT NULL DEFAULT 0,
    invalid       BIGINT  NOT NULL DEFAULT 0,
    deleted       BIGINT  NOT NULL DEFAULT 0,
    errors        BIGINT  NOT NULL DEFAULT 0,
    warnings      BIGINT  NOT NULL DEFAULT 0,
    failed        BOOLEAN NOT NULL DEFAULT FALSE,
    report_status TEXT    NOT NULL DEFAULT 'NOT_REQUESTED',
    report_hash   TEXT    NOT NULL DEFAULT '',
    report_key    TEXT    NOT NULL DEFAULT '',
    started_at    BIGINT  NOT NULL,
    ended_at      BIGINT  NOT NULL DEFAULT 0
);

CREATE INDEX feed_upload_feed ON feed_upload (feed_id, id);
CREATE INDEX feed_upload_file ON feed_upload (file_hash) WHERE file_hash <> '';
CREATE INDEX feed_upload_report ON feed_upload (report_hash) WHERE report_hash <> '';

-- What went wrong in an upload, one row for each kind of problem with a column.
CREATE TABLE feed_upload_error (
    id          {{id}},
    upload_id   BIGINT  NOT NULL REFERENCES feed_upload (id),
    error_type  TEXT    NOT NULL,
    fatal       BOOLEAN NOT NULL,
    field       TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    description TEXT    NOT NULL,
    total_count BIGINT  NOT NULL,
    samples     BIGINT  NOT NULL
);

CREATE UNIQUE INDEX feed_upload_error_kind ON feed_upload_error (upload_id, error_type, fatal, field, summary);

-- Rows in which it went wrong: the first ones.
CREATE TABLE feed_upload_sample (
    id          {{id}},
    error_id    BIGINT NOT NULL REFERENCES feed_upload_error (id),
    row_number  BIGINT NOT NULL,
    retailer_id TEXT   NOT NULL,
    value       TEXT   NOT NULL
);

CREATE INDEX feed_upload_sample_error ON feed_upload_sample (error_id, id);

-- Changes made to a file's rows before they are read. params: a JSON object.
CREATE TABLE feed_rule (
    id         {{id}},
    feed_id    BIGINT NOT NULL REFERENCES product_feed (id),
    attribute  TEXT   NOT NULL,
    rule_type  TEXT   NOT NULL,
    params     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX feed_rule_feed ON feed_rule (feed_id, id);
