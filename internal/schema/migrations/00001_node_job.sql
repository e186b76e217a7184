-- +goose Up

-- Every id of the graph and what it names. Adopted ids were given by someone else (the demo world,
-- Meta) and say nothing about our own counter.
CREATE TABLE node (
    id      {{id}},
    kind    TEXT    NOT NULL,
    adopted BOOLEAN NOT NULL DEFAULT FALSE
);

-- The same for ids made many at a time: all from id to last_id are of one kind.
CREATE TABLE node_run (
    id      {{id}},
    last_id BIGINT  NOT NULL,
    kind    TEXT    NOT NULL
);

-- Work to be done after the transaction that asked for it. state: waiting, running, done, dead;
-- lease_by is the instance number of the process that runs it.
CREATE TABLE job (
    id          {{id}},
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
CREATE INDEX job_key ON job (key, id) WHERE key <> '' AND state IN ('waiting', 'running');
CREATE INDEX job_finished ON job (finished_at) WHERE state = 'done';

-- Facts about this installation: one row a name.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
