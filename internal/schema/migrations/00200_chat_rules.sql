-- +goose Up

-- What the two sides of a chat want of each other. marketing_stopped: the customer wants no marketing messages.
-- refused_at: since when the customer is on the number's block list; 0: the customer is not.
ALTER TABLE thread ADD COLUMN marketing_stopped BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE thread ADD COLUMN refused_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX thread_refused ON thread (phone_id, wa_id) WHERE refused_at > 0;
CREATE INDEX thread_user ON thread (user_id);
