CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL REFERENCES "user" (username) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,  -- SHA-256, in hex
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    UNIQUE (username, name)
) STRICT;
CREATE TABLE change (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,   -- dag_run, task_instance, dag; deleted; or the name of another kind of thing
    row INTEGER,          -- dag_run.id or task_instance.seq
    dag_id TEXT,          -- of dag and deleted
    run_id TEXT           -- of a deleted run; NULL: the DAG itself
) STRICT;
CREATE TABLE connection (
    conn_id TEXT NOT NULL PRIMARY KEY,
    conn_type TEXT NOT NULL,
    description TEXT,
    host TEXT,
    schema TEXT,
    login TEXT,
    password TEXT,
    port INTEGER,
    extra TEXT,
    is_encrypted INTEGER NOT NULL,
    is_extra_encrypted INTEGER NOT NULL
) STRICT;
CREATE TABLE dag (
    dag_id TEXT NOT NULL PRIMARY KEY,
    dag_display_name TEXT,
    description TEXT,
    is_paused INTEGER NOT NULL,
    is_stale INTEGER NOT NULL DEFAULT 0,
    has_import_errors INTEGER NOT NULL DEFAULT 0,
    fileloc TEXT NOT NULL,
    relative_fileloc TEXT NOT NULL,
    last_parsed_time INTEGER,
    last_parse_duration REAL NOT NULL DEFAULT 0,
    owners TEXT NOT NULL DEFAULT '[]',  -- JSON array of strings
    timetable_summary TEXT NOT NULL DEFAULT '',
    timetable_description TEXT NOT NULL DEFAULT '',
    timetable_periodic INTEGER NOT NULL DEFAULT 0,
    max_active_tasks INTEGER NOT NULL,
    max_active_runs INTEGER NOT NULL,
    max_consecutive_failed_dag_runs INTEGER NOT NULL DEFAULT 0,
    next_dagrun_logical_date INTEGER,
    next_dagrun_run_after INTEGER,
    next_dagrun_data_interval_start INTEGER,
    next_dagrun_data_interval_end INTEGER
) STRICT;
CREATE INDEX dag_by_fileloc ON dag (fileloc);
CREATE TABLE dag_code (
    dag_version_id INTEGER PRIMARY KEY REFERENCES dag_version (id) ON DELETE CASCADE,
    fileloc TEXT NOT NULL,
    source_code TEXT NOT NULL
) STRICT;
CREATE TABLE dag_favorite (
    username TEXT NOT NULL,  -- no reference: where everybody is admin, there is no row in "user"
    dag_id TEXT NOT NULL REFERENCES dag (dag_id) ON DELETE CASCADE,
    PRIMARY KEY (username, dag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dag_favorite_by_dag ON dag_favorite (dag_id);
CREATE TABLE dag_lease (
    dag_id TEXT NOT NULL PRIMARY KEY REFERENCES dag (dag_id) ON DELETE CASCADE,
    node_id TEXT NOT NULL,
    fence INTEGER NOT NULL              -- grows with each change of hands, of whichever DAG
) STRICT, WITHOUT ROWID;
CREATE INDEX dag_lease_by_node ON dag_lease (node_id);
CREATE TABLE dag_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dag_id TEXT NOT NULL REFERENCES dag (dag_id) ON DELETE CASCADE,
    run_id TEXT NOT NULL,
    run_type TEXT NOT NULL CHECK (run_type IN (
        'scheduled', 'manual', 'backfill', 'operator_triggered', 'asset_triggered', 'asset_materialization')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'success', 'failed')),
    logical_date INTEGER,
    data_interval_start INTEGER,
    data_interval_end INTEGER,
    run_after INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    start_date INTEGER,
    end_date INTEGER,
    conf TEXT NOT NULL DEFAULT '{}',
    triggered_by TEXT NOT NULL CHECK (triggered_by IN (
        'cli', 'operator', 'rest_api', 'ui', 'test', 'timetable', 'asset', 'backfill')),
    triggering_user_name TEXT,
    note TEXT,
    clear_number INTEGER NOT NULL DEFAULT 0,
    created_dag_version_id INTEGER NOT NULL REFERENCES dag_version (id),
    UNIQUE (dag_id, run_id),
    UNIQUE (dag_id, logical_date)
) STRICT;
CREATE INDEX dag_run_active ON dag_run (state, dag_id) WHERE state IN ('queued', 'running');
CREATE INDEX dag_run_by_date ON dag_run (dag_id, coalesce(logical_date, run_after));
CREATE INDEX dag_run_by_run_after ON dag_run (run_after);
CREATE INDEX dag_run_by_start ON dag_run (start_date, state) WHERE start_date IS NOT NULL;
CREATE INDEX dag_run_by_state ON dag_run (dag_id, state, run_after);
CREATE INDEX dag_run_by_version ON dag_run (created_dag_version_id);
CREATE INDEX dag_run_failed ON dag_run (end_date) WHERE state = 'failed';
CREATE INDEX dag_run_recent ON dag_run (dag_id, run_after);
CREATE TABLE dag_tag (
    dag_id TEXT NOT NULL REFERENCES dag (dag_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (dag_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX dag_tag_by_name ON dag_tag (name);
CREATE TABLE dag_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dag_id TEXT NOT NULL REFERENCES dag (dag_id) ON DELETE CASCADE,
    version_number INTEGER NOT NULL,
    dag_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (dag_id, version_number)
) STRICT;
CREATE TABLE import_error (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    filename TEXT NOT NULL UNIQUE,
    timestamp INTEGER NOT NULL,
    stacktrace TEXT NOT NULL
) STRICT;
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_type TEXT NOT NULL,
    state TEXT NOT NULL,
    hostname TEXT NOT NULL,
    start_date INTEGER NOT NULL,
    latest_heartbeat INTEGER NOT NULL,
    end_date INTEGER
) STRICT;
CREATE INDEX job_latest ON job (job_type, latest_heartbeat);
CREATE TABLE lease_fence (
    newest INTEGER NOT NULL
) STRICT;
CREATE TABLE log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dttm INTEGER NOT NULL,
    event TEXT NOT NULL,
    dag_id TEXT,
    run_id TEXT,
    task_id TEXT,
    map_index INTEGER,
    try_number INTEGER,
    owner TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX log_by_dag ON log (dag_id, id);
CREATE INDEX log_by_time ON log (dttm);
CREATE TABLE rendered_task_instance_fields (
    dag_run_id INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL,
    rendered_fields TEXT NOT NULL,
    PRIMARY KEY (dag_run_id, task_id, map_index),
    FOREIGN KEY (dag_run_id, task_id, map_index)
        REFERENCES task_instance (dag_run_id, task_id, map_index) ON DELETE CASCADE
) STRICT;
CREATE TABLE revoked_token (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE scheduler (
    node_id TEXT NOT NULL PRIMARY KEY,  -- of an AIRFLOW_HOME, the same after a restart
    job_id INTEGER NOT NULL,            -- of its newest process
    hostname TEXT NOT NULL,
    is_running INTEGER NOT NULL,
    renewed_at INTEGER NOT NULL,
    worker_lease INTEGER NOT NULL       -- microseconds after renewed_at that its tries may still run
) STRICT;
CREATE TABLE scheduler_inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('dag_changed', 'run_changed')),
    dag_id TEXT NOT NULL,
    dag_run_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE serialized_dag (
    dag_version_id INTEGER PRIMARY KEY REFERENCES dag_version (id) ON DELETE CASCADE,
    data TEXT NOT NULL  -- the canonical definition
) STRICT;
CREATE TABLE slot_pool (
    pool TEXT NOT NULL PRIMARY KEY,
    slots INTEGER NOT NULL,  -- -1: unlimited
    description TEXT NOT NULL DEFAULT '',
    include_deferred INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE task_instance (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,  -- a uuid7, new at each try
    dag_run_id INTEGER NOT NULL REFERENCES dag_run (id) ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL DEFAULT -1,
    state TEXT CHECK (state IN (
        'scheduled', 'queued', 'running', 'restarting', 'success', 'failed', 'up_for_retry', 'up_for_reschedule',
        'upstream_failed', 'skipped', 'removed', 'deferred', 'awaiting_input')),  -- NULL: not yet looked at
    try_number INTEGER NOT NULL DEFAULT 0,
    max_tries INTEGER NOT NULL DEFAULT 0,
    scheduled_when INTEGER,
    queued_when INTEGER,
    start_date INTEGER,
    end_date INTEGER,
    next_try_at INTEGER,
    hostname TEXT NOT NULL DEFAULT '',
    pid INTEGER,
    pool TEXT NOT NULL,
    pool_slots INTEGER NOT NULL,
    queue TEXT NOT NULL,
    priority_weight INTEGER NOT NULL,
    operator_name TEXT NOT NULL,
    note TEXT,
    reason TEXT, node_id TEXT NOT NULL DEFAULT '', rendered_map_index TEXT,
    UNIQUE (dag_run_id, task_id, map_index)
) STRICT;
CREATE INDEX task_instance_in_pools ON task_instance (pool, state, pool_slots)
    WHERE state IN ('scheduled', 'queued', 'running', 'restarting', 'deferred', 'awaiting_input');
CREATE INDEX task_instance_live ON task_instance (node_id) WHERE state IN ('queued', 'running');
CREATE TABLE task_instance_history (
    task_instance_id TEXT NOT NULL UNIQUE,
    dag_run_id INTEGER NOT NULL REFERENCES dag_run (id) ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL,
    state TEXT CHECK (state IN (
        'scheduled', 'queued', 'running', 'restarting', 'success', 'failed', 'up_for_retry', 'up_for_reschedule',
        'upstream_failed', 'skipped', 'removed', 'deferred', 'awaiting_input')),
    try_number INTEGER NOT NULL,
    max_tries INTEGER NOT NULL,
    scheduled_when INTEGER,
    queued_when INTEGER,
    start_date INTEGER,
    end_date INTEGER,
    next_try_at INTEGER,
    hostname TEXT NOT NULL,
    pid INTEGER,
    pool TEXT NOT NULL,
    pool_slots INTEGER NOT NULL,
    queue TEXT NOT NULL,
    priority_weight INTEGER NOT NULL,
    operator_name TEXT NOT NULL,
    note TEXT,
    reason TEXT, rendered_map_index TEXT,
    UNIQUE (dag_run_id, task_id, map_index, try_number)
) STRICT;
CREATE TABLE "user" (
    username TEXT NOT NULL PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL
, active INTEGER NOT NULL DEFAULT 1, session_key TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL DEFAULT 0, last_login_at INTEGER) STRICT;
CREATE TABLE variable (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    description TEXT,
    is_encrypted INTEGER NOT NULL
) STRICT;
CREATE TABLE xcom (
    dag_run_id INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    timestamp INTEGER NOT NULL, mapped_length INTEGER,
    PRIMARY KEY (dag_run_id, task_id, map_index, key),
    FOREIGN KEY (dag_run_id, task_id, map_index)
        REFERENCES task_instance (dag_run_id, task_id, map_index) ON DELETE CASCADE
) STRICT;
CREATE TRIGGER connection_added AFTER INSERT ON connection
BEGIN
    INSERT INTO change (kind) VALUES ('connections');
END;
CREATE TRIGGER connection_changed AFTER UPDATE ON connection
BEGIN
    INSERT INTO change (kind) VALUES ('connections');
END;
CREATE TRIGGER connection_deleted AFTER DELETE ON connection
BEGIN
    INSERT INTO change (kind) VALUES ('connections');
END;
CREATE TRIGGER dag_added AFTER INSERT ON dag
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER dag_changed AFTER UPDATE ON dag
WHEN NEW.is_paused != OLD.is_paused OR NEW.is_stale != OLD.is_stale OR NEW.has_import_errors != OLD.has_import_errors
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER dag_deleted AFTER DELETE ON dag
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('deleted', OLD.dag_id);
END;
CREATE TRIGGER dag_favorite_added AFTER INSERT ON dag_favorite
BEGIN
    INSERT INTO change (kind) VALUES ('favorites');
END;
CREATE TRIGGER dag_favorite_deleted AFTER DELETE ON dag_favorite
BEGIN
    INSERT INTO change (kind) VALUES ('favorites');
END;
CREATE TRIGGER dag_run_added AFTER INSERT ON dag_run
BEGIN
    INSERT INTO change (kind, row) VALUES ('dag_run', NEW.id);
END;
CREATE TRIGGER dag_run_changed
AFTER UPDATE OF state, start_date, end_date, note ON dag_run
BEGIN
    INSERT INTO change (kind, row) VALUES ('dag_run', NEW.id);
END;
CREATE TRIGGER dag_run_deleted AFTER DELETE ON dag_run
BEGIN
    INSERT INTO change (kind, dag_id, run_id) VALUES ('deleted', OLD.dag_id, OLD.run_id);
END;
CREATE TRIGGER dag_version_added AFTER INSERT ON dag_version
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER import_error_added AFTER INSERT ON import_error
BEGIN
    INSERT INTO change (kind) VALUES ('import_errors');
END;
CREATE TRIGGER import_error_changed AFTER UPDATE ON import_error WHEN NEW.stacktrace != OLD.stacktrace
BEGIN
    INSERT INTO change (kind) VALUES ('import_errors');
END;
CREATE TRIGGER import_error_deleted AFTER DELETE ON import_error
BEGIN
    INSERT INTO change (kind) VALUES ('import_errors');
END;
CREATE TRIGGER job_added AFTER INSERT ON job
BEGIN
    INSERT INTO change (kind) VALUES ('jobs');
END;
CREATE TRIGGER job_changed AFTER UPDATE ON job WHEN NEW.state != OLD.state
BEGIN
    INSERT INTO change (kind) VALUES ('jobs');
END;
CREATE TRIGGER token_revoked AFTER INSERT ON revoked_token
BEGIN
    INSERT INTO change (kind) VALUES ('sessions');
END;
CREATE TRIGGER slot_pool_added AFTER INSERT ON slot_pool
BEGIN
    INSERT INTO change (kind) VALUES ('pools');
END;
CREATE TRIGGER slot_pool_changed AFTER UPDATE ON slot_pool
BEGIN
    INSERT INTO change (kind) VALUES ('pools');
END;
CREATE TRIGGER slot_pool_deleted AFTER DELETE ON slot_pool
BEGIN
    INSERT INTO change (kind) VALUES ('pools');
END;
CREATE TRIGGER task_instance_added AFTER INSERT ON task_instance WHEN NEW.map_index >= 0
BEGIN
    INSERT INTO change (kind, row) VALUES ('task_instance', NEW.seq);
END;
CREATE TRIGGER task_instance_changed
AFTER UPDATE OF id, state, try_number, start_date, end_date, note ON task_instance
BEGIN
    INSERT INTO change (kind, row) VALUES ('task_instance', NEW.seq);
END;
CREATE TRIGGER user_activity_changed AFTER UPDATE OF active ON "user" WHEN NEW.active != OLD.active
BEGIN
    INSERT INTO change (kind) VALUES ('users');
END;
CREATE TRIGGER user_added AFTER INSERT ON "user"
BEGIN
    INSERT INTO change (kind) VALUES ('users');
END;
CREATE TRIGGER user_changed AFTER UPDATE OF username, password_hash, role ON "user"
BEGIN
    INSERT INTO change (kind) VALUES ('users');
END;
CREATE TRIGGER user_deleted AFTER DELETE ON "user"
BEGIN
    INSERT INTO change (kind) VALUES ('users');
END;
CREATE TRIGGER variable_added AFTER INSERT ON variable
BEGIN
    INSERT INTO change (kind) VALUES ('variables');
END;
CREATE TRIGGER variable_changed AFTER UPDATE ON variable
BEGIN
    INSERT INTO change (kind) VALUES ('variables');
END;
CREATE TRIGGER variable_deleted AFTER DELETE ON variable
BEGIN
    INSERT INTO change (kind) VALUES ('variables');
END;
