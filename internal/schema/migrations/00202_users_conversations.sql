-- +goose Up

-- username: what a customer shows instead of the number; empty: the number is shown. identity: how often the customer's keys
-- changed, as with a new phone.
ALTER TABLE customer ADD COLUMN username TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN identity BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX customer_username ON customer (username) WHERE username <> '';

-- number_known: the business knows the customer's number, whatever username the customer has. conversation_*: the
-- conversation that messages belong to now.
ALTER TABLE thread ADD COLUMN number_known BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE thread ADD COLUMN conversation_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN conversation_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN conversation_category TEXT NOT NULL DEFAULT '';

-- Of a template: its category and id, and whether it was free. conversation_id: what it belongs to; 0: to none.
ALTER TABLE message ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN template_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN free BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE message ADD COLUMN conversation_id BIGINT NOT NULL DEFAULT 0;

-- A day of a chat, by what the business wrote first in it: SERVICE or a category of templates.
CREATE TABLE conversation (
    id       {{id}},
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    category TEXT   NOT NULL,
    began_at BIGINT NOT NULL
);

CREATE INDEX conversation_phone ON conversation (phone_id, began_at);

-- The version of the API an app subscribed with; 0: the newest.
ALTER TABLE webhook_subscription ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
