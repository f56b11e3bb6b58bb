"""EmptyOperator: does nothing; joins and splits edges."""

from __future__ import annotations

from airflow.sdk.bases.operator import BaseOperator


class EmptyOperator(BaseOperator):
    ui_color = "#e8f7e4"
    inherits_from_empty_operator = True

    def execute(self, context) -> None:
        pass
