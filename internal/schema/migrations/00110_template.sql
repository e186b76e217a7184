-- +goose Up

-- Message templates of WhatsApp accounts. components: a JSON list. status: APPROVED, PENDING, REJECTED, PAUSED, DISABLED, …. rev rises
-- with every change of what is decided on. fingerprint: what body and footer say, hashed. content: its texts in small
-- letters, for searching. pauses: how often quality stopped it.
CREATE TABLE message_template (
    id                {{id}},
    business_id       BIGINT NOT NULL,
    waba_id           BIGINT NOT NULL,
    name              TEXT   NOT NULL,
    language          TEXT   NOT NULL,
    category          TEXT   NOT NULL,
    previous_category TEXT   NOT NULL DEFAULT '',
    sub_category      TEXT   NOT NULL DEFAULT '',
    parameter_format  TEXT   NOT NULL,
    components        TEXT   NOT NULL,
    status            TEXT   NOT NULL,
    rejected_reason   TEXT   NOT NULL DEFAULT 'NONE',
    explanation       TEXT   NOT NULL DEFAULT '',
    keep_category     BOOLEAN NOT NULL DEFAULT FALSE,
    quality           TEXT   NOT NULL DEFAULT 'UNKNOWN',
    quality_at        BIGINT NOT NULL DEFAULT 0,
    pauses            BIGINT NOT NULL DEFAULT 0,
    paused_until      BIGINT NOT NULL DEFAULT 0,
    ttl_seconds       BIGINT NOT NULL DEFAULT 0,
    untracked_links   BOOLEAN NOT NULL DEFAULT FALSE,
    library_name      TEXT   NOT NULL DEFAULT '',
    fingerprint       TEXT   NOT NULL DEFAULT '',
    content           TEXT   NOT NULL DEFAULT '',
    correct_category  TEXT   NOT NULL DEFAULT '',
    rev               BIGINT NOT NULL DEFAULT 1,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);

CREATE UNIQUE INDEX message_template_name ON message_template (waba_id, name, language);
CREATE INDEX message_template_page ON message_template (waba_id, id);
CREATE INDEX message_template_fingerprint ON message_template (waba_id, fingerprint);

-- When an approved template was edited: for its daily and monthly bounds.
CREATE TABLE template_edit (
    template_id BIGINT NOT NULL REFERENCES message_template (id) ON DELETE CASCADE,
    at          BIGINT NOT NULL
);

CREATE INDEX template_edit_template ON template_edit (template_id, at);

-- Names of deleted approved templates, which cannot be used again for a while.
CREATE TABLE template_gone (
    waba_id  BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    language TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (waba_id, name, language)
);

-- Sample files of media headers. key: names one in its address. hash: names the file.
CREATE TABLE template_sample (
    key         TEXT   PRIMARY KEY,
    template_id BIGINT NOT NULL REFERENCES message_template (id) ON DELETE CASCADE,
    hash        TEXT   NOT NULL,
    mime        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX template_sample_template ON template_sample (template_id);
CREATE INDEX template_sample_hash ON template_sample (hash);
