"""`@task.bash`: the function returns the command to run."""

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory
from airflow.sdk.definitions.context import Context
from airflow.sdk.execution_time.callables import determine_kwargs

SET_DURING_EXECUTION = "DYNAMIC (set during execution)"


class _BashDecoratedOperator(DecoratedOperator, BashOperator):
    template_fields = (*DecoratedOperator.template_fields, *BashOperator.template_fields)
    template_fields_renderers = {
        **DecoratedOperator.template_fields_renderers,
        **BashOperator.template_fields_renderers,
    }
    custom_operator_name = "@task.bash"
    overwrite_rtif_after_execution = True

    def __init__(self, *, python_callable, op_args=None, op_kwargs=None, **kwargs):
        if kwargs.pop("multiple_outputs", None):
            raise TypeError(f"@task.bash function {python_callable.__name__!r}: multiple_outputs is not possible")
        super().__init__(
            kwargs_to_upstream={"bash_command": SET_DURING_EXECUTION},
            python_callable=python_callable,
            op_args=op_args,
            op_kwargs=op_kwargs,
            **kwargs,
        )

    def execute(self, context):
        merged = Context(dict.items(context))
        merged.update(self.op_kwargs)
        kwargs = determine_kwargs(self.python_callable, self.op_args, merged)
        command = self.python_callable(*self.op_args, **kwargs)
        if not isinstance(command, str) or not command.strip():
            raise TypeError(
                f"task {self.task_id!r}: the function of @task.bash must return a non-empty string, "
                f"got {command!r}"
            )
        self.bash_command = command
        self.bash_command = self.render_template(self.bash_command, context)
        context["ti"].overwrite_rendered_fields()
        return super().execute(context)


def bash_task(python_callable=None, **kwargs):
    return task_decorator_factory(
        python_callable, multiple_outputs=False, decorated_operator_class=_BashDecoratedOperator, **kwargs
    )
