"""What the instances of a mapped task returned, as a sequence that asks for an item when it is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from operator import index as as_index

from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time import supervisor
from airflow.sdk.serde import deserialize

# Items that iteration asks for at a time.
CHUNK = 100


class LazyXComSequence(Sequence):
    """Read only; in the order of map_index. Instances that pushed nothing are not in it."""

    def __init__(self, xcom_arg, ti):
        self._xcom_arg = xcom_arg
        self._ti = ti
        self._len: int | None = None

    def _request(self, kind: str, **fields):
        source = self._xcom_arg.operator
        return supervisor.request(
            kind, key=self._xcom_arg.key, dag_id=source.dag_id, run_id=self._ti.run_id, task_id=source.task_id, **fields
        )

    def __len__(self) -> int:
        if self._len is None:
            self._len = self._request("GetXComCount")["len"]
        return self._len

    def __getitem__(self, key):
        if isinstance(key, slice):
            start, stop, step = (None if part is None else as_index(part) for part in (key.start, key.stop, key.step))
            if step == 0:
                raise ValueError("the step of a slice must not be 0")
            fields = {"start": start, "stop": stop, "step": 1 if step is None else step}
            answer = self._request("GetXComSequenceSlice", include_prior_dates=False, **fields)
            return [deserialize(value) for value in answer["root"]]
        try:
            answer = self._request("GetXComSequenceItem", offset=as_index(key))
        except AirflowRuntimeError as error:
            if error.error != "XCOM_NOT_FOUND":
                raise
            raise IndexError(key) from None
        return deserialize(answer["root"])

    def __iter__(self) -> Iterator:
        start = 0
        while True:
            chunk = self[start : start + CHUNK]
            yield from chunk
            if len(chunk) < CHUNK:
                return
            start += CHUNK

    def __eq__(self, other) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return all(mine == theirs for mine, theirs in zip_longest(self, other, fillvalue=object()))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        if self._len is None:
            return "LazyXComSequence(<unevaluated length>)"
        return f"LazyXComSequence([{self._len} item{'' if self._len == 1 else 's'}])"
