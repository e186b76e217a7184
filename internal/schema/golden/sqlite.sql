-- Generated from the migrations: go test ./internal/db -run Golden -update
-- Migrations: 63cb253301c22da8d9fd22d00d89004da416d350ca398e312038b9c968977387

CREATE TABLE api_call (
    id       INTEGER PRIMARY KEY,
    at       BIGINT NOT NULL,
    method   TEXT   NOT NULL,
    path     TEXT   NOT NULL,
    query    TEXT   NOT NULL,
    agent    TEXT   NOT NULL,
    status   BIGINT NOT NULL,
    took_us  BIGINT NOT NULL,
    code     BIGINT NOT NULL, -- of the error; 0 for none
    subcode  BIGINT NOT NULL,
    trace    TEXT   NOT NULL,
    ref      TEXT   NOT NULL, -- the message that the call made, or is about
    kind     TEXT   NOT NULL, -- of the request's body
    request  BLOB NOT NULL,
    response BLOB NOT NULL
);
CREATE INDEX api_call_ref ON api_call (ref, id) WHERE ref <> '';

CREATE TABLE app (
    id             INTEGER PRIMARY KEY,
    business_id    BIGINT  NOT NULL REFERENCES business (id),
    name           TEXT    NOT NULL,
    secret         TEXT    NOT NULL,
    require_proof  BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     BIGINT  NOT NULL
, old_secret TEXT NOT NULL DEFAULT '', old_secret_until BIGINT NOT NULL DEFAULT 0);

