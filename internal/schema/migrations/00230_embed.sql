-- +goose Up

-- The sites that a number's chat may stand in, and the visitors who write from there. token_hash: SHA-256 of what the visitor's
-- browser keeps. A visitor writes to one number only.
CREATE TABLE embed_site (
    phone_id BIGINT NOT NULL,
    origin   TEXT   NOT NULL,
    PRIMARY KEY (phone_id, origin)
);

CREATE TABLE embed_visitor (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    phone_id   BIGINT NOT NULL,
    wa_id      TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX embed_visitor_expiry ON embed_visitor (expires_at);
