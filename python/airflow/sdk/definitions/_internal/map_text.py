"""What a mapping is over, as text for people: the page shows it, nothing reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from airflow.sdk.definitions.xcom_arg import ResolveMixin

SHOWN_ITEMS = 20
SHOWN_CHARACTERS = 1000


def _text(value) -> str:
    from airflow.sdk.execution_time.rendered_fields import as_json

    if isinstance(value, ResolveMixin):
        return repr(value)
    pairs = isinstance(value, Mapping)
    shown = dict(islice(value.items(), SHOWN_ITEMS)) if pairs else list(islice(value, SHOWN_ITEMS))
    text = str(as_json(shown))
    if len(text) > SHOWN_CHARACTERS:
        text = text[:SHOWN_CHARACTERS] + "…"
    return text if len(value) <= SHOWN_ITEMS else f"{text} and {len(value) - SHOWN_ITEMS} more"


def text_of(expand_input) -> dict[str, str]:
    """Argument to text; expand_kwargs() that only a run knows has the one name `**`."""
    names = expand_input.names()
    if names is None:
        return {"**": f"mapped over {_text(expand_input.value)}"}
    if isinstance(expand_input.value, Mapping):
        return {name: f"mapped over {_text(value)}" for name, value in expand_input.value.items()}
    items: Sequence = expand_input.value
    return {name: f"mapped over {_text([item.get(name) for item in items])}" for name in sorted(names)}