CREATE TABLE appeal_call (
    catalog_id BIGINT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX appeal_call_catalog ON appeal_call (catalog_id, at);

CREATE TABLE attachment (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT  NOT NULL,
    phone_id    BIGINT  NOT NULL,
    inbound     BOOLEAN NOT NULL,
    mime        TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    size        BIGINT  NOT NULL,
    file_name   TEXT    NOT NULL,
    link        TEXT    NOT NULL DEFAULT '',
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX attachment_expiry ON attachment (expires_at);
CREATE INDEX attachment_hash ON attachment (hash);
CREATE INDEX attachment_link ON attachment (phone_id, link, created_at) WHERE link <> '';

CREATE TABLE bill (
    phone_id     BIGINT NOT NULL,
    reference_id TEXT   NOT NULL,
    wa_id        TEXT   NOT NULL,
    message_id   BIGINT NOT NULL REFERENCES message (id),
    status       TEXT   NOT NULL,
    payment      TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (phone_id, reference_id)
);
CREATE INDEX bill_customer ON bill (phone_id, wa_id, message_id);

CREATE TABLE business (
    id                  INTEGER PRIMARY KEY,
    name                TEXT   NOT NULL,
    country             TEXT   NOT NULL DEFAULT '',
    verification_status TEXT   NOT NULL DEFAULT 'not_verified',
    timezone_id         BIGINT NOT NULL DEFAULT 1,
    created_at          BIGINT NOT NULL
);

CREATE TABLE business_compliance (
    phone_id   INTEGER PRIMARY KEY,
    details    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE business_limit (
    business_id INTEGER PRIMARY KEY,
    tier        TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);

CREATE TABLE business_profile (
    phone_id    INTEGER PRIMARY KEY,
    about       TEXT NOT NULL DEFAULT '',
    address     TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    websites    TEXT NOT NULL DEFAULT '[]',
    vertical    TEXT NOT NULL DEFAULT '',
    picture_url TEXT NOT NULL DEFAULT ''
);

CREATE TABLE business_reach (
    business_id BIGINT NOT NULL,
    wa_id       TEXT   NOT NULL,
    phone_id    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (business_id, wa_id)
);
CREATE INDEX business_reach_at ON business_reach (business_id, at);

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

CREATE TABLE catalog (
    id                INTEGER PRIMARY KEY,
    business_id       BIGINT  NOT NULL,
    name              TEXT    NOT NULL,
    vertical          TEXT    NOT NULL,
    default_image_url TEXT    NOT NULL DEFAULT '',
    settings          TEXT    NOT NULL DEFAULT '',
    reviewed          BOOLEAN NOT NULL DEFAULT FALSE,
    created_at        BIGINT  NOT NULL
);
CREATE INDEX catalog_business ON catalog (business_id, id);

CREATE TABLE catalog_batch (
    handle       TEXT    PRIMARY KEY,
    catalog_id   BIGINT  NOT NULL REFERENCES catalog (id),
    upsert       BOOLEAN NOT NULL,
    status       TEXT    NOT NULL,
    chunks       BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    finished_at  BIGINT  NOT NULL DEFAULT 0
, kind TEXT NOT NULL DEFAULT '');
CREATE INDEX catalog_batch_finished ON catalog_batch (catalog_id, finished_at);

CREATE TABLE catalog_batch_chunk (
    handle     TEXT    NOT NULL REFERENCES catalog_batch (handle),
    n          BIGINT  NOT NULL,
    first_line BIGINT  NOT NULL,
    requests   TEXT    NOT NULL,
    applied    BOOLEAN NOT NULL DEFAULT FALSE,
    problems   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (handle, n)
);

CREATE TABLE catalog_category (
    catalog_id      BIGINT NOT NULL REFERENCES catalog (id),
    criteria        TEXT   NOT NULL,
    value           TEXT   NOT NULL,
    description     TEXT   NOT NULL DEFAULT '',
    destination_uri TEXT   NOT NULL DEFAULT '',
    image_url       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (catalog_id, criteria, value)
);

CREATE TABLE catalog_share (
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    business_id BIGINT NOT NULL, tasks TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (catalog_id, business_id)
);

CREATE TABLE catalog_user (
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    user_id     BIGINT NOT NULL,
    business_id BIGINT NOT NULL,
    tasks       TEXT   NOT NULL,
    PRIMARY KEY (catalog_id, user_id)
);
CREATE INDEX catalog_user_user ON catalog_user (user_id, catalog_id);

CREATE TABLE commerce_settings (
    phone_id        INTEGER PRIMARY KEY,
    id              BIGINT  NOT NULL UNIQUE,
    cart_enabled    BOOLEAN NOT NULL,
    catalog_visible BOOLEAN NOT NULL
);

CREATE TABLE consultation (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT  NOT NULL,
    catalog_id BIGINT  NOT NULL,
    rev        BIGINT  NOT NULL,
    content    TEXT    NOT NULL,
    reviewer   TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    verdict    TEXT    NOT NULL DEFAULT '',
    policy_id  TEXT    NOT NULL DEFAULT '',
    reason     TEXT    NOT NULL DEFAULT '',
    problem    TEXT    NOT NULL DEFAULT '',
    applied    BOOLEAN NOT NULL DEFAULT FALSE,
    asked_at   BIGINT  NOT NULL,
    told_at    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX consultation_once ON consultation (item_id, rev);

CREATE TABLE conversation (
    id       INTEGER PRIMARY KEY,
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    category TEXT   NOT NULL,
    began_at BIGINT NOT NULL
);
CREATE INDEX conversation_phone ON conversation (phone_id, began_at);

CREATE TABLE customer (
    wa_id      TEXT PRIMARY KEY,
    name       TEXT   NOT NULL DEFAULT '',
    locale     TEXT   NOT NULL DEFAULT 'en',
    demo       BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
, username TEXT NOT NULL DEFAULT '', identity BIGINT NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX customer_username ON customer (username) WHERE username <> '';

CREATE TABLE customer_order (
    id          INTEGER PRIMARY KEY,
    phone_id    BIGINT NOT NULL,
    wa_id       TEXT   NOT NULL,
    catalog_id  BIGINT NOT NULL,
    wamid       TEXT   NOT NULL,
    note        TEXT   NOT NULL DEFAULT '',
    total_minor BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    form_key    TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
, state TEXT NOT NULL DEFAULT 'new');
CREATE UNIQUE INDEX customer_order_form ON customer_order (phone_id, wa_id, form_key) WHERE form_key <> '';
CREATE INDEX customer_order_phone ON customer_order (phone_id, state, id);
CREATE INDEX customer_order_thread ON customer_order (phone_id, wa_id, id);
CREATE UNIQUE INDEX customer_order_wamid ON customer_order (wamid);

CREATE TABLE embed_site (
    phone_id BIGINT NOT NULL,
    origin   TEXT   NOT NULL,
    PRIMARY KEY (phone_id, origin)
);

CREATE TABLE embed_visitor (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    phone_id   BIGINT NOT NULL,
    wa_id      TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX embed_visitor_expiry ON embed_visitor (expires_at);

CREATE TABLE feed_rule (
    id         INTEGER PRIMARY KEY,
    feed_id    BIGINT NOT NULL REFERENCES product_feed (id),
    attribute  TEXT   NOT NULL,
    rule_type  TEXT   NOT NULL,
    params     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX feed_rule_feed ON feed_rule (feed_id, id);

CREATE TABLE feed_schedule (
    id             INTEGER PRIMARY KEY,
    feed_id        BIGINT  NOT NULL REFERENCES product_feed (id),
    updates        BOOLEAN NOT NULL,
    every          TEXT    NOT NULL,
    every_count    BIGINT  NOT NULL,
    url            TEXT    NOT NULL,
    hour           BIGINT  NOT NULL,
    minute         BIGINT  NOT NULL,
    day_of_week    TEXT    NOT NULL,
    day_of_month   BIGINT  NOT NULL,
    timezone       TEXT    NOT NULL,
    username       TEXT    NOT NULL DEFAULT '',
    password       TEXT    NOT NULL DEFAULT '',
    seq            BIGINT  NOT NULL,
    next_at        BIGINT  NOT NULL,
    etag           TEXT    NOT NULL DEFAULT '',
    last_modified  TEXT    NOT NULL DEFAULT '',
    settled_upload BIGINT  NOT NULL DEFAULT 0,
    created_at     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX feed_schedule_feed ON feed_schedule (feed_id, updates);

CREATE TABLE feed_upload (
    id            INTEGER PRIMARY KEY,
    feed_id       BIGINT  NOT NULL REFERENCES product_feed (id),
    schedule_id   BIGINT  NOT NULL DEFAULT 0,
    input_method  TEXT    NOT NULL,
    url           TEXT    NOT NULL DEFAULT '',
    username      TEXT    NOT NULL DEFAULT '',
    password      TEXT    NOT NULL DEFAULT '',
    file_name     TEXT    NOT NULL DEFAULT '',
    content_type  TEXT    NOT NULL DEFAULT '',
    file_hash     TEXT    NOT NULL DEFAULT '',
    file_size     BIGINT  NOT NULL DEFAULT 0,
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    update_only   BOOLEAN NOT NULL,
    state         TEXT    NOT NULL,
    tries         BIGINT  NOT NULL DEFAULT 0,
    rows_done     BIGINT  NOT NULL DEFAULT 0,
    detected      BIGINT  NOT NULL DEFAULT 0,
    persisted     BIGINT  NOT NULL DEFAULT 0,
    invalid       BIGINT  NOT NULL DEFAULT 0,
    deleted       BIGINT  NOT NULL DEFAULT 0,
    errors        BIGINT  NOT NULL DEFAULT 0,
    warnings      BIGINT  NOT NULL DEFAULT 0,
    failed        BOOLEAN NOT NULL DEFAULT FALSE,
    report_status TEXT    NOT NULL DEFAULT 'NOT_REQUESTED',
    report_hash   TEXT    NOT NULL DEFAULT '',
    report_key    TEXT    NOT NULL DEFAULT '',
    started_at    BIGINT  NOT NULL,
    ended_at      BIGINT  NOT NULL DEFAULT 0
, doubled_done BIGINT NOT NULL DEFAULT 0, cancelled BOOLEAN NOT NULL DEFAULT FALSE, fetch_error TEXT NOT NULL DEFAULT '', fetch_remedy TEXT NOT NULL DEFAULT '', fetch_failed_at BIGINT NOT NULL DEFAULT 0, fetch_next_at BIGINT NOT NULL DEFAULT 0, refused_hash TEXT NOT NULL DEFAULT '', refused_rows BIGINT NOT NULL DEFAULT 0);
CREATE INDEX feed_upload_feed ON feed_upload (feed_id, id);
CREATE INDEX feed_upload_file ON feed_upload (file_hash) WHERE file_hash <> '';
CREATE INDEX feed_upload_refused ON feed_upload (refused_hash) WHERE refused_hash <> '';
CREATE INDEX feed_upload_report ON feed_upload (report_hash) WHERE report_hash <> '';
CREATE UNIQUE INDEX feed_upload_report_key ON feed_upload (report_key) WHERE report_key <> '';

CREATE TABLE feed_upload_error (
    id          INTEGER PRIMARY KEY,
    upload_id   BIGINT  NOT NULL REFERENCES feed_upload (id),
    error_type  TEXT    NOT NULL,
    fatal       BOOLEAN NOT NULL,
    field       TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    description TEXT    NOT NULL,
    total_count BIGINT  NOT NULL,
    samples     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX feed_upload_error_kind ON feed_upload_error (upload_id, error_type, fatal, field, summary);

CREATE TABLE feed_upload_sample (
    id          INTEGER PRIMARY KEY,
    error_id    BIGINT NOT NULL REFERENCES feed_upload_error (id),
    row_number  BIGINT NOT NULL,
    retailer_id TEXT   NOT NULL,
    value       TEXT   NOT NULL
);
CREATE INDEX feed_upload_sample_error ON feed_upload_sample (error_id, id);

CREATE TABLE flow (
    id               INTEGER PRIMARY KEY,
    business_id      BIGINT NOT NULL,
    waba_id          BIGINT NOT NULL,
    app_id           BIGINT NOT NULL DEFAULT 0,
    name             TEXT   NOT NULL,
    status           TEXT   NOT NULL,
    categories       TEXT   NOT NULL,
    endpoint         TEXT   NOT NULL DEFAULT '',
    json             TEXT   NOT NULL DEFAULT '',
    json_version     TEXT   NOT NULL DEFAULT '',
    data_api_version TEXT   NOT NULL DEFAULT '',
    problems         TEXT   NOT NULL DEFAULT '[]',
    preview_key      TEXT   NOT NULL DEFAULT '',
    preview_until    BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX flow_name ON flow (waba_id, name);
CREATE INDEX flow_preview ON flow (preview_key) WHERE preview_key <> '';

CREATE TABLE flow_alert (
    flow_id   BIGINT NOT NULL,
    event     TEXT   NOT NULL,
    threshold BIGINT NOT NULL,
    PRIMARY KEY (flow_id, event)
);

CREATE TABLE flow_ask (
    id      TEXT   NOT NULL PRIMARY KEY,
    flow_id BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    took    BIGINT NOT NULL,
    kind    TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX flow_ask_flow ON flow_ask (flow_id, at);

CREATE TABLE flow_ended (
    wamid    TEXT   NOT NULL PRIMARY KEY,
    said     TEXT   NOT NULL DEFAULT '',
    ended_at BIGINT NOT NULL
);

CREATE TABLE flow_sent (
    id      TEXT   NOT NULL PRIMARY KEY,
    flow_id BIGINT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX flow_sent_flow ON flow_sent (flow_id, at);

CREATE TABLE "group_row" (
    id                 INTEGER PRIMARY KEY,
    catalog_id         BIGINT NOT NULL REFERENCES catalog (id),
    retailer_id        TEXT   NOT NULL,
    variants           TEXT   NOT NULL DEFAULT '',
    default_product_id BIGINT NOT NULL DEFAULT 0,
    created_at         BIGINT NOT NULL
, upload_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX group_upload ON group_row (upload_id, id) WHERE upload_id <> 0;
CREATE UNIQUE INDEX product_group_retailer ON "group_row" (catalog_id, retailer_id);

CREATE TABLE held_message (
    id BIGINT PRIMARY KEY,
    template_id BIGINT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX held_message_template ON held_message (template_id, id);

CREATE TABLE invitation (
    hash        TEXT   PRIMARY KEY,
    business_id BIGINT NOT NULL,
    role        TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE issue_day (
    catalog_id  BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    must_fix    BIGINT NOT NULL,
    opportunity BIGINT NOT NULL,
    PRIMARY KEY (catalog_id, day)
);
CREATE VIEW item AS
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id, flaws
    FROM item_stored WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)
UNION ALL
SELECT id, catalog_id, retailer_id, feed_id, feed_hash, title, description, brand, link, image_link, more_images, price_minor,
    currency, sale_minor, sale_start, sale_end, availability, condition, visibility, google_category, group_id, variant,
    expires_at, extra, rev, review, held, review_policy, review_reason, review_evidence, reviewer, reviewed_at,
    created_at, updated_at, picture, upload_id, flaws
    FROM item_before WHERE by_upload IN (SELECT u.upload_id FROM item_unseen u);

CREATE TABLE item_appeal (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    message    TEXT   NOT NULL DEFAULT '',
    state      TEXT   NOT NULL,
    decided_by TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL DEFAULT 0
, content TEXT NOT NULL DEFAULT '', business_id BIGINT NOT NULL DEFAULT 0, asked_by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '');
CREATE INDEX item_appeal_age ON item_appeal (catalog_id, created_at);
CREATE INDEX item_appeal_business ON item_appeal (business_id, created_at);
CREATE UNIQUE INDEX item_appeal_once ON item_appeal (item_id, content);
CREATE INDEX item_appeal_open ON item_appeal (catalog_id, id) WHERE state = 'open';

CREATE TABLE item_before (
    id               INTEGER PRIMARY KEY,
    by_upload        BIGINT  NOT NULL,
    catalog_id       BIGINT  NOT NULL,
    retailer_id      TEXT    NOT NULL,
    feed_id          BIGINT  NOT NULL,
    feed_hash        BIGINT  NOT NULL,
    title            TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    brand            TEXT    NOT NULL,
    link             TEXT    NOT NULL,
    image_link       TEXT    NOT NULL,
    more_images      TEXT    NOT NULL,
    price_minor      BIGINT  NOT NULL,
    currency         TEXT    NOT NULL,
    sale_minor       BIGINT  NOT NULL,
    sale_start       BIGINT  NOT NULL,
    sale_end         BIGINT  NOT NULL,
    availability     TEXT    NOT NULL,
    condition        TEXT    NOT NULL,
    visibility       TEXT    NOT NULL,
    google_category  TEXT    NOT NULL,
    group_id         TEXT    NOT NULL,
    variant          TEXT    NOT NULL,
    expires_at       BIGINT  NOT NULL,
    extra            TEXT    NOT NULL,
    rev              BIGINT  NOT NULL,
    review           TEXT    NOT NULL,
    held             BOOLEAN NOT NULL,
    review_policy    TEXT    NOT NULL,
    review_reason    TEXT    NOT NULL,
    review_evidence  TEXT    NOT NULL,
    reviewer         TEXT    NOT NULL,
    reviewed_at      BIGINT  NOT NULL,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    picture          TEXT    NOT NULL,
    upload_id        BIGINT  NOT NULL
, flaws BIGINT NOT NULL DEFAULT 0);
CREATE INDEX item_before_catalog ON item_before (catalog_id, id);
CREATE UNIQUE INDEX item_before_retailer ON item_before (catalog_id, retailer_id);

CREATE TABLE item_edit (
    id       INTEGER PRIMARY KEY,
    item_id  BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    before   TEXT   NOT NULL, -- the item in the vocabulary of batches; empty where it was made
    after    TEXT   NOT NULL
);
CREATE INDEX item_edit_item ON item_edit (item_id, id);
CREATE VIEW item_override AS
SELECT item_id, kind, key, data, updated_at
    FROM override_row WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)
UNION ALL
SELECT item_id, kind, key, data, updated_at
    FROM override_before WHERE by_upload IN (SELECT u.upload_id FROM item_unseen u);

CREATE TABLE "item_row" (
    id               INTEGER PRIMARY KEY,
    catalog_id       BIGINT  NOT NULL,
    retailer_id      TEXT    NOT NULL,
    feed_id          BIGINT  NOT NULL DEFAULT 0,
    feed_hash        BIGINT  NOT NULL DEFAULT 0,
    title            TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    brand            TEXT    NOT NULL,
    link             TEXT    NOT NULL,
    image_link       TEXT    NOT NULL,
    more_images      TEXT    NOT NULL,
    price_minor      BIGINT  NOT NULL,
    currency         TEXT    NOT NULL,
    sale_minor       BIGINT  NOT NULL DEFAULT -1,
    sale_start       BIGINT  NOT NULL DEFAULT 0,
    sale_end         BIGINT  NOT NULL DEFAULT 0,
    availability     TEXT    NOT NULL,
    condition        TEXT    NOT NULL,
    visibility       TEXT    NOT NULL,
    google_category  TEXT    NOT NULL,
    group_id         TEXT    NOT NULL,
    expires_at       BIGINT  NOT NULL DEFAULT 0,
    extra            TEXT    NOT NULL,
    rev              BIGINT  NOT NULL,
    review           TEXT    NOT NULL DEFAULT '',
    held             BOOLEAN NOT NULL DEFAULT FALSE,
    review_policy    TEXT    NOT NULL DEFAULT '',
    review_reason    TEXT    NOT NULL DEFAULT '',
    review_evidence  TEXT    NOT NULL DEFAULT '',
    reviewer         TEXT    NOT NULL DEFAULT '',
    reviewed_at      BIGINT  NOT NULL DEFAULT 0,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL
, variant TEXT NOT NULL DEFAULT '', picture TEXT NOT NULL DEFAULT '', upload_id BIGINT NOT NULL DEFAULT 0, flaws BIGINT NOT NULL DEFAULT 0);
CREATE INDEX item_away ON item_row (catalog_id, availability, id) WHERE availability <> 'in stock';
CREATE INDEX item_catalog ON item_row (catalog_id, id, feed_id, upload_id);
CREATE INDEX item_group ON "item_row" (catalog_id, group_id, id) WHERE group_id <> '';
CREATE INDEX item_hidden ON item_row (catalog_id, id) WHERE visibility <> 'published';
CREATE INDEX item_issue ON item_row (catalog_id, id)
    WHERE flaws > 0 OR expires_at > 0 OR review = 'rejected' OR (picture <> '' AND picture <> 'none' AND picture <> 'ok' AND picture <> 'part');
CREATE INDEX item_objected ON item_row (catalog_id, review, id) WHERE review IN ('rejected', 'outdated') OR held;
CREATE UNIQUE INDEX item_retailer ON "item_row" (catalog_id, retailer_id);
CREATE INDEX item_to_review ON "item_row" (catalog_id, id) WHERE review IN ('pending', 'outdated') AND NOT held;
CREATE VIEW item_stored AS
SELECT r.id, r.catalog_id, r.retailer_id, r.feed_id, r.feed_hash, r.title, r.description, r.brand, r.link, r.image_link, r.more_images,
    r.price_minor, r.currency, r.sale_minor, r.sale_start, r.sale_end, r.availability, r.condition, r.visibility, r.google_category,
    r.group_id, r.variant, r.expires_at, r.extra, r.rev,
    CAST(CASE WHEN r.review <> '' THEN r.review ELSE COALESCE((SELECT CASE WHEN r.id <= s.swept_to THEN 'approved' ELSE 'pending' END
        FROM review_sweep s WHERE s.catalog_id = r.catalog_id), '') END AS TEXT) AS review,
    r.held, r.review_policy, r.review_reason, r.review_evidence,
    CAST(CASE WHEN r.review <> '' THEN r.reviewer ELSE COALESCE((SELECT p.reviewer FROM review_page p
        WHERE p.catalog_id = r.catalog_id AND p.last_item >= r.id ORDER BY p.last_item LIMIT 1), '') END AS TEXT) AS reviewer,
    CAST(CASE WHEN r.review <> '' THEN r.reviewed_at ELSE COALESCE((SELECT p.at FROM review_page p
        WHERE p.catalog_id = r.catalog_id AND p.last_item >= r.id ORDER BY p.last_item LIMIT 1), 0) END AS BIGINT) AS reviewed_at,
    r.created_at, r.updated_at, r.picture, r.upload_id, r.flaws
    FROM item_row r;

CREATE TABLE item_unseen (
    upload_id  INTEGER PRIMARY KEY,
    catalog_id BIGINT NOT NULL
);
CREATE INDEX item_unseen_catalog ON item_unseen (catalog_id);

CREATE VIRTUAL TABLE item_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

CREATE TABLE job (
    id          INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL,
    args        TEXT    NOT NULL,
    key         TEXT    NOT NULL DEFAULT '',
    state       TEXT    NOT NULL,
    due_at      BIGINT  NOT NULL,
    lease_until BIGINT  NOT NULL DEFAULT 0,
    lease_by    BIGINT  NOT NULL DEFAULT 0,
    attempt     BIGINT  NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT '',
    created_at  BIGINT  NOT NULL,
    finished_at BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX job_due ON job (due_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_finished ON job (finished_at) WHERE state = 'done';
CREATE INDEX job_key ON job (key, id) WHERE key <> '' AND state IN ('waiting', 'running');

CREATE TABLE marketing_withheld (
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE message (
    id           INTEGER PRIMARY KEY,
    wamid        TEXT    NOT NULL,
    phone_id     BIGINT  NOT NULL,
    wa_id        TEXT    NOT NULL,
    outbound     BOOLEAN NOT NULL,
    type         TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    answers      TEXT    NOT NULL DEFAULT '',
    opaque       TEXT    NOT NULL DEFAULT '',
    rank         BIGINT  NOT NULL,
    error_code   BIGINT  NOT NULL DEFAULT 0,
    error_detail TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL,
    delivered_at BIGINT  NOT NULL DEFAULT 0,
    read_at      BIGINT  NOT NULL DEFAULT 0
, category TEXT NOT NULL DEFAULT '', template_id BIGINT NOT NULL DEFAULT 0, free BOOLEAN NOT NULL DEFAULT FALSE, conversation_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX message_thread ON message (phone_id, wa_id, id);

CREATE TABLE message_link (
    code       TEXT   PRIMARY KEY,
    phone_id   BIGINT NOT NULL,
    message    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX message_link_phone ON message_link (phone_id, created_at, code);

CREATE TABLE message_template (
    id                INTEGER PRIMARY KEY,
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
, paced_left BIGINT NOT NULL DEFAULT 0, paced_until BIGINT NOT NULL DEFAULT 0);
CREATE INDEX message_template_fingerprint ON message_template (waba_id, fingerprint);
CREATE UNIQUE INDEX message_template_name ON message_template (waba_id, name, language);
CREATE INDEX message_template_page ON message_template (waba_id, id);

CREATE TABLE node (
    id      INTEGER PRIMARY KEY,
    kind    TEXT    NOT NULL,
    adopted BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE node_run (
    id      INTEGER PRIMARY KEY,
    last_id BIGINT  NOT NULL,
    kind    TEXT    NOT NULL
);

CREATE TABLE number_detail (
    phone_id   BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    details    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (phone_id, kind)
);

CREATE TABLE once_call (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT    NOT NULL,
    route       TEXT      NOT NULL, -- method and path without the version
    key         TEXT      NOT NULL,
    asked       BLOB NOT NULL, -- a hash of the parameters
    answer      BLOB NOT NULL,
    created_at  BIGINT    NOT NULL
);
CREATE INDEX once_call_age ON once_call (created_at);
CREATE UNIQUE INDEX once_call_key ON once_call (business_id, route, key);

CREATE TABLE opinion (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    person_id  BIGINT NOT NULL,
    person     TEXT   NOT NULL,
    verdict    TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX opinion_at ON opinion (catalog_id, created_at);
CREATE INDEX opinion_item ON opinion (item_id, content, id);

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

CREATE TABLE order_step (
    id        INTEGER PRIMARY KEY,
    order_id  BIGINT NOT NULL REFERENCES customer_order (id),
    state     TEXT   NOT NULL,
    person    TEXT   NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX order_step_order ON order_step (order_id, id);

CREATE TABLE override_before (
    item_id    BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    by_upload  BIGINT NOT NULL,
    PRIMARY KEY (item_id, kind, key)
);
CREATE INDEX override_before_catalog ON override_before (catalog_id, item_id);

CREATE TABLE "override_row" (
    item_id    BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL, upload_id BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (item_id, kind, key)
);
CREATE INDEX override_upload ON override_row (upload_id, item_id) WHERE upload_id <> 0;

CREATE TABLE person (
    id         INTEGER PRIMARY KEY,
    email      TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    password   TEXT    NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE TABLE person_role (
    person_id   BIGINT NOT NULL REFERENCES person (id),
    business_id BIGINT NOT NULL REFERENCES business (id),
    role        TEXT   NOT NULL,
    PRIMARY KEY (person_id, business_id)
);
CREATE INDEX person_role_business ON person_role (business_id);

CREATE TABLE phone_number (
    id             INTEGER PRIMARY KEY,
    waba_id        BIGINT NOT NULL REFERENCES waba (id),
    business_id    BIGINT NOT NULL,
    digits         TEXT   NOT NULL,
    country        TEXT   NOT NULL DEFAULT '',
    verified_name  TEXT   NOT NULL,
    quality_rating TEXT   NOT NULL,
    onboarded_at   BIGINT NOT NULL
, status TEXT NOT NULL DEFAULT 'CONNECTED', code_verified_at BIGINT NOT NULL DEFAULT 0, name_status TEXT NOT NULL DEFAULT 'APPROVED', new_name TEXT NOT NULL DEFAULT '', new_name_status TEXT NOT NULL DEFAULT 'NONE', test BOOLEAN NOT NULL DEFAULT FALSE, throughput TEXT NOT NULL DEFAULT 'STANDARD', username TEXT NOT NULL DEFAULT '', official BOOLEAN NOT NULL DEFAULT FALSE, identity_check BOOLEAN NOT NULL DEFAULT FALSE, upgrading_until BIGINT NOT NULL DEFAULT 0);
CREATE INDEX phone_number_business ON phone_number (business_id, id);
CREATE UNIQUE INDEX phone_number_digits ON phone_number (digits) WHERE code_verified_at > 0;
CREATE INDEX phone_number_tried ON phone_number (digits);
CREATE UNIQUE INDEX phone_number_username ON phone_number (username) WHERE username <> '';
CREATE INDEX phone_number_waba ON phone_number (waba_id, id);

CREATE TABLE phone_override (
    phone_id     BIGINT NOT NULL,
    app_id       BIGINT NOT NULL,
    override_url TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (phone_id, app_id)
);

CREATE TABLE phone_secret (
    phone_id     INTEGER PRIMARY KEY,
    pin_hash     TEXT   NOT NULL DEFAULT '',
    pin_tries    BIGINT NOT NULL DEFAULT 0,
    pin_tried_at BIGINT NOT NULL DEFAULT 0,
    code         TEXT   NOT NULL DEFAULT '',
    code_method  TEXT   NOT NULL DEFAULT '',
    code_until   BIGINT NOT NULL DEFAULT 0,
    code_tries   BIGINT NOT NULL DEFAULT 0,
    code_sent_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE picture (
    url_hash   TEXT    PRIMARY KEY,
    url        TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    full_view  TEXT    NOT NULL DEFAULT '',
    thumb_view TEXT    NOT NULL DEFAULT '',
    width      BIGINT  NOT NULL DEFAULT 0,
    height     BIGINT  NOT NULL DEFAULT 0,
    tries      BIGINT  NOT NULL DEFAULT 0,
    due_at     BIGINT  NOT NULL DEFAULT 0,
    changed_at BIGINT  NOT NULL
);
CREATE INDEX picture_full ON picture (full_view);
CREATE INDEX picture_thumb ON picture (thumb_view);

CREATE TABLE picture_todo (
    id         INTEGER PRIMARY KEY,
    catalog_id BIGINT NOT NULL,
    items      TEXT   NOT NULL
);
CREATE INDEX picture_todo_catalog ON picture_todo (catalog_id, id);

CREATE TABLE product_feed (
    id               INTEGER PRIMARY KEY,
    catalog_id       BIGINT  NOT NULL REFERENCES catalog (id),
    name             TEXT    NOT NULL,
    file_name        TEXT    NOT NULL DEFAULT '',
    feed_type        TEXT    NOT NULL,
    country          TEXT    NOT NULL,
    currency         TEXT    NOT NULL,
    encoding         TEXT    NOT NULL,
    delimiter        TEXT    NOT NULL,
    quoted_fields    TEXT    NOT NULL,
    deletion_enabled BOOLEAN NOT NULL,
    update_only      BOOLEAN NOT NULL,
    supplementary    BOOLEAN NOT NULL,
    primary_feeds    TEXT    NOT NULL DEFAULT '',
    override_type    TEXT    NOT NULL DEFAULT '',
    override_value   TEXT    NOT NULL DEFAULT '',
    override_fields  TEXT    NOT NULL DEFAULT '',
    item_sub_type    TEXT    NOT NULL DEFAULT '',
    use_case         TEXT    NOT NULL DEFAULT '',
    migrated_from    BIGINT  NOT NULL DEFAULT 0,
    latest_upload    BIGINT  NOT NULL DEFAULT 0,
    deleted          BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       BIGINT  NOT NULL
);
CREATE INDEX product_feed_catalog ON product_feed (catalog_id, id);
CREATE VIEW product_group AS
SELECT id, catalog_id, retailer_id, variants, default_product_id, created_at
    FROM group_row WHERE upload_id NOT IN (SELECT u.upload_id FROM item_unseen u);

CREATE TABLE product_set (
    id          INTEGER PRIMARY KEY,
    catalog_id  BIGINT NOT NULL REFERENCES catalog (id),
    name        TEXT   NOT NULL,
    retailer_id TEXT   NOT NULL DEFAULT '',
    filter      TEXT   NOT NULL DEFAULT '',
    ordering    TEXT   NOT NULL DEFAULT '',
    metadata    TEXT   NOT NULL DEFAULT '',
    shops       TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX product_set_catalog ON product_set (catalog_id, id);
CREATE UNIQUE INDEX product_set_retailer ON product_set (catalog_id, retailer_id) WHERE retailer_id <> '';

CREATE TABLE quick_reply (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (business_id, name)
);

CREATE TABLE reaction (
    message_id BIGINT  NOT NULL REFERENCES message (id),
    outbound   BOOLEAN NOT NULL,
    emoji      TEXT    NOT NULL,
    PRIMARY KEY (message_id, outbound)
);

CREATE TABLE report (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT  NOT NULL,
    catalog_id BIGINT  NOT NULL,
    content    TEXT    NOT NULL,
    wa_id      TEXT    NOT NULL,
    phone_id   BIGINT  NOT NULL DEFAULT 0,
    wamid      TEXT    NOT NULL DEFAULT '',
    reason     TEXT    NOT NULL,
    text       TEXT    NOT NULL DEFAULT '',
    weight     INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    settled    TEXT    NOT NULL DEFAULT '',
    settled_at BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX report_customer ON report (wa_id, created_at);
CREATE UNIQUE INDEX report_once ON report (item_id, wa_id, content);
CREATE INDEX report_open ON report (catalog_id, item_id) WHERE settled = '';

CREATE TABLE review_page (
    catalog_id BIGINT NOT NULL,
    last_item  BIGINT NOT NULL,
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (catalog_id, last_item)
);

CREATE TABLE review_sweep (
    catalog_id INTEGER PRIMARY KEY,
    run        BIGINT  NOT NULL,
    swept_to   BIGINT  NOT NULL DEFAULT 0,
    done       BOOLEAN NOT NULL DEFAULT FALSE
, read_to BIGINT NOT NULL DEFAULT 0);

CREATE TABLE ruling (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    sku        TEXT   NOT NULL,
    person_id  BIGINT NOT NULL,
    person     TEXT   NOT NULL,
    act        TEXT   NOT NULL,
    policy     TEXT   NOT NULL DEFAULT '',
    terms      TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    at         BIGINT NOT NULL
);
CREATE INDEX ruling_at ON ruling (catalog_id, at);
CREATE INDEX ruling_policy ON ruling (catalog_id, policy, id);
CREATE INDEX ruling_terms ON ruling (catalog_id, terms, id);

CREATE TABLE saved_view (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT NOT NULL,
    page        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (business_id, page, name)
);

CREATE TABLE search_todo (
    id         INTEGER PRIMARY KEY,
    catalog_id BIGINT NOT NULL,
    items      TEXT   NOT NULL
, upload_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX search_todo_catalog ON search_todo (catalog_id, id);

CREATE TABLE session (
    hash       TEXT   PRIMARY KEY,
    person_id  BIGINT NOT NULL REFERENCES person (id),
    agent      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE system_user (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT NOT NULL REFERENCES business (id),
    name        TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX system_user_business ON system_user (business_id, id);

CREATE TABLE template_edit (
    template_id BIGINT NOT NULL REFERENCES message_template (id) ON DELETE CASCADE,
    at          BIGINT NOT NULL
);
CREATE INDEX template_edit_template ON template_edit (template_id, at);

CREATE TABLE template_gone (
    waba_id  BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    language TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (waba_id, name, language)
);

CREATE TABLE template_sample (
    key         TEXT   PRIMARY KEY,
    template_id BIGINT NOT NULL REFERENCES message_template (id) ON DELETE CASCADE,
    hash        TEXT   NOT NULL,
    mime        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX template_sample_hash ON template_sample (hash);
CREATE INDEX template_sample_template ON template_sample (template_id);

CREATE TABLE test_recipient (
    phone_id BIGINT NOT NULL,
    wa_id    TEXT   NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE thread (
    phone_id     BIGINT  NOT NULL,
    wa_id        TEXT    NOT NULL REFERENCES customer (wa_id),
    user_id      TEXT    NOT NULL,
    window_until BIGINT  NOT NULL DEFAULT 0,
    blocked      BOOLEAN NOT NULL DEFAULT FALSE,
    last_at      BIGINT  NOT NULL, marketing_stopped BOOLEAN NOT NULL DEFAULT FALSE, refused_at BIGINT NOT NULL DEFAULT 0, blocked_at BIGINT NOT NULL DEFAULT 0, number_known BOOLEAN NOT NULL DEFAULT TRUE, conversation_id BIGINT NOT NULL DEFAULT 0, conversation_until BIGINT NOT NULL DEFAULT 0, conversation_category TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (phone_id, wa_id)
);
CREATE INDEX thread_blocked ON thread (phone_id, blocked_at) WHERE blocked_at > 0;
CREATE INDEX thread_customer ON thread (wa_id);
CREATE INDEX thread_recent ON thread (phone_id, last_at);
CREATE INDEX thread_refused ON thread (phone_id, wa_id) WHERE refused_at > 0;
CREATE INDEX thread_user ON thread (user_id);

CREATE TABLE thread_agent (
    phone_id  BIGINT NOT NULL,
    wa_id     TEXT   NOT NULL,
    person_id BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE token (
    hash        TEXT   PRIMARY KEY,
    app_id      BIGINT NOT NULL REFERENCES app (id),
    user_id     BIGINT NOT NULL REFERENCES system_user (id),
    permissions TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL DEFAULT 0,
    revoked_at  BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);

CREATE TABLE token_business (
    hash        TEXT   NOT NULL REFERENCES token (hash),
    business_id BIGINT NOT NULL REFERENCES business (id),
    PRIMARY KEY (hash, business_id)
);

CREATE TABLE upload_part (
    session   TEXT   NOT NULL REFERENCES upload_session (session),
    at        BIGINT NOT NULL,
    file_hash TEXT   NOT NULL,
    PRIMARY KEY (session, at)
);
CREATE INDEX upload_part_file ON upload_part (file_hash);

CREATE TABLE upload_session (
    session     TEXT   PRIMARY KEY,
    app_id      BIGINT NOT NULL,
    file_name   TEXT   NOT NULL,
    file_type   TEXT   NOT NULL,
    file_length BIGINT NOT NULL,
    received    BIGINT NOT NULL DEFAULT 0,
    handle      TEXT   NOT NULL DEFAULT '',
    file_hash   TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);
CREATE INDEX upload_session_age ON upload_session (created_at);
CREATE INDEX upload_session_app ON upload_session (app_id);
CREATE INDEX upload_session_file ON upload_session (file_hash) WHERE file_hash <> '';
CREATE UNIQUE INDEX upload_session_handle ON upload_session (handle) WHERE handle <> '';

CREATE TABLE verdict (
    id         INTEGER PRIMARY KEY,
    item_id    BIGINT NOT NULL,
    catalog_id BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    content    TEXT   NOT NULL DEFAULT '',
    status     TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL DEFAULT '',
    evidence   TEXT   NOT NULL DEFAULT '',
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX verdict_item ON verdict (item_id, id);

CREATE TABLE verdict_page (
    id         INTEGER PRIMARY KEY,
    catalog_id BIGINT NOT NULL,
    first_item BIGINT NOT NULL,
    last_item  BIGINT NOT NULL,
    items      TEXT   NOT NULL,
    reviewer   TEXT   NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX verdict_page_item ON verdict_page (catalog_id, last_item, first_item);

CREATE TABLE waba (
    id                 INTEGER PRIMARY KEY,
    business_id        BIGINT NOT NULL,
    name               TEXT   NOT NULL,
    currency           TEXT   NOT NULL DEFAULT '',
    country            TEXT   NOT NULL DEFAULT '',
    timezone_id        TEXT   NOT NULL DEFAULT '',
    template_namespace TEXT   NOT NULL DEFAULT '',
    created_at         BIGINT NOT NULL
, review TEXT NOT NULL DEFAULT 'APPROVED');
CREATE INDEX waba_business ON waba (business_id, id);

CREATE TABLE waba_activity (
    id         INTEGER PRIMARY KEY,
    waba_id    BIGINT NOT NULL,
    phone_id   BIGINT NOT NULL DEFAULT 0,
    kind       TEXT   NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   BIGINT NOT NULL DEFAULT 0,
    actor_name TEXT   NOT NULL DEFAULT '',
    detail     TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX waba_activity_phone ON waba_activity (phone_id, kind, created_at);
CREATE INDEX waba_activity_waba ON waba_activity (waba_id, id);

CREATE TABLE waba_appeal (
    violation_id INTEGER PRIMARY KEY,
    waba_id      BIGINT NOT NULL,
    message      TEXT   NOT NULL DEFAULT '',
    asked_by     TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    reason       TEXT   NOT NULL DEFAULT '',
    decided_by   TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX waba_appeal_waba ON waba_appeal (waba_id);

CREATE TABLE waba_catalog (
    waba_id      INTEGER PRIMARY KEY,
    catalog_id   BIGINT NOT NULL,
    connected_at BIGINT NOT NULL
);
CREATE INDEX waba_catalog_catalog ON waba_catalog (catalog_id, waba_id);

CREATE TABLE waba_strike (
    waba_id      BIGINT NOT NULL REFERENCES waba (id),
    policy_id    TEXT   NOT NULL,
    catalog_id   BIGINT NOT NULL,
    retailer_id  TEXT   NOT NULL,
    item_id      BIGINT NOT NULL,
    violation_id BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (waba_id, policy_id, catalog_id, retailer_id)
);
CREATE INDEX waba_strike_item ON waba_strike (item_id);
CREATE INDEX waba_strike_violation ON waba_strike (violation_id);

CREATE TABLE waba_subscription (
    waba_id      BIGINT NOT NULL,
    app_id       BIGINT NOT NULL,
    override_url TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (waba_id, app_id)
);

CREATE TABLE waba_user (
    waba_id BIGINT NOT NULL REFERENCES waba (id),
    user_id BIGINT NOT NULL,
    tasks   TEXT   NOT NULL,
    PRIMARY KEY (waba_id, user_id)
);
CREATE INDEX waba_user_user ON waba_user (user_id, waba_id);

CREATE TABLE waba_violation (
    id           INTEGER PRIMARY KEY,
    waba_id      BIGINT NOT NULL REFERENCES waba (id),
    policy_id    TEXT   NOT NULL,
    rung         TEXT   NOT NULL,
    restrictions TEXT   NOT NULL,
    reason       TEXT   NOT NULL DEFAULT '',
    decided_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL DEFAULT 0,
    disabled_at  BIGINT NOT NULL DEFAULT 0,
    ban_told     BOOLEAN NOT NULL DEFAULT FALSE,
    lifted_at    BIGINT NOT NULL DEFAULT 0,
    lifted_by    TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX waba_violation_waba ON waba_violation (waba_id, id);

CREATE TABLE webhook_attempt (
    id          INTEGER PRIMARY KEY,
    delivery_id BIGINT NOT NULL REFERENCES webhook_delivery (id),
    at          BIGINT NOT NULL,
    status      BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    response    TEXT   NOT NULL,
    error       TEXT   NOT NULL
, request_head TEXT NOT NULL DEFAULT '', response_head TEXT NOT NULL DEFAULT '', updates BIGINT NOT NULL DEFAULT 1, shared_id BIGINT NOT NULL DEFAULT 0, fault TEXT NOT NULL DEFAULT '');
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id, id);

CREATE TABLE webhook_certificate (
    app_id        INTEGER PRIMARY KEY,
    certificate   TEXT   NOT NULL,
    private_key   TEXT   NOT NULL,
    authority     TEXT   NOT NULL DEFAULT '',
    authority_key TEXT   NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);

CREATE TABLE webhook_delivery (
    id          INTEGER PRIMARY KEY,
    event_id    BIGINT NOT NULL REFERENCES webhook_event (id),
    business_id BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    attempt     BIGINT NOT NULL DEFAULT 0,
    last_status BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT NOT NULL DEFAULT 0
, receiver_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX webhook_delivery_age ON webhook_delivery (created_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_business ON webhook_delivery (business_id, id);
CREATE INDEX webhook_delivery_done ON webhook_delivery (done_at) WHERE state <> 'pending';
CREATE INDEX webhook_delivery_due ON webhook_delivery (receiver_id, due_at, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);

CREATE TABLE webhook_endpoint (
    id               INTEGER PRIMARY KEY,
    business_id      BIGINT NOT NULL, -- 0: a stream, which belongs to its app
    app_id           BIGINT NOT NULL,
    kind             TEXT   NOT NULL,
    name             TEXT   NOT NULL,
    url              TEXT   NOT NULL,
    fields           TEXT   NOT NULL, -- names with a space between them
    secret           TEXT   NOT NULL,
    old_secret       TEXT   NOT NULL DEFAULT '',
    old_secret_until BIGINT NOT NULL DEFAULT 0,
    instance         BIGINT NOT NULL DEFAULT 0,
    expires_at       BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    deleted_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX webhook_endpoint_business ON webhook_endpoint (business_id, id);

CREATE TABLE webhook_endpoint_hears (
    business_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL REFERENCES webhook_endpoint (id),
    PRIMARY KEY (business_id, endpoint_id)
);

CREATE TABLE webhook_event (
    id          INTEGER PRIMARY KEY,
    business_id BIGINT NOT NULL,
    waba_id     BIGINT NOT NULL,
    phone_id    BIGINT NOT NULL,
    object      TEXT   NOT NULL,
    field       TEXT   NOT NULL,
    lane        TEXT   NOT NULL,
    body        BLOB NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE webhook_receiver (
    id            INTEGER PRIMARY KEY,
    business_id   BIGINT NOT NULL,           -- the owner of the app or endpoint
    app_id        BIGINT NOT NULL,
    endpoint_id   BIGINT NOT NULL DEFAULT 0, -- 0: a callback of the app
    url           TEXT   NOT NULL,
    failing_since BIGINT NOT NULL DEFAULT 0,
    paused_at     BIGINT NOT NULL DEFAULT 0,
    pause_reason  TEXT   NOT NULL DEFAULT '', -- gone, failing, asked
    created_at    BIGINT NOT NULL
);
CREATE INDEX webhook_receiver_business ON webhook_receiver (business_id, id);
CREATE UNIQUE INDEX webhook_receiver_key ON webhook_receiver (app_id, endpoint_id, url);

CREATE TABLE webhook_replay (
    id          INTEGER PRIMARY KEY,
    filter      TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- running, done
    last_id     BIGINT NOT NULL,
    cursor_id   BIGINT NOT NULL DEFAULT 0,
    total       BIGINT NOT NULL,
    done        BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE webhook_replay_business (
    business_id BIGINT NOT NULL,
    replay_id   BIGINT NOT NULL REFERENCES webhook_replay (id),
    PRIMARY KEY (business_id, replay_id)
);

CREATE TABLE webhook_subscription (
    app_id       BIGINT NOT NULL,
    object       TEXT   NOT NULL,
    callback_url TEXT   NOT NULL,
    fields       TEXT   NOT NULL, -- names with a space between them
    created_at   BIGINT NOT NULL, version BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, object)
);
INSERT INTO item_words (item_words, rank) VALUES ('automerge', 0);
INSERT INTO item_words (item_words, rank) VALUES ('crisismerge', 64);
