-- +goose Up

-- What a number is set to beyond its life, by kind: settings, automation, encryption, official. details is JSON.
CREATE TABLE number_detail (
    phone_id   BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    details    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (phone_id, kind)
);

-- official: the badge. identity_check: webhooks tell a hash of who the customer is.
ALTER TABLE phone_number ADD COLUMN official BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE phone_number ADD COLUMN identity_check BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX phone_number_username ON phone_number (username) WHERE username <> '';

-- Short links and QR codes that open a chat with a message already written.
CREATE TABLE message_link (
    code       TEXT   PRIMARY KEY,
    phone_id   BIGINT NOT NULL,
    message    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX message_link_phone ON message_link (phone_id, created_at, code);

-- The few people a test number may write to.
CREATE TABLE test_recipient (
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);
