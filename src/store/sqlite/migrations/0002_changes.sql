-- What changed, in the order of commits, for the live event stream. Triggers write it, so that no statement, here or in
-- a later version, can forget to. Rows older than the newest 100,000 are pruned with the heartbeats.
CREATE TABLE change (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,   -- dag_run, task_instance, dag; deleted; or the name of another kind of thing
    row INTEGER,          -- dag_run.id or task_instance.seq
    dag_id TEXT,          -- of dag and deleted
    run_id TEXT           -- of a deleted run; NULL: the DAG itself
) STRICT;

CREATE TRIGGER task_instance_changed
AFTER UPDATE OF id, state, try_number, start_date, end_date, note ON task_instance
BEGIN
    INSERT INTO change (kind, row) VALUES ('task_instance', NEW.seq);
END;
-- A new run's instances are told by it; mapped ones come later.
CREATE TRIGGER task_instance_added AFTER INSERT ON task_instance WHEN NEW.map_index >= 0
BEGIN
    INSERT INTO change (kind, row) VALUES ('task_instance', NEW.seq);
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

CREATE TRIGGER dag_added AFTER INSERT ON dag
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER dag_changed AFTER UPDATE ON dag
WHEN NEW.is_paused != OLD.is_paused OR NEW.is_stale != OLD.is_stale OR NEW.has_import_errors != OLD.has_import_errors
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER dag_version_added AFTER INSERT ON dag_version
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('dag', NEW.dag_id);
END;
CREATE TRIGGER dag_deleted AFTER DELETE ON dag
BEGIN
    INSERT INTO change (kind, dag_id) VALUES ('deleted', OLD.dag_id);
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

-- Heartbeats are no news.
CREATE TRIGGER job_added AFTER INSERT ON job
BEGIN
    INSERT INTO change (kind) VALUES ('jobs');
END;
CREATE TRIGGER job_changed AFTER UPDATE ON job WHEN NEW.state != OLD.state
BEGIN
    INSERT INTO change (kind) VALUES ('jobs');
END;

-- Tokens that were logged out, until they end by themselves.
CREATE TABLE revoked_token (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER token_revoked AFTER INSERT ON revoked_token
BEGIN
    INSERT INTO change (kind) VALUES ('sessions');
END;
