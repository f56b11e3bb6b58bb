-- What the home page counts: runs by their start, and those that failed by their end.
CREATE INDEX dag_run_by_start ON dag_run (start_date, state) WHERE start_date IS NOT NULL;
CREATE INDEX dag_run_failed ON dag_run (end_date) WHERE state = 'failed';
