-- Generated from the migrations: go test ./internal/db -run Golden -update

CREATE TABLE api_call (
    id bigint NOT NULL,
    at bigint NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    query text NOT NULL,
    agent text NOT NULL,
    status bigint NOT NULL,
    took_us bigint NOT NULL,
    code bigint NOT NULL,
    subcode bigint NOT NULL,
    trace text NOT NULL,
    ref text NOT NULL,
    kind text NOT NULL,
    request bytea NOT NULL,
    response bytea NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX api_call_ref ON api_call USING btree (ref, id) WHERE (ref <> ''::text);

CREATE TABLE app (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    name text NOT NULL,
    secret text NOT NULL,
    require_proof boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    old_secret text NOT NULL DEFAULT ''::text,
    old_secret_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (business_id) REFERENCES business(id)
);

CREATE TABLE appeal_call (
    catalog_id bigint NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX appeal_call_catalog ON appeal_call USING btree (catalog_id, at);

CREATE TABLE attachment (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    phone_id bigint NOT NULL,
    inbound boolean NOT NULL,
    mime text NOT NULL,
    hash text NOT NULL,
    size bigint NOT NULL,
    file_name text NOT NULL,
    link text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX attachment_expiry ON attachment USING btree (expires_at);
CREATE INDEX attachment_hash ON attachment USING btree (hash);
CREATE INDEX attachment_link ON attachment USING btree (phone_id, link, created_at) WHERE (link <> ''::text);

CREATE TABLE bill (
    phone_id bigint NOT NULL,
    reference_id text NOT NULL,
    wa_id text NOT NULL,
    message_id bigint NOT NULL,
    status text NOT NULL,
    payment text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (phone_id, reference_id),
    FOREIGN KEY (message_id) REFERENCES message(id)
);
CREATE INDEX bill_customer ON bill USING btree (phone_id, wa_id, message_id);

CREATE TABLE business (
    id bigint NOT NULL,
    name text NOT NULL,
    country text NOT NULL DEFAULT ''::text,
    verification_status text NOT NULL DEFAULT 'not_verified'::text,
    timezone_id bigint NOT NULL DEFAULT 1,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE business_compliance (
    phone_id bigint NOT NULL,
    details text NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (phone_id)
);

CREATE TABLE business_limit (
    business_id bigint NOT NULL,
    tier text NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (business_id)
);

CREATE TABLE business_profile (
    phone_id bigint NOT NULL,
    about text NOT NULL DEFAULT ''::text,
    address text NOT NULL DEFAULT ''::text,
    description text NOT NULL DEFAULT ''::text,
    email text NOT NULL DEFAULT ''::text,
    websites text NOT NULL DEFAULT '[]'::text,
    vertical text NOT NULL DEFAULT ''::text,
    picture_url text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (phone_id)
);

CREATE TABLE business_reach (
    business_id bigint NOT NULL,
    wa_id text NOT NULL,
    phone_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (business_id, wa_id)
);
CREATE INDEX business_reach_at ON business_reach USING btree (business_id, at);

CREATE TABLE cart_line (
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    retailer_id text NOT NULL,
    catalog_id bigint NOT NULL,
    title text NOT NULL,
    image text NOT NULL DEFAULT ''::text,
    quantity bigint NOT NULL,
    unit_minor bigint NOT NULL,
    currency text NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (phone_id, wa_id, retailer_id)
);

CREATE TABLE catalog (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    name text NOT NULL,
    vertical text NOT NULL,
    default_image_url text NOT NULL DEFAULT ''::text,
    settings text NOT NULL DEFAULT ''::text,
    reviewed boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX catalog_business ON catalog USING btree (business_id, id);

CREATE TABLE catalog_batch (
    handle text NOT NULL,
    catalog_id bigint NOT NULL,
    upsert boolean NOT NULL,
    status text NOT NULL,
    chunks bigint NOT NULL,
    created_at bigint NOT NULL,
    finished_at bigint NOT NULL DEFAULT 0,
    kind text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (handle),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX catalog_batch_finished ON catalog_batch USING btree (catalog_id, finished_at);

CREATE TABLE catalog_batch_chunk (
    handle text NOT NULL,
    n bigint NOT NULL,
    first_line bigint NOT NULL,
    requests text NOT NULL,
    applied boolean NOT NULL DEFAULT false,
    problems text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (handle, n),
    FOREIGN KEY (handle) REFERENCES catalog_batch(handle)
);

CREATE TABLE catalog_category (
    catalog_id bigint NOT NULL,
    criteria text NOT NULL,
    value text NOT NULL,
    description text NOT NULL DEFAULT ''::text,
    destination_uri text NOT NULL DEFAULT ''::text,
    image_url text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (catalog_id, criteria, value),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);

CREATE TABLE catalog_share (
    catalog_id bigint NOT NULL,
    business_id bigint NOT NULL,
    tasks text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (catalog_id, business_id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);

CREATE TABLE catalog_user (
    catalog_id bigint NOT NULL,
    user_id bigint NOT NULL,
    business_id bigint NOT NULL,
    tasks text NOT NULL,
    PRIMARY KEY (catalog_id, user_id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX catalog_user_user ON catalog_user USING btree (user_id, catalog_id);

CREATE TABLE commerce_settings (
    phone_id bigint NOT NULL,
    id bigint NOT NULL,
    cart_enabled boolean NOT NULL,
    catalog_visible boolean NOT NULL,
    PRIMARY KEY (phone_id),
    UNIQUE (id)
);

CREATE TABLE consultation (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    rev bigint NOT NULL,
    content text NOT NULL,
    reviewer text NOT NULL,
    state text NOT NULL,
    verdict text NOT NULL DEFAULT ''::text,
    policy_id text NOT NULL DEFAULT ''::text,
    reason text NOT NULL DEFAULT ''::text,
    problem text NOT NULL DEFAULT ''::text,
    applied boolean NOT NULL DEFAULT false,
    asked_at bigint NOT NULL,
    told_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX consultation_once ON consultation USING btree (item_id, rev);

CREATE TABLE conversation (
    id bigint NOT NULL,
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    category text NOT NULL,
    began_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX conversation_phone ON conversation USING btree (phone_id, began_at);

CREATE TABLE customer (
    wa_id text NOT NULL,
    name text NOT NULL DEFAULT ''::text,
    locale text NOT NULL DEFAULT 'en'::text,
    demo boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    username text NOT NULL DEFAULT ''::text,
    identity bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (wa_id)
);
CREATE UNIQUE INDEX customer_username ON customer USING btree (username) WHERE (username <> ''::text);

CREATE TABLE customer_order (
    id bigint NOT NULL,
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    catalog_id bigint NOT NULL,
    wamid text NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    form_key text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    state text NOT NULL DEFAULT 'new'::text,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX customer_order_form ON customer_order USING btree (phone_id, wa_id, form_key) WHERE (form_key <> ''::text);
CREATE INDEX customer_order_phone ON customer_order USING btree (phone_id, state, id);
CREATE INDEX customer_order_thread ON customer_order USING btree (phone_id, wa_id, id);
CREATE UNIQUE INDEX customer_order_wamid ON customer_order USING btree (wamid);

CREATE TABLE embed_site (
    phone_id bigint NOT NULL,
    origin text NOT NULL,
    PRIMARY KEY (phone_id, origin)
);

CREATE TABLE embed_visitor (
    token_hash text NOT NULL,
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (token_hash),
    UNIQUE (wa_id)
);
CREATE INDEX embed_visitor_expiry ON embed_visitor USING btree (expires_at);

CREATE TABLE feed_rule (
    id bigint NOT NULL,
    feed_id bigint NOT NULL,
    attribute text NOT NULL,
    rule_type text NOT NULL,
    params text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (feed_id) REFERENCES product_feed(id)
);
CREATE INDEX feed_rule_feed ON feed_rule USING btree (feed_id, id);

CREATE TABLE feed_schedule (
    id bigint NOT NULL,
    feed_id bigint NOT NULL,
    updates boolean NOT NULL,
    every text NOT NULL,
    every_count bigint NOT NULL,
    url text NOT NULL,
    hour bigint NOT NULL,
    minute bigint NOT NULL,
    day_of_week text NOT NULL,
    day_of_month bigint NOT NULL,
    timezone text NOT NULL,
    username text NOT NULL DEFAULT ''::text,
    password text NOT NULL DEFAULT ''::text,
    seq bigint NOT NULL,
    next_at bigint NOT NULL,
    etag text NOT NULL DEFAULT ''::text,
    last_modified text NOT NULL DEFAULT ''::text,
    settled_upload bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (feed_id) REFERENCES product_feed(id)
);
CREATE UNIQUE INDEX feed_schedule_feed ON feed_schedule USING btree (feed_id, updates);

CREATE TABLE feed_upload (
    id bigint NOT NULL,
    feed_id bigint NOT NULL,
    schedule_id bigint NOT NULL DEFAULT 0,
    input_method text NOT NULL,
    url text NOT NULL DEFAULT ''::text,
    username text NOT NULL DEFAULT ''::text,
    password text NOT NULL DEFAULT ''::text,
    file_name text NOT NULL DEFAULT ''::text,
    content_type text NOT NULL DEFAULT ''::text,
    file_hash text NOT NULL DEFAULT ''::text,
    file_size bigint NOT NULL DEFAULT 0,
    etag text NOT NULL DEFAULT ''::text,
    last_modified text NOT NULL DEFAULT ''::text,
    update_only boolean NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    rows_done bigint NOT NULL DEFAULT 0,
    detected bigint NOT NULL DEFAULT 0,
    persisted bigint NOT NULL DEFAULT 0,
    invalid bigint NOT NULL DEFAULT 0,
    deleted bigint NOT NULL DEFAULT 0,
    errors bigint NOT NULL DEFAULT 0,
    warnings bigint NOT NULL DEFAULT 0,
    failed boolean NOT NULL DEFAULT false,
    report_status text NOT NULL DEFAULT 'NOT_REQUESTED'::text,
    report_hash text NOT NULL DEFAULT ''::text,
    report_key text NOT NULL DEFAULT ''::text,
    started_at bigint NOT NULL,
    ended_at bigint NOT NULL DEFAULT 0,
    doubled_done bigint NOT NULL DEFAULT 0,
    cancelled boolean NOT NULL DEFAULT false,
    fetch_error text NOT NULL DEFAULT ''::text,
    fetch_remedy text NOT NULL DEFAULT ''::text,
    fetch_failed_at bigint NOT NULL DEFAULT 0,
    fetch_next_at bigint NOT NULL DEFAULT 0,
    refused_hash text NOT NULL DEFAULT ''::text,
    refused_rows bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (feed_id) REFERENCES product_feed(id)
);
CREATE INDEX feed_upload_feed ON feed_upload USING btree (feed_id, id);
CREATE INDEX feed_upload_file ON feed_upload USING btree (file_hash) WHERE (file_hash <> ''::text);
CREATE INDEX feed_upload_refused ON feed_upload USING btree (refused_hash) WHERE (refused_hash <> ''::text);
CREATE INDEX feed_upload_report ON feed_upload USING btree (report_hash) WHERE (report_hash <> ''::text);
CREATE UNIQUE INDEX feed_upload_report_key ON feed_upload USING btree (report_key) WHERE (report_key <> ''::text);

CREATE TABLE feed_upload_error (
    id bigint NOT NULL,
    upload_id bigint NOT NULL,
    error_type text NOT NULL,
    fatal boolean NOT NULL,
    field text NOT NULL,
    summary text NOT NULL,
    description text NOT NULL,
    total_count bigint NOT NULL,
    samples bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (upload_id) REFERENCES feed_upload(id)
);
CREATE UNIQUE INDEX feed_upload_error_kind ON feed_upload_error USING btree (upload_id, error_type, fatal, field, summary);

CREATE TABLE feed_upload_sample (
    id bigint NOT NULL,
    error_id bigint NOT NULL,
    row_number bigint NOT NULL,
    retailer_id text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (error_id) REFERENCES feed_upload_error(id)
);
CREATE INDEX feed_upload_sample_error ON feed_upload_sample USING btree (error_id, id);

CREATE TABLE flow (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    waba_id bigint NOT NULL,
    app_id bigint NOT NULL DEFAULT 0,
    name text NOT NULL,
    status text NOT NULL,
    categories text NOT NULL,
    endpoint text NOT NULL DEFAULT ''::text,
    json text NOT NULL DEFAULT ''::text,
    json_version text NOT NULL DEFAULT ''::text,
    data_api_version text NOT NULL DEFAULT ''::text,
    problems text NOT NULL DEFAULT '[]'::text,
    preview_key text NOT NULL DEFAULT ''::text,
    preview_until bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX flow_name ON flow USING btree (waba_id, name);
CREATE INDEX flow_preview ON flow USING btree (preview_key) WHERE (preview_key <> ''::text);

CREATE TABLE flow_alert (
    flow_id bigint NOT NULL,
    event text NOT NULL,
    threshold bigint NOT NULL,
    PRIMARY KEY (flow_id, event)
);

CREATE TABLE flow_ask (
    id text NOT NULL,
    flow_id bigint NOT NULL,
    at bigint NOT NULL,
    took bigint NOT NULL,
    kind text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (id)
);
CREATE INDEX flow_ask_flow ON flow_ask USING btree (flow_id, at);

CREATE TABLE flow_ended (
    wamid text NOT NULL,
    said text NOT NULL DEFAULT ''::text,
    ended_at bigint NOT NULL,
    PRIMARY KEY (wamid)
);

CREATE TABLE flow_sent (
    id text NOT NULL,
    flow_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX flow_sent_flow ON flow_sent USING btree (flow_id, at);

CREATE TABLE group_row (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    retailer_id text NOT NULL,
    variants text NOT NULL DEFAULT ''::text,
    default_product_id bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    upload_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX group_upload ON group_row USING btree (upload_id, id) WHERE (upload_id <> 0);
CREATE UNIQUE INDEX product_group_retailer ON group_row USING btree (catalog_id, retailer_id);

CREATE TABLE held_message (
    id bigint NOT NULL,
    template_id bigint NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX held_message_template ON held_message USING btree (template_id, id);

CREATE TABLE invitation (
    hash text NOT NULL,
    business_id bigint NOT NULL,
    role text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (hash)
);

CREATE TABLE issue_day (
    catalog_id bigint NOT NULL,
    day bigint NOT NULL,
    must_fix bigint NOT NULL,
    opportunity bigint NOT NULL,
    PRIMARY KEY (catalog_id, day)
);

CREATE TABLE item_appeal (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    rev bigint NOT NULL,
    message text NOT NULL DEFAULT ''::text,
    state text NOT NULL,
    decided_by text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    decided_at bigint NOT NULL DEFAULT 0,
    content text NOT NULL DEFAULT ''::text,
    business_id bigint NOT NULL DEFAULT 0,
    asked_by text NOT NULL DEFAULT ''::text,
    reason text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (id)
);
CREATE INDEX item_appeal_age ON item_appeal USING btree (catalog_id, created_at);
CREATE INDEX item_appeal_business ON item_appeal USING btree (business_id, created_at);
CREATE UNIQUE INDEX item_appeal_once ON item_appeal USING btree (item_id, content);
CREATE INDEX item_appeal_open ON item_appeal USING btree (catalog_id, id) WHERE (state = 'open'::text);

CREATE TABLE item_before (
    id bigint NOT NULL,
    by_upload bigint NOT NULL,
    catalog_id bigint NOT NULL,
    retailer_id text NOT NULL,
    feed_id bigint NOT NULL,
    feed_hash bigint NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    brand text NOT NULL,
    link text NOT NULL,
    image_link text NOT NULL,
    more_images text NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    sale_minor bigint NOT NULL,
    sale_start bigint NOT NULL,
    sale_end bigint NOT NULL,
    availability text NOT NULL,
    condition text NOT NULL,
    visibility text NOT NULL,
    google_category text NOT NULL,
    group_id text NOT NULL,
    variant text NOT NULL,
    expires_at bigint NOT NULL,
    extra text NOT NULL,
    rev bigint NOT NULL,
    review text NOT NULL,
    held boolean NOT NULL,
    review_policy text NOT NULL,
    review_reason text NOT NULL,
    review_evidence text NOT NULL,
    reviewer text NOT NULL,
    reviewed_at bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    picture text NOT NULL,
    upload_id bigint NOT NULL,
    flaws bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX item_before_catalog ON item_before USING btree (catalog_id, id);
CREATE UNIQUE INDEX item_before_retailer ON item_before USING btree (catalog_id, retailer_id);

CREATE TABLE item_edit (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    by_name text NOT NULL,
    at bigint NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX item_edit_item ON item_edit USING btree (item_id, id);

CREATE TABLE item_row (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    retailer_id text NOT NULL,
    feed_id bigint NOT NULL DEFAULT 0,
    feed_hash bigint NOT NULL DEFAULT 0,
    title text NOT NULL,
    description text NOT NULL,
    brand text NOT NULL,
    link text NOT NULL,
    image_link text NOT NULL,
    more_images text NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    sale_minor bigint NOT NULL DEFAULT '-1'::integer,
    sale_start bigint NOT NULL DEFAULT 0,
    sale_end bigint NOT NULL DEFAULT 0,
    availability text NOT NULL,
    condition text NOT NULL,
    visibility text NOT NULL,
    google_category text NOT NULL,
    group_id text NOT NULL,
    expires_at bigint NOT NULL DEFAULT 0,
    extra text NOT NULL,
    rev bigint NOT NULL,
    review text NOT NULL DEFAULT ''::text,
    held boolean NOT NULL DEFAULT false,
    review_policy text NOT NULL DEFAULT ''::text,
    review_reason text NOT NULL DEFAULT ''::text,
    review_evidence text NOT NULL DEFAULT ''::text,
    reviewer text NOT NULL DEFAULT ''::text,
    reviewed_at bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    variant text NOT NULL DEFAULT ''::text,
    picture text NOT NULL DEFAULT ''::text,
    upload_id bigint NOT NULL DEFAULT 0,
    flaws bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX item_away ON item_row USING btree (catalog_id, availability, id) WHERE (availability <> 'in stock'::text);
CREATE INDEX item_catalog ON item_row USING btree (catalog_id, id, feed_id, upload_id);
CREATE INDEX item_group ON item_row USING btree (catalog_id, group_id, id) WHERE (group_id <> ''::text);
CREATE INDEX item_hidden ON item_row USING btree (catalog_id, id) WHERE (visibility <> 'published'::text);
CREATE INDEX item_issue ON item_row USING btree (catalog_id, id) WHERE ((flaws > 0) OR (expires_at > 0) OR (review = 'rejected'::text) OR ((picture <> ''::text) AND (picture <> 'none'::text) AND (picture <> 'ok'::text) AND (picture <> 'part'::text)));
CREATE INDEX item_objected ON item_row USING btree (catalog_id, review, id) WHERE ((review = ANY (ARRAY['rejected'::text, 'outdated'::text])) OR held);
CREATE UNIQUE INDEX item_retailer ON item_row USING btree (catalog_id, retailer_id);
CREATE INDEX item_to_review ON item_row USING btree (catalog_id, id) WHERE ((review = ANY (ARRAY['pending'::text, 'outdated'::text])) AND (NOT held));

CREATE TABLE item_unseen (
    upload_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    PRIMARY KEY (upload_id)
);
CREATE INDEX item_unseen_catalog ON item_unseen USING btree (catalog_id);

CREATE TABLE item_words (
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (item_id)
);
CREATE INDEX item_words_catalog ON item_words USING btree (catalog_id, item_id);
CREATE INDEX item_words_words ON item_words USING gin (words);

CREATE TABLE job (
    id bigint NOT NULL,
    kind text NOT NULL,
    args text NOT NULL,
    key text NOT NULL DEFAULT ''::text,
    state text NOT NULL,
    due_at bigint NOT NULL,
    lease_until bigint NOT NULL DEFAULT 0,
    lease_by bigint NOT NULL DEFAULT 0,
    attempt bigint NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    finished_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX job_due ON job USING btree (due_at, id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX job_finished ON job USING btree (finished_at) WHERE (state = 'done'::text);
CREATE INDEX job_key ON job USING btree (key, id) WHERE ((key <> ''::text) AND (state = ANY (ARRAY['waiting'::text, 'running'::text])));

CREATE TABLE marketing_withheld (
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE message (
    id bigint NOT NULL,
    wamid text NOT NULL,
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    outbound boolean NOT NULL,
    type text NOT NULL,
    content text NOT NULL,
    answers text NOT NULL DEFAULT ''::text,
    opaque text NOT NULL DEFAULT ''::text,
    rank bigint NOT NULL,
    error_code bigint NOT NULL DEFAULT 0,
    error_detail text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    delivered_at bigint NOT NULL DEFAULT 0,
    read_at bigint NOT NULL DEFAULT 0,
    category text NOT NULL DEFAULT ''::text,
    template_id bigint NOT NULL DEFAULT 0,
    free boolean NOT NULL DEFAULT false,
    conversation_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX message_thread ON message USING btree (phone_id, wa_id, id);

CREATE TABLE message_link (
    code text NOT NULL,
    phone_id bigint NOT NULL,
    message text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (code)
);
CREATE INDEX message_link_phone ON message_link USING btree (phone_id, created_at, code);

CREATE TABLE message_template (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    waba_id bigint NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    category text NOT NULL,
    previous_category text NOT NULL DEFAULT ''::text,
    sub_category text NOT NULL DEFAULT ''::text,
    parameter_format text NOT NULL,
    components text NOT NULL,
    status text NOT NULL,
    rejected_reason text NOT NULL DEFAULT 'NONE'::text,
    explanation text NOT NULL DEFAULT ''::text,
    keep_category boolean NOT NULL DEFAULT false,
    quality text NOT NULL DEFAULT 'UNKNOWN'::text,
    quality_at bigint NOT NULL DEFAULT 0,
    pauses bigint NOT NULL DEFAULT 0,
    paused_until bigint NOT NULL DEFAULT 0,
    ttl_seconds bigint NOT NULL DEFAULT 0,
    untracked_links boolean NOT NULL DEFAULT false,
    library_name text NOT NULL DEFAULT ''::text,
    fingerprint text NOT NULL DEFAULT ''::text,
    content text NOT NULL DEFAULT ''::text,
    correct_category text NOT NULL DEFAULT ''::text,
    rev bigint NOT NULL DEFAULT 1,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    paced_left bigint NOT NULL DEFAULT 0,
    paced_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX message_template_fingerprint ON message_template USING btree (waba_id, fingerprint);
CREATE UNIQUE INDEX message_template_name ON message_template USING btree (waba_id, name, language);
CREATE INDEX message_template_page ON message_template USING btree (waba_id, id);

CREATE TABLE node (
    id bigint NOT NULL,
    kind text NOT NULL,
    adopted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (id)
);

CREATE TABLE node_run (
    id bigint NOT NULL,
    last_id bigint NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE number_detail (
    phone_id bigint NOT NULL,
    kind text NOT NULL,
    details text NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (phone_id, kind)
);

CREATE TABLE once_call (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    asked bytea NOT NULL,
    answer bytea NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX once_call_age ON once_call USING btree (created_at);
CREATE UNIQUE INDEX once_call_key ON once_call USING btree (business_id, route, key);

CREATE TABLE opinion (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    content text NOT NULL,
    person_id bigint NOT NULL,
    person text NOT NULL,
    verdict text NOT NULL,
    policy_id text NOT NULL DEFAULT ''::text,
    reason text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX opinion_at ON opinion USING btree (catalog_id, created_at);
CREATE INDEX opinion_item ON opinion USING btree (item_id, content, id);

CREATE TABLE order_line (
    order_id bigint NOT NULL,
    position bigint NOT NULL,
    retailer_id text NOT NULL,
    title text NOT NULL,
    image text NOT NULL DEFAULT ''::text,
    quantity bigint NOT NULL,
    unit_minor bigint NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (order_id, "position"),
    FOREIGN KEY (order_id) REFERENCES customer_order(id)
);

CREATE TABLE order_step (
    id bigint NOT NULL,
    order_id bigint NOT NULL,
    state text NOT NULL,
    person text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (order_id) REFERENCES customer_order(id)
);
CREATE INDEX order_step_order ON order_step USING btree (order_id, id);

CREATE TABLE override_before (
    item_id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    data text NOT NULL,
    updated_at bigint NOT NULL,
    catalog_id bigint NOT NULL,
    by_upload bigint NOT NULL,
    PRIMARY KEY (item_id, kind, key)
);
CREATE INDEX override_before_catalog ON override_before USING btree (catalog_id, item_id);

CREATE TABLE override_row (
    item_id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    data text NOT NULL,
    updated_at bigint NOT NULL,
    upload_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (item_id, kind, key)
);
CREATE INDEX override_upload ON override_row USING btree (upload_id, item_id) WHERE (upload_id <> 0);

CREATE TABLE person (
    id bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
);

CREATE TABLE person_role (
    person_id bigint NOT NULL,
    business_id bigint NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (person_id, business_id),
    FOREIGN KEY (business_id) REFERENCES business(id),
    FOREIGN KEY (person_id) REFERENCES person(id)
);
CREATE INDEX person_role_business ON person_role USING btree (business_id);

CREATE TABLE phone_number (
    id bigint NOT NULL,
    waba_id bigint NOT NULL,
    business_id bigint NOT NULL,
    digits text NOT NULL,
    country text NOT NULL DEFAULT ''::text,
    verified_name text NOT NULL,
    quality_rating text NOT NULL,
    onboarded_at bigint NOT NULL,
    status text NOT NULL DEFAULT 'CONNECTED'::text,
    code_verified_at bigint NOT NULL DEFAULT 0,
    name_status text NOT NULL DEFAULT 'APPROVED'::text,
    new_name text NOT NULL DEFAULT ''::text,
    new_name_status text NOT NULL DEFAULT 'NONE'::text,
    test boolean NOT NULL DEFAULT false,
    throughput text NOT NULL DEFAULT 'STANDARD'::text,
    username text NOT NULL DEFAULT ''::text,
    official boolean NOT NULL DEFAULT false,
    identity_check boolean NOT NULL DEFAULT false,
    upgrading_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (waba_id) REFERENCES waba(id)
);
CREATE INDEX phone_number_business ON phone_number USING btree (business_id, id);
CREATE UNIQUE INDEX phone_number_digits ON phone_number USING btree (digits) WHERE (code_verified_at > 0);
CREATE INDEX phone_number_tried ON phone_number USING btree (digits);
CREATE UNIQUE INDEX phone_number_username ON phone_number USING btree (username) WHERE (username <> ''::text);
CREATE INDEX phone_number_waba ON phone_number USING btree (waba_id, id);

CREATE TABLE phone_override (
    phone_id bigint NOT NULL,
    app_id bigint NOT NULL,
    override_url text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (phone_id, app_id)
);

CREATE TABLE phone_secret (
    phone_id bigint NOT NULL,
    pin_hash text NOT NULL DEFAULT ''::text,
    pin_tries bigint NOT NULL DEFAULT 0,
    pin_tried_at bigint NOT NULL DEFAULT 0,
    code text NOT NULL DEFAULT ''::text,
    code_method text NOT NULL DEFAULT ''::text,
    code_until bigint NOT NULL DEFAULT 0,
    code_tries bigint NOT NULL DEFAULT 0,
    code_sent_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (phone_id)
);

CREATE TABLE picture (
    url_hash text NOT NULL,
    url text NOT NULL,
    state text NOT NULL,
    full_view text NOT NULL DEFAULT ''::text,
    thumb_view text NOT NULL DEFAULT ''::text,
    width bigint NOT NULL DEFAULT 0,
    height bigint NOT NULL DEFAULT 0,
    tries bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL DEFAULT 0,
    changed_at bigint NOT NULL,
    PRIMARY KEY (url_hash)
);
CREATE INDEX picture_full ON picture USING btree (full_view);
CREATE INDEX picture_thumb ON picture USING btree (thumb_view);

CREATE TABLE picture_todo (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    items text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX picture_todo_catalog ON picture_todo USING btree (catalog_id, id);

CREATE TABLE product_feed (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    name text NOT NULL,
    file_name text NOT NULL DEFAULT ''::text,
    feed_type text NOT NULL,
    country text NOT NULL,
    currency text NOT NULL,
    encoding text NOT NULL,
    delimiter text NOT NULL,
    quoted_fields text NOT NULL,
    deletion_enabled boolean NOT NULL,
    update_only boolean NOT NULL,
    supplementary boolean NOT NULL,
    primary_feeds text NOT NULL DEFAULT ''::text,
    override_type text NOT NULL DEFAULT ''::text,
    override_value text NOT NULL DEFAULT ''::text,
    override_fields text NOT NULL DEFAULT ''::text,
    item_sub_type text NOT NULL DEFAULT ''::text,
    use_case text NOT NULL DEFAULT ''::text,
    migrated_from bigint NOT NULL DEFAULT 0,
    latest_upload bigint NOT NULL DEFAULT 0,
    deleted boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX product_feed_catalog ON product_feed USING btree (catalog_id, id);

CREATE TABLE product_set (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    name text NOT NULL,
    retailer_id text NOT NULL DEFAULT ''::text,
    filter text NOT NULL DEFAULT ''::text,
    ordering text NOT NULL DEFAULT ''::text,
    metadata text NOT NULL DEFAULT ''::text,
    shops text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (catalog_id) REFERENCES catalog(id)
);
CREATE INDEX product_set_catalog ON product_set USING btree (catalog_id, id);
CREATE UNIQUE INDEX product_set_retailer ON product_set USING btree (catalog_id, retailer_id) WHERE (retailer_id <> ''::text);

CREATE TABLE quick_reply (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (business_id, name)
);

CREATE TABLE reaction (
    message_id bigint NOT NULL,
    outbound boolean NOT NULL,
    emoji text NOT NULL,
    PRIMARY KEY (message_id, outbound),
    FOREIGN KEY (message_id) REFERENCES message(id)
);

CREATE TABLE report (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    content text NOT NULL,
    wa_id text NOT NULL,
    phone_id bigint NOT NULL DEFAULT 0,
    wamid text NOT NULL DEFAULT ''::text,
    reason text NOT NULL,
    text text NOT NULL DEFAULT ''::text,
    weight integer NOT NULL,
    created_at bigint NOT NULL,
    settled text NOT NULL DEFAULT ''::text,
    settled_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX report_customer ON report USING btree (wa_id, created_at);
CREATE UNIQUE INDEX report_once ON report USING btree (item_id, wa_id, content);
CREATE INDEX report_open ON report USING btree (catalog_id, item_id) WHERE (settled = ''::text);

CREATE TABLE review_page (
    catalog_id bigint NOT NULL,
    last_item bigint NOT NULL,
    reviewer text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (catalog_id, last_item)
);

CREATE TABLE review_sweep (
    catalog_id bigint NOT NULL,
    run bigint NOT NULL,
    swept_to bigint NOT NULL DEFAULT 0,
    done boolean NOT NULL DEFAULT false,
    read_to bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (catalog_id)
);

CREATE TABLE ruling (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    content text NOT NULL,
    title text NOT NULL,
    sku text NOT NULL,
    person_id bigint NOT NULL,
    person text NOT NULL,
    act text NOT NULL,
    policy text NOT NULL DEFAULT ''::text,
    terms text NOT NULL DEFAULT ''::text,
    reason text NOT NULL DEFAULT ''::text,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ruling_at ON ruling USING btree (catalog_id, at);
CREATE INDEX ruling_policy ON ruling USING btree (catalog_id, policy, id);
CREATE INDEX ruling_terms ON ruling USING btree (catalog_id, terms, id);

CREATE TABLE saved_view (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    page text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (business_id, page, name)
);

CREATE TABLE search_todo (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    items text NOT NULL,
    upload_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX search_todo_catalog ON search_todo USING btree (catalog_id, id);

CREATE TABLE session (
    hash text NOT NULL,
    person_id bigint NOT NULL,
    agent text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    PRIMARY KEY (hash),
    FOREIGN KEY (person_id) REFERENCES person(id)
);
CREATE INDEX session_person ON session USING btree (person_id);

CREATE TABLE setting (
    name text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE system_user (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (business_id) REFERENCES business(id)
);
CREATE INDEX system_user_business ON system_user USING btree (business_id, id);

CREATE TABLE template_edit (
    template_id bigint NOT NULL,
    at bigint NOT NULL,
    FOREIGN KEY (template_id) REFERENCES message_template(id) ON DELETE CASCADE
);
CREATE INDEX template_edit_template ON template_edit USING btree (template_id, at);

CREATE TABLE template_gone (
    waba_id bigint NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (waba_id, name, language)
);

CREATE TABLE template_sample (
    key text NOT NULL,
    template_id bigint NOT NULL,
    hash text NOT NULL,
    mime text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (key),
    FOREIGN KEY (template_id) REFERENCES message_template(id) ON DELETE CASCADE
);
CREATE INDEX template_sample_hash ON template_sample USING btree (hash);
CREATE INDEX template_sample_template ON template_sample USING btree (template_id);

CREATE TABLE test_recipient (
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE thread (
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    user_id text NOT NULL,
    window_until bigint NOT NULL DEFAULT 0,
    blocked boolean NOT NULL DEFAULT false,
    last_at bigint NOT NULL,
    marketing_stopped boolean NOT NULL DEFAULT false,
    refused_at bigint NOT NULL DEFAULT 0,
    blocked_at bigint NOT NULL DEFAULT 0,
    number_known boolean NOT NULL DEFAULT true,
    conversation_id bigint NOT NULL DEFAULT 0,
    conversation_until bigint NOT NULL DEFAULT 0,
    conversation_category text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (phone_id, wa_id),
    FOREIGN KEY (wa_id) REFERENCES customer(wa_id)
);
CREATE INDEX thread_blocked ON thread USING btree (phone_id, blocked_at) WHERE (blocked_at > 0);
CREATE INDEX thread_customer ON thread USING btree (wa_id);
CREATE INDEX thread_recent ON thread USING btree (phone_id, last_at);
CREATE INDEX thread_refused ON thread USING btree (phone_id, wa_id) WHERE (refused_at > 0);
CREATE INDEX thread_user ON thread USING btree (user_id);

CREATE TABLE thread_agent (
    phone_id bigint NOT NULL,
    wa_id text NOT NULL,
    person_id bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (phone_id, wa_id)
);

CREATE TABLE token (
    hash text NOT NULL,
    app_id bigint NOT NULL,
    user_id bigint NOT NULL,
    permissions text NOT NULL,
    expires_at bigint NOT NULL DEFAULT 0,
    revoked_at bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    PRIMARY KEY (hash),
    FOREIGN KEY (app_id) REFERENCES app(id),
    FOREIGN KEY (user_id) REFERENCES system_user(id)
);

CREATE TABLE token_business (
    hash text NOT NULL,
    business_id bigint NOT NULL,
    PRIMARY KEY (hash, business_id),
    FOREIGN KEY (business_id) REFERENCES business(id),
    FOREIGN KEY (hash) REFERENCES token(hash)
);

CREATE TABLE upload_part (
    session text NOT NULL,
    at bigint NOT NULL,
    file_hash text NOT NULL,
    PRIMARY KEY (session, at),
    FOREIGN KEY (session) REFERENCES upload_session(session)
);
CREATE INDEX upload_part_file ON upload_part USING btree (file_hash);

CREATE TABLE upload_session (
    session text NOT NULL,
    app_id bigint NOT NULL,
    file_name text NOT NULL,
    file_type text NOT NULL,
    file_length bigint NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    handle text NOT NULL DEFAULT ''::text,
    file_hash text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (session)
);
CREATE INDEX upload_session_age ON upload_session USING btree (created_at);
CREATE INDEX upload_session_app ON upload_session USING btree (app_id);
CREATE INDEX upload_session_file ON upload_session USING btree (file_hash) WHERE (file_hash <> ''::text);
CREATE UNIQUE INDEX upload_session_handle ON upload_session USING btree (handle) WHERE (handle <> ''::text);

CREATE TABLE verdict (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    rev bigint NOT NULL,
    content text NOT NULL DEFAULT ''::text,
    status text NOT NULL,
    policy_id text NOT NULL DEFAULT ''::text,
    reason text NOT NULL DEFAULT ''::text,
    evidence text NOT NULL DEFAULT ''::text,
    reviewer text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX verdict_item ON verdict USING btree (item_id, id);

CREATE TABLE verdict_page (
    id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    first_item bigint NOT NULL,
    last_item bigint NOT NULL,
    items text NOT NULL,
    reviewer text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX verdict_page_item ON verdict_page USING btree (catalog_id, last_item, first_item);

CREATE TABLE waba (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    name text NOT NULL,
    currency text NOT NULL DEFAULT ''::text,
    country text NOT NULL DEFAULT ''::text,
    timezone_id text NOT NULL DEFAULT ''::text,
    template_namespace text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    review text NOT NULL DEFAULT 'APPROVED'::text,
    PRIMARY KEY (id)
);
CREATE INDEX waba_business ON waba USING btree (business_id, id);

CREATE TABLE waba_activity (
    id bigint NOT NULL,
    waba_id bigint NOT NULL,
    phone_id bigint NOT NULL DEFAULT 0,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint NOT NULL DEFAULT 0,
    actor_name text NOT NULL DEFAULT ''::text,
    detail text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX waba_activity_phone ON waba_activity USING btree (phone_id, kind, created_at);
CREATE INDEX waba_activity_waba ON waba_activity USING btree (waba_id, id);

CREATE TABLE waba_appeal (
    violation_id bigint NOT NULL,
    waba_id bigint NOT NULL,
    message text NOT NULL DEFAULT ''::text,
    asked_by text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL DEFAULT ''::text,
    decided_by text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    decided_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (violation_id)
);
CREATE INDEX waba_appeal_waba ON waba_appeal USING btree (waba_id);

CREATE TABLE waba_catalog (
    waba_id bigint NOT NULL,
    catalog_id bigint NOT NULL,
    connected_at bigint NOT NULL,
    PRIMARY KEY (waba_id)
);
CREATE INDEX waba_catalog_catalog ON waba_catalog USING btree (catalog_id, waba_id);

CREATE TABLE waba_strike (
    waba_id bigint NOT NULL,
    policy_id text NOT NULL,
    catalog_id bigint NOT NULL,
    retailer_id text NOT NULL,
    item_id bigint NOT NULL,
    violation_id bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    PRIMARY KEY (waba_id, policy_id, catalog_id, retailer_id),
    FOREIGN KEY (waba_id) REFERENCES waba(id)
);
CREATE INDEX waba_strike_item ON waba_strike USING btree (item_id);
CREATE INDEX waba_strike_violation ON waba_strike USING btree (violation_id);

CREATE TABLE waba_subscription (
    waba_id bigint NOT NULL,
    app_id bigint NOT NULL,
    override_url text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (waba_id, app_id)
);

CREATE TABLE waba_user (
    waba_id bigint NOT NULL,
    user_id bigint NOT NULL,
    tasks text NOT NULL,
    PRIMARY KEY (waba_id, user_id),
    FOREIGN KEY (waba_id) REFERENCES waba(id)
);
CREATE INDEX waba_user_user ON waba_user USING btree (user_id, waba_id);

CREATE TABLE waba_violation (
    id bigint NOT NULL,
    waba_id bigint NOT NULL,
    policy_id text NOT NULL,
    rung text NOT NULL,
    restrictions text NOT NULL,
    reason text NOT NULL DEFAULT ''::text,
    decided_by text NOT NULL,
    created_at bigint NOT NULL,
    ends_at bigint NOT NULL DEFAULT 0,
    disabled_at bigint NOT NULL DEFAULT 0,
    ban_told boolean NOT NULL DEFAULT false,
    lifted_at bigint NOT NULL DEFAULT 0,
    lifted_by text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (id),
    FOREIGN KEY (waba_id) REFERENCES waba(id)
);
CREATE INDEX waba_violation_waba ON waba_violation USING btree (waba_id, id);

CREATE TABLE webhook_attempt (
    id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    at bigint NOT NULL,
    status bigint NOT NULL,
    duration_ms bigint NOT NULL,
    response text NOT NULL,
    error text NOT NULL,
    request_head text NOT NULL DEFAULT ''::text,
    response_head text NOT NULL DEFAULT ''::text,
    updates bigint NOT NULL DEFAULT 1,
    shared_id bigint NOT NULL DEFAULT 0,
    fault text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (id),
    FOREIGN KEY (delivery_id) REFERENCES webhook_delivery(id)
);
CREATE INDEX webhook_attempt_delivery ON webhook_attempt USING btree (delivery_id, id);

CREATE TABLE webhook_certificate (
    app_id bigint NOT NULL,
    certificate text NOT NULL,
    private_key text NOT NULL,
    authority text NOT NULL DEFAULT ''::text,
    authority_key text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (app_id)
);

CREATE TABLE webhook_delivery (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    business_id bigint NOT NULL,
    state text NOT NULL,
    due_at bigint NOT NULL,
    lease_until bigint NOT NULL DEFAULT 0,
    attempt bigint NOT NULL DEFAULT 0,
    last_status bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    done_at bigint NOT NULL DEFAULT 0,
    receiver_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    FOREIGN KEY (event_id) REFERENCES webhook_event(id)
);
CREATE INDEX webhook_delivery_age ON webhook_delivery USING btree (created_at) WHERE (state = 'pending'::text);
CREATE INDEX webhook_delivery_business ON webhook_delivery USING btree (business_id, id);
CREATE INDEX webhook_delivery_done ON webhook_delivery USING btree (done_at) WHERE (state <> 'pending'::text);
CREATE INDEX webhook_delivery_due ON webhook_delivery USING btree (receiver_id, due_at, id) WHERE (state = 'pending'::text);
CREATE INDEX webhook_delivery_event ON webhook_delivery USING btree (event_id);

CREATE TABLE webhook_endpoint (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    app_id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    fields text NOT NULL,
    secret text NOT NULL,
    old_secret text NOT NULL DEFAULT ''::text,
    old_secret_until bigint NOT NULL DEFAULT 0,
    instance bigint NOT NULL DEFAULT 0,
    expires_at bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    deleted_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE INDEX webhook_endpoint_business ON webhook_endpoint USING btree (business_id, id);

CREATE TABLE webhook_endpoint_hears (
    business_id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    PRIMARY KEY (business_id, endpoint_id),
    FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(id)
);

CREATE TABLE webhook_event (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    waba_id bigint NOT NULL,
    phone_id bigint NOT NULL,
    object text NOT NULL,
    field text NOT NULL,
    lane text NOT NULL,
    body bytea NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE webhook_receiver (
    id bigint NOT NULL,
    business_id bigint NOT NULL,
    app_id bigint NOT NULL,
    endpoint_id bigint NOT NULL DEFAULT 0,
    url text NOT NULL,
    failing_since bigint NOT NULL DEFAULT 0,
    paused_at bigint NOT NULL DEFAULT 0,
    pause_reason text NOT NULL DEFAULT ''::text,
    created_at bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX webhook_receiver_business ON webhook_receiver USING btree (business_id, id);
CREATE UNIQUE INDEX webhook_receiver_key ON webhook_receiver USING btree (app_id, endpoint_id, url);

CREATE TABLE webhook_replay (
    id bigint NOT NULL,
    filter text NOT NULL,
    state text NOT NULL,
    last_id bigint NOT NULL,
    cursor_id bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    finished_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);

CREATE TABLE webhook_replay_business (
    business_id bigint NOT NULL,
    replay_id bigint NOT NULL,
    PRIMARY KEY (business_id, replay_id),
    FOREIGN KEY (replay_id) REFERENCES webhook_replay(id)
);

CREATE TABLE webhook_subscription (
    app_id bigint NOT NULL,
    object text NOT NULL,
    callback_url text NOT NULL,
    fields text NOT NULL,
    created_at bigint NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, object)
);
