-- +goose Up

-- WhatsApp Business Accounts.
CREATE TABLE waba (
    id                 {{id}},
    business_id        BIGINT NOT NULL,
    name               TEXT   NOT NULL,
    currency           TEXT   NOT NULL DEFAULT '',
    country            TEXT   NOT NULL DEFAULT '',
    timezone_id        TEXT   NOT NULL DEFAULT '',
    template_namespace TEXT   NOT NULL DEFAULT '',
    created_at         BIGINT NOT NULL
);

CREATE INDEX waba_business ON waba (business_id, id);

-- The one catalog an account is connected to.
CREATE TABLE waba_catalog (
    waba_id      {{id}},
    catalog_id   BIGINT NOT NULL,
    connected_at BIGINT NOT NULL
);

CREATE INDEX waba_catalog_catalog ON waba_catalog (catalog_id, waba_id);

-- Business phone numbers. digits is E.164 without the plus.
CREATE TABLE phone_number (
    id             {{id}},
    waba_id        BIGINT NOT NULL REFERENCES waba (id),
    business_id    BIGINT NOT NULL,
    digits         TEXT   NOT NULL,
    country        TEXT   NOT NULL DEFAULT '',
    verified_name  TEXT   NOT NULL,
    quality_rating TEXT   NOT NULL,
    onboarded_at   BIGINT NOT NULL
);

CREATE UNIQUE INDEX phone_number_digits ON phone_number (digits);
CREATE INDEX phone_number_waba ON phone_number (waba_id, id);
CREATE INDEX phone_number_business ON phone_number (business_id, id);

-- Commerce settings of a number; no row means the defaults. id is the settings node's own.
CREATE TABLE commerce_settings (
    phone_id        {{id}},
    id              BIGINT  NOT NULL UNIQUE,
    cart_enabled    BOOLEAN NOT NULL,
    catalog_visible BOOLEAN NOT NULL
);

-- What customers read about the business behind a number. websites is a JSON list of addresses.
CREATE TABLE business_profile (
    phone_id    {{id}},
    about       TEXT NOT NULL DEFAULT '',
    address     TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    websites    TEXT NOT NULL DEFAULT '[]',
    vertical    TEXT NOT NULL DEFAULT '',
    picture_url TEXT NOT NULL DEFAULT ''
);
