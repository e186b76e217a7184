-- +goose Up

-- Messages whose flow's endpoint takes no more answers. said: what it told the customer.
CREATE TABLE flow_ended (
    wamid    TEXT   NOT NULL PRIMARY KEY,
    said     TEXT   NOT NULL DEFAULT '',
    ended_at BIGINT NOT NULL
);
