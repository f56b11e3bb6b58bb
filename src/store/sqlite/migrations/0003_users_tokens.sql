-- Users that can be managed, and their API tokens.

ALTER TABLE "user" ADD COLUMN active INTEGER NOT NULL DEFAULT 1;
-- Goes into each log-in's token; a new one ends the sessions.
ALTER TABLE "user" ADD COLUMN session_key TEXT NOT NULL DEFAULT '';
ALTER TABLE "user" ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "user" ADD COLUMN last_login_at INTEGER;
UPDATE "user" SET created_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000;

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

-- Beside 0002's: who may log in is seen at once, too.
CREATE TRIGGER user_activity_changed AFTER UPDATE OF active ON "user" WHEN NEW.active != OLD.active
BEGIN
    INSERT INTO change (kind) VALUES ('users');
END;
