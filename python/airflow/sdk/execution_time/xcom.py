"""XCom: values that tasks leave for others."""

from __future__ import annotations

from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time import supervisor
from airflow.sdk.serde import deserialize, has_not_a_number, serialize

XCOM_RETURN_KEY = "return_value"


class BaseXCom:
    """Access by DAG, run, task and key."""

    XCOM_RETURN_KEY = XCOM_RETURN_KEY

    @classmethod
    def set(
        cls, key: str, value, *, dag_id: str, task_id: str, run_id: str, map_index: int = -1,
        _mapped_length: int | None = None,
    ) -> None:  # fmt: skip
        """TypeError (naming task, key and type) if the value has no JSON form."""
        try:
            data = serialize(value)
        except TypeError as error:
            raise TypeError(f"task {task_id!r}: XCom {key!r}: {error}") from None
        if has_not_a_number(data):
            raise TypeError(f"task {task_id!r}: XCom {key!r} holds NaN or an infinity, which JSON lacks; use None")
        length = {} if _mapped_length is None else {"mapped_length": _mapped_length}
        supervisor.request(
            "SetXCom", key=key, value=data, dag_id=dag_id, run_id=run_id, task_id=task_id, map_index=map_index, **length
        )

    @classmethod
    def get_one(
        cls, *, key: str, dag_id: str, task_id: str, run_id: str, map_index: int | None = None,
        include_prior_dates: bool = False,
    ):  # fmt: skip
        """The value, or None if there is none."""
        try:
            answer = supervisor.request(
                "GetXCom",
                key=key,
                dag_id=dag_id,
                run_id=run_id,
                task_id=task_id,
                map_index=-1 if map_index is None else map_index,
                include_prior_dates=include_prior_dates,
            )
        except AirflowRuntimeError as error:
            if error.error == "XCOM_NOT_FOUND":
                return None
            raise
        return deserialize(answer["value"]) if answer and answer.get("value") is not None else None

    get_value = get_one

    @classmethod
    def get_all(
        cls, *, key: str, dag_id: str, task_id: str, run_id: str, include_prior_dates: bool = False
    ) -> list | None:
        """The values of all instances of a mapped task, in the order of map_index; None if there is none."""
        answer = supervisor.request(
            "GetXComSequenceSlice", key=key, dag_id=dag_id, run_id=run_id, task_id=task_id, start=None, stop=None,
            step=1, include_prior_dates=include_prior_dates,
        )  # fmt: skip
        return [deserialize(value) for value in answer["root"]] or None

    @classmethod
    def delete(cls, *, key: str, dag_id: str, task_id: str, run_id: str, map_index: int = -1) -> None:
        supervisor.request(
            "DeleteXCom", key=key, dag_id=dag_id, run_id=run_id, task_id=task_id, map_index=map_index
        )


XCom = BaseXCom
