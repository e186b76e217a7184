-- +goose Up

-- Questions to endpoints of flows of the last hour. took: milliseconds. kind: what went wrong; empty for nothing.
CREATE TABLE flow_ask (
    id      TEXT   NOT NULL PRIMARY KEY,
    flow_id BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    took    BIGINT NOT NULL,
    kind    TEXT   NOT NULL DEFAULT ''
);

CREATE INDEX flow_ask_flow ON flow_ask (flow_id, at);

-- Alerts that are active: the threshold that was reached.
CREATE TABLE flow_alert (
    flow_id   BIGINT NOT NULL,
    event     TEXT   NOT NULL,
    threshold BIGINT NOT NULL,
    PRIMARY KEY (flow_id, event)
);

-- Messages with throttled flows of the last hour.
CREATE TABLE flow_sent (
    id      TEXT   NOT NULL PRIMARY KEY,
    flow_id BIGINT NOT NULL,
    at      BIGINT NOT NULL
);

CREATE INDEX flow_sent_flow ON flow_sent (flow_id, at);
