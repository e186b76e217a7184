-- +goose Up

-- People who chat with businesses.
CREATE TABLE customer (
    wa_id      TEXT PRIMARY KEY,
    name       TEXT   NOT NULL DEFAULT '',
    locale     TEXT   NOT NULL DEFAULT 'en',
    demo       BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);

-- One customer's chat with one business number. window_until: the end of the customer service window.
CREATE TABLE thread (
    phone_id     BIGINT  NOT NULL,
    wa_id        TEXT    NOT NULL REFERENCES customer (wa_id),
    user_id      TEXT    NOT NULL,
    window_until BIGINT  NOT NULL DEFAULT 0,
    blocked      BOOLEAN NOT NULL DEFAULT FALSE,
    last_at      BIGINT  NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE INDEX thread_customer ON thread (wa_id);

-- What was said. A wamid holds the id, so it needs no index. outbound: from the business. content: the message as sent, with the facts of its
-- products, as JSON. rank: 1 sent, 2 delivered, 3 read, 9 failed; it only rises.
CREATE TABLE message (
    id           {{id}},
    wamid        TEXT    NOT NULL,
    phone_id     BIGINT  NOT NULL,
    wa_id        TEXT    NOT NULL,
    outbound     BOOLEAN NOT NULL,
    type         TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    answers      TEXT    NOT NULL DEFAULT '',
    opaque       TEXT    NOT NULL DEFAULT '',
    rank         BIGINT  NOT NULL,
    error_code   BIGINT  NOT NULL DEFAULT 0,
    error_detail TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL,
    delivered_at BIGINT  NOT NULL DEFAULT 0,
    read_at      BIGINT  NOT NULL DEFAULT 0
);

CREATE INDEX message_thread ON message (phone_id, wa_id, id);
