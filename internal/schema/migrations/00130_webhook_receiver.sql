-- +goose Up

-- Where webhooks go: a callback of an app, or an endpoint of our own. What waits is worked off by receiver,
-- so this is what can fail, be paused and come back. failing_since is the first failure after the last success.
CREATE TABLE webhook_receiver (
    id            {{id}},
    business_id   BIGINT NOT NULL,           -- the owner of the app or endpoint
    app_id        BIGINT NOT NULL,
    endpoint_id   BIGINT NOT NULL DEFAULT 0, -- 0: a callback of the app
    url           TEXT   NOT NULL,
    failing_since BIGINT NOT NULL DEFAULT 0,
    paused_at     BIGINT NOT NULL DEFAULT 0,
    pause_reason  TEXT   NOT NULL DEFAULT '', -- gone, failing, asked
    created_at    BIGINT NOT NULL
);

CREATE UNIQUE INDEX webhook_receiver_key ON webhook_receiver (app_id, endpoint_id, url);
CREATE INDEX webhook_receiver_business ON webhook_receiver (business_id, id);

INSERT INTO webhook_receiver (id, business_id, app_id, url, created_at)
    SELECT min(d.id), COALESCE((SELECT a.business_id FROM app a WHERE a.id = d.app_id), 0), d.app_id, d.url, min(d.created_at)
    FROM webhook_delivery d GROUP BY d.app_id, d.url;

ALTER TABLE webhook_delivery ADD COLUMN receiver_id BIGINT NOT NULL DEFAULT 0;
UPDATE webhook_delivery SET receiver_id =
    (SELECT r.id FROM webhook_receiver r WHERE r.app_id = webhook_delivery.app_id AND r.endpoint_id = 0 AND r.url = webhook_delivery.url);
DROP INDEX webhook_delivery_due;
ALTER TABLE webhook_delivery DROP COLUMN url;
ALTER TABLE webhook_delivery DROP COLUMN app_id;
CREATE INDEX webhook_delivery_due ON webhook_delivery (receiver_id, due_at, id) WHERE state = 'pending';

-- What was sent and what came back, in the attempt itself or, for updates that shared a request, in the
-- attempt shared_id names.
ALTER TABLE webhook_attempt ADD COLUMN request_head TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_attempt ADD COLUMN response_head TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_attempt ADD COLUMN updates BIGINT NOT NULL DEFAULT 1;
ALTER TABLE webhook_attempt ADD COLUMN shared_id BIGINT NOT NULL DEFAULT 0;
