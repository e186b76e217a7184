-- +goose Up

-- Users of its business that somebody assigned to a WhatsApp account, with the names of tasks between commas.
CREATE TABLE waba_user (
    waba_id BIGINT NOT NULL REFERENCES waba (id),
    user_id BIGINT NOT NULL,
    tasks   TEXT   NOT NULL,
    PRIMARY KEY (waba_id, user_id)
);

CREATE INDEX waba_user_user ON waba_user (user_id, waba_id);
