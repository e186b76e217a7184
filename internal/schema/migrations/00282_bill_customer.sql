-- +goose Up

-- The bills of a customer, beside their orders.
CREATE INDEX bill_customer ON bill (phone_id, wa_id, message_id);
