-- +goose Up

-- What was held against an account; rows are kept for good. restrictions is a JSON list of Meta's restriction types.
-- ends_at 0: no end. disabled_at: from when the account is disabled; 0: not by this.
-- ban_told: programs heard that it is disabled. lifted_at 0: it stands.
CREATE TABLE waba_violation (
    id           {{id}},
    waba_id      BIGINT NOT NULL REFERENCES waba (id),
    policy_id    TEXT   NOT NULL,
    rung         TEXT   NOT NULL,
    restrictions TEXT   NOT NULL,
    reason       TEXT   NOT NULL DEFAULT '',
    decided_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL DEFAULT 0,
    disabled_at  BIGINT NOT NULL DEFAULT 0,
    ban_told     BOOLEAN NOT NULL DEFAULT FALSE,
    lifted_at    BIGINT NOT NULL DEFAULT 0,
    lifted_by    TEXT   NOT NULL DEFAULT ''
);

CREATE INDEX waba_violation_waba ON waba_violation (waba_id, id);

-- Rejected items that count against an account, each once for a policy. violation_id 0: not yet part of one.
CREATE TABLE waba_strike (
    waba_id      BIGINT NOT NULL REFERENCES waba (id),
    policy_id    TEXT   NOT NULL,
    catalog_id   BIGINT NOT NULL,
    retailer_id  TEXT   NOT NULL,
    item_id      BIGINT NOT NULL,
    violation_id BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (waba_id, policy_id, catalog_id, retailer_id)
);

CREATE INDEX waba_strike_item ON waba_strike (item_id);
CREATE INDEX waba_strike_violation ON waba_strike (violation_id);

-- A business asks to look at a violation again, once. state: open, reversed, unchanged.
CREATE TABLE waba_appeal (
    violation_id {{id}},
    waba_id      BIGINT NOT NULL,
    message      TEXT   NOT NULL DEFAULT '',
    asked_by     TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    reason       TEXT   NOT NULL DEFAULT '',
    decided_by   TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX waba_appeal_waba ON waba_appeal (waba_id);
