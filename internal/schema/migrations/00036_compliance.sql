-- +goose Up

-- What Indian law asks a business to tell, of a number. details is waba.Compliance as JSON.
CREATE TABLE business_compliance (
    phone_id   {{id}},
    details    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);
