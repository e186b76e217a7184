-- +goose Up

-- The emoji each side of a chat put on a message; taking it away deletes the row.
CREATE TABLE reaction (
    message_id BIGINT  NOT NULL REFERENCES message (id),
    outbound   BOOLEAN NOT NULL,
    emoji      TEXT    NOT NULL,
    PRIMARY KEY (message_id, outbound)
);

-- The bill of an order_details message. status: pending, processing, partially_shipped, shipped, completed, canceled.
-- payment: '', pending, captured, failed.
CREATE TABLE bill (
    phone_id     BIGINT NOT NULL,
    reference_id TEXT   NOT NULL,
    wa_id        TEXT   NOT NULL,
    message_id   BIGINT NOT NULL REFERENCES message (id),
    status       TEXT   NOT NULL,
    payment      TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (phone_id, reference_id)
);
