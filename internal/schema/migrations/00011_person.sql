-- +goose Up

-- People who work in the manager. password is an argon2id hash in PHC form.
CREATE TABLE person (
    id         {{id}},
    email      TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    password   TEXT    NOT NULL,
    created_at BIGINT  NOT NULL
);

-- What a person may do in a business.
CREATE TABLE person_role (
    person_id   BIGINT NOT NULL REFERENCES person (id),
    business_id BIGINT NOT NULL REFERENCES business (id),
    role        TEXT   NOT NULL,
    PRIMARY KEY (person_id, business_id)
);

CREATE INDEX person_role_business ON person_role (business_id);

-- A browser in which somebody is logged in. hash is of the cookie's text, which is kept nowhere.
CREATE TABLE session (
    hash       TEXT   PRIMARY KEY,
    person_id  BIGINT NOT NULL REFERENCES person (id),
    agent      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

CREATE INDEX session_person ON session (person_id);

-- A link that makes whoever opens it a person, once. business_id 0 is the first administrator of a new server.
CREATE TABLE invitation (
    hash        TEXT   PRIMARY KEY,
    business_id BIGINT NOT NULL,
    role        TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL
);
