-- +goose Up

-- Answers that a business has ready, by a short name.
CREATE TABLE quick_reply (
    id          {{id}},
    business_id BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (business_id, name)
);

-- Who takes care of a chat. No row: nobody yet.
CREATE TABLE thread_agent (
    phone_id  BIGINT NOT NULL,
    wa_id     TEXT   NOT NULL,
    person_id BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);
