-- +goose Up

-- A paced template: how many more of its messages go out at once (below zero: how many were held), and until when the rest is held; zero: it is not paced.
ALTER TABLE message_template ADD COLUMN paced_left BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message_template ADD COLUMN paced_until BIGINT NOT NULL DEFAULT 0;

-- Messages that are held until their template's quality is known. The id is the one the message will have.
CREATE TABLE held_message (
    id BIGINT PRIMARY KEY,
    template_id BIGINT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX held_message_template ON held_message (template_id, id);
