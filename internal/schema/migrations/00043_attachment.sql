-- +goose Up

-- Pictures, videos, sounds, documents and stickers of chats. hash: names the file in the media store. link: where it was
-- fetched from; such a file is used again for a while. inbound: a customer sent it.
CREATE TABLE attachment (
    id          {{id}},
    business_id BIGINT  NOT NULL,
    phone_id    BIGINT  NOT NULL,
    inbound     BOOLEAN NOT NULL,
    mime        TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    size        BIGINT  NOT NULL,
    file_name   TEXT    NOT NULL,
    link        TEXT    NOT NULL DEFAULT '',
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);

CREATE INDEX attachment_expiry ON attachment (expires_at);
CREATE INDEX attachment_hash ON attachment (hash);
CREATE INDEX attachment_link ON attachment (phone_id, link, created_at) WHERE link <> '';
