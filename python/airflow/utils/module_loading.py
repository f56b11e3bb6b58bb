"""import_string: an object by its dotted path."""

import importlib


def import_string(dotted_path: str):
    module, _, name = dotted_path.rpartition(".")
    if not module:
        raise ImportError(f"{dotted_path!r} is not a dotted path such as 'package.module.Name'")
    try:
        return getattr(importlib.import_module(module), name)
    except AttributeError:
        raise ImportError(f"module {module!r} has no {name!r}") from None
