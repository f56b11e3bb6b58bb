"""Params: typed values of a DAG or task that a run's conf may override."""

from __future__ import annotations

import copy
import json
from collections.abc import MutableMapping

from airflow.sdk.definitions.notset import NOTSET, ArgNotSet, is_arg_set
from airflow.sdk.definitions.xcom_arg import ResolveMixin
from airflow.sdk.exceptions import ParamValidationError


class Param:
    """A value with a JSON schema (its keywords are the other arguments) and a description."""

    def __init__(self, default=NOTSET, description: str | None = None, source: str | None = None, **kwargs):
        schema = kwargs.pop("schema", None)
        self.value = _json_checked(default)
        self.description = description
        self.source = source
        self.schema: dict = dict(schema) if schema is not None else kwargs

    def resolve(self, value=NOTSET, suppress_exception: bool = False):
        """The value (given, else the default), checked against the schema."""
        from airflow.sdk.definitions.param_schema import check

        final = _json_checked(value) if is_arg_set(value) else self.value
        if not is_arg_set(final):
            if suppress_exception:
                return None
            raise ParamValidationError("No value passed and Param has no default value")
        problem = check(final, self.schema)
        if problem is not None:
            if suppress_exception:
                return None
            raise ParamValidationError(problem)
        self.value = final
        return final

    @property
    def has_value(self) -> bool:
        return self.value is not None and is_arg_set(self.value)

    def dump(self) -> dict:
        value = None if isinstance(self.value, ArgNotSet) else self.value
        return {"value": value, "schema": self.schema, "description": self.description}

    serialize = dump

    def __copy__(self):
        return Param(self.value, self.description, self.source, schema=dict(self.schema))

    def __eq__(self, other) -> bool:
        return isinstance(other, Param) and self.dump() == other.dump()

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"Param({self.value!r})"


def _json_checked(value):
    if is_arg_set(value):
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise ParamValidationError(f"the value {value!r} cannot be written as JSON: {error}") from None
    return value


class ParamsDict(MutableMapping):
    """Name to Param; reading an item gives the value, writing one checks it."""

    def __init__(self, dict_obj=None, suppress_exception: bool = False):
        if isinstance(dict_obj, ParamsDict):
            dict_obj = dict_obj._params
        self._params: dict[str, Param] = {
            key: copy.copy(value) if isinstance(value, Param) else Param(value)
            for key, value in (dict_obj or {}).items()
        }
        self.suppress_exception = suppress_exception

    def __getitem__(self, key):
        return self._params[key].resolve(suppress_exception=self.suppress_exception)

    def __setitem__(self, key: str, value) -> None:
        if isinstance(value, Param):
            self._params[key] = value
        elif key in self._params:
            try:
                self._params[key].resolve(value, suppress_exception=self.suppress_exception)
            except ParamValidationError as error:
                raise ParamValidationError(f"Invalid input for param {key}: {error}") from None
        else:
            self._params[key] = Param(value)

    def __delitem__(self, key) -> None:
        del self._params[key]

    def __iter__(self):
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __contains__(self, key) -> bool:
        return key in self._params

    def __repr__(self) -> str:
        return f"ParamsDict({self._params!r})"

    def __copy__(self):
        return ParamsDict(self, self.suppress_exception)

    def __deepcopy__(self, memo):
        return ParamsDict(copy.deepcopy(self._params, memo), self.suppress_exception)

    def items(self):
        return self._params.items()

    def values(self):
        return self._params.values()

    def update(self, *args, **kwargs) -> None:
        if len(args) == 1 and isinstance(args[0], ParamsDict) and not kwargs:
            super().update(args[0]._params)
        else:
            super().update(*args, **kwargs)

    def get_param(self, key: str) -> Param:
        return self._params[key]

    def dump(self) -> dict:
        """Name to value, unchecked."""
        return {key: param.dump()["value"] for key, param in self._params.items()}

    def validate(self) -> dict:
        """Name to value, each checked against its schema; ParamValidationError names the first that fails."""
        result = {}
        for key, param in self._params.items():
            try:
                result[key] = param.resolve(suppress_exception=self.suppress_exception)
            except ParamValidationError as error:
                raise ParamValidationError(f"Invalid input for param {key}: {error}") from None
        return result


class DagParam(ResolveMixin):
    """An argument of a `@dag` function: the run's conf, else the default."""

    def __init__(self, current_dag, name: str, default=NOTSET):
        self.name = name
        self.default = default
        if is_arg_set(default):
            current_dag.params[name] = default

    def resolve(self, context):
        params = context["params"]
        if self.name in params:
            return params[self.name]
        conf = getattr(context.get("dag_run"), "conf", None) or {}
        if self.name in conf:
            return conf[self.name]
        if is_arg_set(self.default):
            return self.default
        raise ParamValidationError(f"the run gives no value for the DAG argument {self.name!r}")

    def __repr__(self) -> str:
        return f"DagParam({self.name!r})"


def process_params(dag, task, conf: dict | None, *, suppress_exception: bool = False) -> dict:
    """The params of one try: the DAG's, the task's over them, the run's conf over both; checked."""
    from airflow.configuration import conf as settings

    merged = ParamsDict(suppress_exception=suppress_exception)
    merged.update(ParamsDict(dag.params))
    merged.update(ParamsDict(task.params))
    if conf and settings.getboolean("core", "dag_run_conf_overrides_params", fallback=True):
        merged.update(dict(conf))
    return merged.validate()
