-- +goose Up

-- Forms that businesses design as JSON. categories and problems: JSON lists. json: what it shows, wrong or not. preview_key: names its
-- preview in an address until preview_until.
CREATE TABLE flow (
    id               {{id}},
    business_id      BIGINT NOT NULL,
    waba_id          BIGINT NOT NULL,
    app_id           BIGINT NOT NULL DEFAULT 0,
    name             TEXT   NOT NULL,
    status           TEXT   NOT NULL,
    categories       TEXT   NOT NULL,
    endpoint         TEXT   NOT NULL DEFAULT '',
    json             TEXT   NOT NULL DEFAULT '',
    json_version     TEXT   NOT NULL DEFAULT '',
    data_api_version TEXT   NOT NULL DEFAULT '',
    problems         TEXT   NOT NULL DEFAULT '[]',
    preview_key      TEXT   NOT NULL DEFAULT '',
    preview_until    BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);

CREATE UNIQUE INDEX flow_name ON flow (waba_id, name);
CREATE INDEX flow_preview ON flow (preview_key) WHERE preview_key <> '';
