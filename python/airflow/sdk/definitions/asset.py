"""Assets, as names that a task's inlets and outlets and a schedule can hold."""

from __future__ import annotations


class BaseAsset:
    def __or__(self, other):
        return AssetAny(self, other)

    def __and__(self, other):
        return AssetAll(self, other)


class Asset(BaseAsset):
    """A piece of data with a name and a URI; either alone stands for both."""

    def __init__(self, name=None, uri=None, *, group: str = "asset", extra: dict | None = None, watchers=None):
        if isinstance(uri, dict):  # Dataset("uri", {...}) of Airflow 2
            uri, extra = None, uri
        if name is None and uri is None:
            raise TypeError("Asset() requires either 'name' or 'uri'")
        self.name = str(name if name is not None else uri)
        self.uri = str(uri if uri is not None else name)
        self.group = group
        self.extra = dict(extra or {})
        self.watchers = list(watchers or [])

    def __eq__(self, other) -> bool:
        return isinstance(other, Asset) and (self.name, self.uri) == (other.name, other.uri)

    def __hash__(self) -> int:
        return hash((self.name, self.uri))

    def __repr__(self) -> str:
        return f"Asset(name={self.name!r}, uri={self.uri!r})"

    __str__ = __repr__


Dataset = Asset


class AssetAlias(BaseAsset):
    def __init__(self, name: str, *, group: str = "asset"):
        self.name = name
        self.group = group

    def __repr__(self) -> str:
        return f"AssetAlias(name={self.name!r})"


class _Combined(BaseAsset):
    def __init__(self, *objects):
        self.objects = list(objects)


class AssetAny(_Combined):
    pass


class AssetAll(_Combined):
    pass


def is_asset_expression(value) -> bool:
    if isinstance(value, BaseAsset):
        return True
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(v, BaseAsset) for v in value)
