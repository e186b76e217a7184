-- +goose Up

-- The cart of one chat thread, a line an item. unit_minor is the price the customer last saw.
CREATE TABLE cart_line (
    phone_id    BIGINT NOT NULL,
    wa_id       TEXT   NOT NULL,
    retailer_id TEXT   NOT NULL,
    catalog_id  BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    image       TEXT   NOT NULL DEFAULT '',
    quantity    BIGINT NOT NULL,
    unit_minor  BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (phone_id, wa_id, retailer_id)
);

-- A cart as it was sent. form_key is the one-time key of the form that sent it: one order a key.
CREATE TABLE customer_order (
    id          {{id}},
    phone_id    BIGINT NOT NULL,
    wa_id       TEXT   NOT NULL,
    catalog_id  BIGINT NOT NULL,
    wamid       TEXT   NOT NULL,
    note        TEXT   NOT NULL DEFAULT '',
    total_minor BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    form_key    TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);

CREATE UNIQUE INDEX customer_order_wamid ON customer_order (wamid);
CREATE UNIQUE INDEX customer_order_form ON customer_order (phone_id, wa_id, form_key) WHERE form_key <> '';
CREATE INDEX customer_order_thread ON customer_order (phone_id, wa_id, id);

CREATE TABLE order_line (
    order_id    BIGINT NOT NULL REFERENCES customer_order (id),
    position    BIGINT NOT NULL,
    retailer_id TEXT   NOT NULL,
    title       TEXT   NOT NULL,
    image       TEXT   NOT NULL DEFAULT '',
    quantity    BIGINT NOT NULL,
    unit_minor  BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    PRIMARY KEY (order_id, position)
);
