-- +goose Up

-- What a business did about an order, step by step; the newest step is the order's state. An order without one is new.
CREATE TABLE order_step (
    id        {{id}},
    order_id  BIGINT NOT NULL REFERENCES customer_order (id),
    state     TEXT   NOT NULL,
    person    TEXT   NOT NULL,
    at        BIGINT NOT NULL
);

CREATE INDEX order_step_order ON order_step (order_id, id);

ALTER TABLE customer_order ADD COLUMN state TEXT NOT NULL DEFAULT 'new';

CREATE INDEX customer_order_phone ON customer_order (phone_id, state, id);
CREATE INDEX thread_recent ON thread (phone_id, last_at);
