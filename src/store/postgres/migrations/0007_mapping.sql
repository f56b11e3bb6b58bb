-- Dynamic task mapping.
ALTER TABLE xcom ADD COLUMN mapped_length BIGINT;  -- entries, of a value that tasks are mapped over
ALTER TABLE task_instance ADD COLUMN rendered_map_index TEXT COLLATE "C";
ALTER TABLE task_instance_history ADD COLUMN rendered_map_index TEXT COLLATE "C";
