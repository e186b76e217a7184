-- +goose Up

-- The last calls of the Graph API, for developers who ask why something happened. Only the demo world writes it.
-- Tokens and passwords are masked before they get here; long bodies are cut.
CREATE TABLE api_call (
    id       {{id}},
    at       BIGINT NOT NULL,
    method   TEXT   NOT NULL,
    path     TEXT   NOT NULL,
    query    TEXT   NOT NULL,
    agent    TEXT   NOT NULL,
    status   BIGINT NOT NULL,
    took_us  BIGINT NOT NULL,
    code     BIGINT NOT NULL, -- of the error; 0 for none
    subcode  BIGINT NOT NULL,
    trace    TEXT   NOT NULL,
    ref      TEXT   NOT NULL, -- the message that the call made, or is about
    kind     TEXT   NOT NULL, -- of the request's body
    request  {{bytes}} NOT NULL,
    response {{bytes}} NOT NULL
);

CREATE INDEX api_call_ref ON api_call (ref, id) WHERE ref <> '';
