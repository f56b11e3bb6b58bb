"""`@task.sensor`: the function is the poke."""

from __future__ import annotations

from airflow.providers.standard.sensors.python import PythonSensor
from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory


class DecoratedSensorOperator(DecoratedOperator, PythonSensor):
    template_fields = ("templates_dict", "op_args", "op_kwargs")
    custom_operator_name = "@task.sensor"

    def __init__(self, *, python_callable, op_args=None, op_kwargs=None, **kwargs):
        kwargs.pop("multiple_outputs", None)
        super().__init__(
            kwargs_to_upstream={
                "python_callable": python_callable,
                "op_args": op_args,
                "op_kwargs": op_kwargs,
            },
            python_callable=python_callable,
            op_args=op_args,
            op_kwargs=op_kwargs,
            **kwargs,
        )


def sensor_task(python_callable=None, **kwargs):
    return task_decorator_factory(
        python_callable, multiple_outputs=False, decorated_operator_class=DecoratedSensorOperator, **kwargs
    )
