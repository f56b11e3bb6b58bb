"""Replaces the values of secrets by *** in logs and rendered fields."""

from __future__ import annotations

import re

MASK = "***"
SENSITIVE_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "authorization",
        "keyfile_dict",
        "passphrase",
        "passwd",
        "password",
        "private_key",
        "secret",
        "service_account",
        "token",
    }
)

_secrets: set[str] = set()
_pattern: re.Pattern | None = None


def is_sensitive_name(name) -> bool:
    """Whether a variable, field or key of this name holds a secret."""
    from airflow.configuration import conf

    if not isinstance(name, str) or not conf.getboolean("core", "hide_sensitive_var_conn_fields", fallback=True):
        return False
    extra = conf.getlist("core", "sensitive_var_conn_names", fallback=[]) or []
    lowered = name.strip().lower()
    return any(word in lowered for word in (*SENSITIVE_NAMES, *extra))


def add_mask(value, name: str | None = None) -> list[str]:
    """Registers the strings inside `value`; of a dict, those under sensitive names. Gives back the new ones."""
    from airflow.configuration import conf

    shortest = conf.getint("logging", "min_length_masked_secret", fallback=5)
    new = [text for text in _strings(value, name) if len(text) >= shortest and text not in _secrets]
    if new:
        _secrets.update(new)
        _make_pattern()
    return new


def _make_pattern() -> None:
    global _pattern
    longest_first = sorted(_secrets, key=len, reverse=True)
    _pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def known() -> frozenset[str]:
    """The secrets that are masked now."""
    return frozenset(_secrets)


def forget_all_but(secrets: frozenset[str]) -> None:
    """For a process that runs several tries: the next one tells its own supervisor of its secrets again."""
    if _secrets != secrets:
        _secrets.intersection_update(secrets)
        _make_pattern()


def _strings(value, name):
    if isinstance(value, str):
        if value:
            yield value
            escaped = repr(value)[1:-1]
            if escaped != value:
                yield escaped
    elif isinstance(value, dict):
        for key, item in value.items():
            if is_sensitive_name(key):
                yield from _strings(item, None)
            elif isinstance(item, (dict, list)):
                yield from _strings(item, key) if isinstance(item, dict) else ()
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _strings(item, name)


def mask_text(text: str) -> str:
    return _pattern.sub(MASK, text) if _pattern is not None else text


def redact(value, name: str | None = None, max_depth: int | None = None):
    """A copy of `value` with secrets replaced; under a sensitive name every string is one."""
    if name is not None and is_sensitive_name(name) and value not in (None, ""):
        return {key: MASK for key in value} if isinstance(value, dict) else MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: redact(item, key if isinstance(key, str) else None) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)) and type(value) in (list, tuple, set):
        return type(value)(redact(item) for item in value)
    return value


def mask_secret(secret, name: str | None = None) -> None:
    """Masks `secret` from now on, here and in what the supervisor writes."""
    from airflow.sdk.execution_time import supervisor

    if secret and add_mask(secret, name):
        supervisor.tell("MaskSecret", value=secret, name=name)


def reset() -> None:
    """Forgets all secrets (tests)."""
    forget_all_but(frozenset())
