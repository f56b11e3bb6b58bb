"""Operators that call a Python function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from airflow.sdk.bases.branch import BranchMixIn
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.skipmixin import SkipMixin
from airflow.sdk.definitions.context import Context, get_current_context  # noqa: F401
from airflow.sdk.exceptions import UnsupportedByGale


class PythonOperator(BaseOperator):
    """Calls `python_callable` with `op_args`, `op_kwargs`, and the values of the context that it names."""

    template_fields = ("templates_dict", "op_args", "op_kwargs")
    template_fields_renderers = {"templates_dict": "json", "op_args": "py", "op_kwargs": "py"}
    ui_color = "#ffefeb"
    shallow_copy_attrs = ("python_callable", "op_kwargs")

    def __init__(
        self,
        *,
        python_callable: Callable,
        op_args: Collection | None = None,
        op_kwargs: Mapping | None = None,
        templates_dict: dict | None = None,
        templates_exts: Collection[str] | None = None,
        show_return_value_in_logs: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not callable(python_callable):
            raise TypeError(
                f"task {self.task_id!r}: python_callable must be a function, got {python_callable!r}"
            )
        self.python_callable = python_callable
        self.op_args = op_args or ()
        self.op_kwargs = op_kwargs or {}
        self.templates_dict = templates_dict
        if templates_exts:
            self.template_ext = tuple(templates_exts)
        self.show_return_value_in_logs = show_return_value_in_logs

    def execute(self, context):
        from airflow.sdk.execution_time.callables import determine_kwargs

        merged = Context(dict.items(context))
        merged.update(self.op_kwargs)
        merged["templates_dict"] = self.templates_dict
        self.op_kwargs = determine_kwargs(self.python_callable, self.op_args, merged)
        result = self.execute_callable()
        if self.show_return_value_in_logs:
            self.log.info("Done. Returned value was: %s", result)
        else:
            self.log.info("Done. Returned value not shown")
        return result

    def execute_callable(self):
        import inspect

        result = self.python_callable(*self.op_args, **self.op_kwargs)
        if inspect.iscoroutine(result):
            import asyncio

            return asyncio.run(result)
        return result


class BranchPythonOperator(BranchMixIn, PythonOperator):
    """The function names the tasks (or task groups) to go on with; the others directly downstream are skipped."""

    inherits_from_skipmixin = True

    def execute(self, context):
        return self.do_branch(context, super().execute(context))


class ShortCircuitOperator(SkipMixin, PythonOperator):
    """If the function returns something falsy, what is downstream is skipped.

    With `ignore_downstream_trigger_rules` all of it (teardowns excepted), else the tasks directly downstream.
    """

    inherits_from_skipmixin = True

    def __init__(self, *, ignore_downstream_trigger_rules: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.ignore_downstream_trigger_rules = ignore_downstream_trigger_rules

    def execute(self, context):
        condition = super().execute(context)
        self.log.info("Condition result is %s", condition)
        if condition:
            self.log.info("Proceeding with downstream tasks...")
            return condition
        task = context["ti"].task
        if not task.downstream_task_ids:
            self.log.info("No downstream tasks; nothing to do.")
            return condition
        if self.ignore_downstream_trigger_rules:
            self.log.info("Skipping all downstream tasks")
            to_skip = [t for t in task.get_flat_relatives(upstream=False) if not t.is_teardown]
        else:
            self.log.info("Skipping downstream tasks while respecting trigger rules")
            to_skip = [t for t in task.downstream_list if not t.is_teardown]
        self.skip(context["ti"], to_skip)
        return condition


class _NotYet(PythonOperator):
    def __init__(self, **kwargs):
        raise UnsupportedByGale(
            f"task {kwargs.get('task_id')!r}: {type(self).__name__} is not supported by this version of Gale"
        )


class PythonVirtualenvOperator(_NotYet):
    pass


class ExternalPythonOperator(_NotYet):
    pass


class BranchPythonVirtualenvOperator(_NotYet):
    pass


class BranchExternalPythonOperator(_NotYet):
    pass
