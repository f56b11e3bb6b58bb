"""`map_index_template`: the name of an instance of a mapped task, for people."""

from __future__ import annotations

import logging

from airflow.sdk.execution_time import supervisor

log = logging.getLogger("airflow.task")


def _render(ti, context) -> str | None:
    template = dict.get(context, "map_index_template")
    return None if template is None else ti.task.render_template(template, context)


def label_before(ti, context) -> None:
    """A first name. What the task itself adds to the context is not there yet, so an error means nothing."""
    try:
        label = _render(ti, context)
    except Exception as error:
        log.debug("map_index_template could not be rendered before the task ran: %s", error)
        return
    _tell(ti, label)


def label_after(ti, context) -> None:
    """The name with what the task added to the context. An error in the template is the caller's."""
    _tell(ti, _render(ti, context))


def label_after_failure(ti, context) -> None:
    """As label_after, but an error does not hide why the task failed."""
    try:
        label_after(ti, context)
    except Exception as error:
        log.debug("map_index_template could not be rendered: %s", error)


def _tell(ti, label: str | None) -> None:
    label = None if label is None else str(label)
    changed = bool(label) and label != ti.rendered_map_index
    ti.rendered_map_index = label or ti.rendered_map_index
    if changed:
        supervisor.request("SetRenderedMapIndex", rendered_map_index=label)
