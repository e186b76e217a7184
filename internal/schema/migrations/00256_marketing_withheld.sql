-- +goose Up

-- Customers whom marketing messages of a number do not reach for a while, though they want them. reason: capped or experiment.
CREATE TABLE marketing_withheld (
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);
