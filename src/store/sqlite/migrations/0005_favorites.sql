-- Which DAGs a person has marked as favourites.
CREATE TABLE dag_favorite (
    username TEXT NOT NULL,  -- no reference: where everybody is admin, there is no row in "user"
    dag_id TEXT NOT NULL REFERENCES dag (dag_id) ON DELETE CASCADE,
    PRIMARY KEY (username, dag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dag_favorite_by_dag ON dag_favorite (dag_id);

CREATE TRIGGER dag_favorite_added AFTER INSERT ON dag_favorite
BEGIN
    INSERT INTO change (kind) VALUES ('favorites');
END;
CREATE TRIGGER dag_favorite_deleted AFTER DELETE ON dag_favorite
BEGIN
    INSERT INTO change (kind) VALUES ('favorites');
END;
