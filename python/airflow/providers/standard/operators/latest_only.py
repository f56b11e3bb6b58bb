"""LatestOnlyOperator: what is downstream runs only in the newest run of the DAG."""

from __future__ import annotations

from datetime import datetime, timezone

from airflow.sdk.bases.branch import BaseBranchOperator


class LatestOnlyOperator(BaseBranchOperator):
    """Skips its direct downstream when a later data interval has begun already. Manual runs are never skipped."""

    ui_color = "#e9ffdb"

    def choose_branch(self, context):
        downstream = sorted(self.downstream_task_ids)
        run = context["dag_run"]
        if str(run.run_type) in ("manual", "asset_triggered", "operator_triggered"):
            self.log.info("Externally triggered dag run: going on.")
            return downstream
        start, end = run.data_interval_start, run.data_interval_end
        if start is None or end is None or start == end:
            return downstream
        now = datetime.now(timezone.utc)
        # The next run's interval follows this one; the newest run's next interval has not ended.
        left, right = end, end + (end - start)
        self.log.info("Checking latest only with left %s, right %s, now %s", left, right, now)
        if left < now <= right:
            return downstream
        self.log.info("Not latest execution, skipping downstream.")
        return []
