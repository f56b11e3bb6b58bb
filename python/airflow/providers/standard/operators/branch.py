"""Where Airflow's standard provider keeps the branch base classes."""

from airflow.sdk.bases.branch import BaseBranchOperator, BranchMixIn  # noqa: F401
