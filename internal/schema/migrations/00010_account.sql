-- +goose Up

CREATE TABLE business (
    id                  {{id}},
    name                TEXT   NOT NULL,
    country             TEXT   NOT NULL DEFAULT '',
    verification_status TEXT   NOT NULL DEFAULT 'not_verified',
    timezone_id         BIGINT NOT NULL DEFAULT 1,
    created_at          BIGINT NOT NULL
);

CREATE TABLE app (
    id             {{id}},
    business_id    BIGINT  NOT NULL REFERENCES business (id),
    name           TEXT    NOT NULL,
    secret         TEXT    NOT NULL,
    require_proof  BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     BIGINT  NOT NULL
);

CREATE TABLE system_user (
    id          {{id}},
    business_id BIGINT NOT NULL REFERENCES business (id),
    name        TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX system_user_business ON system_user (business_id, id);

-- Only the SHA-256 of a token is stored.
CREATE TABLE token (
    hash        TEXT   PRIMARY KEY,
    app_id      BIGINT NOT NULL REFERENCES app (id),
    user_id     BIGINT NOT NULL REFERENCES system_user (id),
    permissions TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL DEFAULT 0,
    revoked_at  BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);

-- The businesses a token reaches.
CREATE TABLE token_business (
    hash        TEXT   NOT NULL REFERENCES token (hash),
    business_id BIGINT NOT NULL REFERENCES business (id),
    PRIMARY KEY (hash, business_id)
);
