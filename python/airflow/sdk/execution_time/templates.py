"""Jinja2 as Airflow sets it up, and the rendering of an operator's templated fields."""

from __future__ import annotations

import os

import jinja2
import jinja2.ext
import jinja2.nativetypes
import jinja2.runtime
import jinja2.sandbox

from airflow.sdk.definitions.context import Lazy
from airflow.sdk.exceptions import AirflowException


class _LazyContext(jinja2.runtime.Context):
    """Computes lazy values of the context only when a template names them."""

    def resolve_or_missing(self, key: str):
        value = super().resolve_or_missing(key)
        return value.get() if isinstance(value, Lazy) else value


def _ds(value):
    return None if value is None else value.strftime("%Y-%m-%d")


def _ds_nodash(value):
    return None if value is None else value.strftime("%Y%m%d")


def _ts(value):
    return None if value is None else value.isoformat()


def _ts_nodash(value):
    return None if value is None else value.strftime("%Y%m%dT%H%M%S")


def _ts_nodash_with_tz(value):
    return None if value is None else value.isoformat().replace("-", "").replace(":", "")


FILTERS = {
    "ds": _ds,
    "ds_nodash": _ds_nodash,
    "ts": _ts,
    "ts_nodash": _ts_nodash,
    "ts_nodash_with_tz": _ts_nodash_with_tz,
}


class _Environment:
    context_class = _LazyContext

    def is_safe_attribute(self, obj, attr, value) -> bool:
        """One leading underscore is allowed, unlike in Jinja's sandbox; dunder names are not."""
        return not jinja2.sandbox.is_internal_attribute(obj, attr)


class SandboxedEnvironment(_Environment, jinja2.sandbox.SandboxedEnvironment):
    pass


class NativeEnvironment(_Environment, jinja2.nativetypes.NativeEnvironment):
    pass


def renders_native(dag, operator) -> bool:
    own = getattr(operator, "render_template_as_native_obj", None)
    return bool(own if own is not None else getattr(dag, "render_template_as_native_obj", False))


def template_env(dag, operator) -> jinja2.Environment:
    """The environment of a DAG; template files are looked up beside its file and in template_searchpath."""
    options: dict = {
        "undefined": jinja2.StrictUndefined,
        "extensions": ["jinja2.ext.do"],
        "cache_size": 0,
    }
    if dag is not None:
        options["loader"] = jinja2.FileSystemLoader([dag.folder, *dag.template_searchpath])
        if dag.template_undefined is not None:
            options["undefined"] = dag.template_undefined
        options.update(dag.jinja_environment_kwargs or {})
    cls = NativeEnvironment if renders_native(dag, operator) else SandboxedEnvironment
    env = cls(**options)
    env.filters.update(FILTERS)
    if dag is not None:
        env.globals.update(dag.user_defined_macros or {})
        env.filters.update(dag.user_defined_filters or {})
    return env


class LazyEnvironment(Lazy):
    """The environment of a task, made when the first template needs it: most tasks have none."""

    def __init__(self, operator):
        super().__init__(operator.get_template_env)
        dag = operator.get_dag()
        # Jinja gives such text back as it is; with other delimiters, or as native values, only Jinja itself knows.
        self.keeps_plain_text = not (renders_native(dag, operator) or (dag and dag.jinja_environment_kwargs))

    def is_plain(self, text) -> bool:
        return self.keeps_plain_text and type(text) is str and not any(mark in text for mark in "{\n\r")


def _made(env) -> jinja2.Environment:
    return env.get() if isinstance(env, Lazy) else env


def _render(template: jinja2.Template, context):
    raw = dict(context.raw_items()) if hasattr(context, "raw_items") else dict(context)
    return template.render(raw)


def render_value(operator, value, context, env: jinja2.Environment | LazyEnvironment, seen: set | None = None):
    """`value` with every string in it rendered, at any depth; a string ending in a template_ext is a file."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return value
    if isinstance(value, str):
        if operator.template_ext and value.endswith(tuple(operator.template_ext)):
            return _render(_made(env).get_template(value), context)
        if isinstance(env, LazyEnvironment) and env.is_plain(value):
            return value
        return _render(_made(env).from_string(value), context)
    if not isinstance(value, os.PathLike) and callable(getattr(value, "resolve", None)):
        return value.resolve(context)
    if isinstance(value, tuple):
        items = [render_value(operator, item, context, env, seen) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [render_value(operator, item, context, env, seen) for item in value]
    if isinstance(value, dict):
        return {key: render_value(operator, item, context, env, seen) for key, item in value.items()}
    if isinstance(value, set):
        return {render_value(operator, item, context, env, seen) for item in value}
    fields = getattr(value, "template_fields", None)
    if fields and not isinstance(value, type):
        seen.add(id(value))
        _render_attributes(operator, value, fields, context, env, seen)
    return value


def _render_attributes(operator, parent, fields, context, env, seen) -> None:
    for field in fields:
        value = getattr(parent, field)
        try:
            empty = not value
        except Exception:  # pandas and numpy objects have no truth value
            empty = False
        if empty:
            continue
        try:
            if callable(value) and not hasattr(value, "resolve"):
                rendered = value(context=context, jinja_env=_made(env))
            else:
                rendered = render_value(operator, value, context, env, seen)
        except jinja2.TemplateNotFound as error:
            where = getattr(_made(env).loader, "searchpath", [])
            raise _naming(operator, field, value, f"the template file {error.name!r} is not in {where}") from error
        except jinja2.TemplateSyntaxError as error:
            text = f"{error.message} (line {error.lineno})"
            raise _naming(operator, field, value, text) from error
        except jinja2.UndefinedError as error:
            raise _naming(operator, field, value, str(error.message)) from error
        except Exception as error:
            if hasattr(error, "add_note"):
                error.add_note(str(_naming(operator, field, value, "raised this error")))
            raise
        setattr(parent, field, rendered)


class TemplateRenderError(AirflowException):
    """A templated field could not be rendered; names task, field and template."""


def _naming(operator, field: str, value, problem: str) -> TemplateRenderError:
    from airflow.sdk.execution_time.secrets_masker import redact

    who = getattr(operator, "task_id", None)
    subject = f"task {who!r}" if who else type(operator).__name__
    text = repr(redact(value))
    shown = text if len(text) <= 300 else text[:297] + "..."
    return TemplateRenderError(f"{subject}, template field {field!r}: {problem}; the template is {shown}")


def render_fields(operator, fields, context, env: jinja2.Environment | LazyEnvironment, known: set | None = None) -> None:
    """Renders the named attributes of `operator` in place. TemplateRenderError names field and task.

    `known` has the ids of values that are final: what a mapped task got from others is no template.
    """
    _render_attributes(operator, operator, fields, context, env, set(known or ()))
