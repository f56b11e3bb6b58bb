"""BaseNotifier: a callback that is an object with templated fields."""

from __future__ import annotations

import logging


class BaseNotifier:
    template_fields: tuple = ()
    template_ext: tuple = ()

    def __init__(self, **kwargs):
        self.context = None

    @property
    def log(self) -> logging.Logger:
        return logging.getLogger(f"airflow.task.notifiers.{type(self).__name__}")

    def notify(self, context) -> None:
        raise NotImplementedError(f"{type(self).__name__} has no notify(context)")

    def render_template_fields(self, context, jinja_env=None) -> None:
        from airflow.sdk.execution_time.templates import render_fields, template_env

        dag = context["dag"]
        render_fields(self, self.template_fields, context, jinja_env or template_env(dag, None))

    def __call__(self, *args) -> None:
        context = args[0] if len(args) == 1 else {"dag": args[0], "task_list": args[1]}
        self.render_template_fields(context)
        self.notify(context)
