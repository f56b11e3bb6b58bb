"""Types of a dag run."""

import enum

from airflow.sdk.definitions.notset import NOTSET, ArgNotSet  # noqa: F401


class DagRunType(str, enum.Enum):
    BACKFILL_JOB = "backfill"
    SCHEDULED = "scheduled"
    MANUAL = "manual"
    OPERATOR_TRIGGERED = "operator_triggered"
    ASSET_TRIGGERED = "asset_triggered"

    def __str__(self) -> str:
        return self.value
