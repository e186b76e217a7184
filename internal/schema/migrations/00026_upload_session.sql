-- +goose Up

-- Files sent in pieces. session and handle are secrets that name them; received: bytes so far.
CREATE TABLE upload_session (
    session     TEXT   PRIMARY KEY,
    app_id      BIGINT NOT NULL,
    file_name   TEXT   NOT NULL,
    file_type   TEXT   NOT NULL,
    file_length BIGINT NOT NULL,
    received    BIGINT NOT NULL DEFAULT 0,
    handle      TEXT   NOT NULL DEFAULT '',
    file_hash   TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);

CREATE UNIQUE INDEX upload_session_handle ON upload_session (handle) WHERE handle <> '';
CREATE INDEX upload_session_file ON upload_session (file_hash) WHERE file_hash <> '';
CREATE INDEX upload_session_app ON upload_session (app_id);
CREATE INDEX upload_session_age ON upload_session (created_at);

CREATE UNIQUE INDEX feed_upload_report_key ON feed_upload (report_key) WHERE report_key <> '';

-- The pieces of a file that is not complete yet, each kept by its hash. at: of its first byte.
CREATE TABLE upload_part (
    session   TEXT   NOT NULL REFERENCES upload_session (session),
    at        BIGINT NOT NULL,
    file_hash TEXT   NOT NULL,
    PRIMARY KEY (session, at)
);

CREATE INDEX upload_part_file ON upload_part (file_hash);
