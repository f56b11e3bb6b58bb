-- Several schedulers: who lives, and which DAGs each leads. Times are the database's.
CREATE TABLE scheduler (
    node_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- of an AIRFLOW_HOME, the same after a restart
    job_id BIGINT NOT NULL,                         -- of its newest process
    hostname TEXT COLLATE "C" NOT NULL,
    is_running SMALLINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    worker_lease BIGINT NOT NULL                    -- microseconds after renewed_at that its tries may still run
);
CREATE TABLE dag_lease (
    dag_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES dag (dag_id) ON DELETE CASCADE,
    node_id TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL                           -- grows with each change of hands, of whichever DAG
);
CREATE INDEX dag_lease_by_node ON dag_lease (node_id);
CREATE TABLE lease_fence (
    newest BIGINT NOT NULL
);
INSERT INTO lease_fence (newest) VALUES (0);

-- Whose worker was given the try.
ALTER TABLE task_instance ADD COLUMN node_id TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX task_instance_live ON task_instance (node_id) WHERE state IN ('queued', 'running');

-- PostgreSQL's own, without a twin in SQLite: each process's last commit, by which it knows whether a commit that was lost on
-- its way was done. Room in the page lets an update stay in it.
CREATE TABLE commit_receipt (
    writer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    written_at BIGINT NOT NULL
) WITH (fillfactor = 20);
