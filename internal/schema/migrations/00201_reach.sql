-- +goose Up

-- The customers a business wrote to first, outside the customer service window: since when each counts against the messaging
-- limit, and which number wrote.
CREATE TABLE business_reach (
    business_id BIGINT NOT NULL,
    wa_id       TEXT   NOT NULL,
    phone_id    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (business_id, wa_id)
);

CREATE INDEX business_reach_at ON business_reach (business_id, at);

-- upgrading_until: the number is being made faster and sends nothing until then.
ALTER TABLE phone_number ADD COLUMN upgrading_until BIGINT NOT NULL DEFAULT 0;

-- Since when a customer blocks a business; 0: it does not.
ALTER TABLE thread ADD COLUMN blocked_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX thread_blocked ON thread (phone_id, blocked_at) WHERE blocked_at > 0;
