"""Connections: AIRFLOW_CONN_<ID> in the environment (URI or JSON), then the store (through the supervisor)."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from airflow.sdk.exceptions import AirflowException, AirflowNotFoundException, AirflowRuntimeError

_FIELDS = ("conn_type", "host", "login", "password", "schema", "port", "extra", "description")


class Connection:
    """Address and credentials of another system. Password and sensitive extras are masked in logs."""

    def __init__(
        self,
        conn_id: str = "",
        conn_type: str | None = None,
        description: str | None = None,
        host: str | None = None,
        login: str | None = None,
        password: str | None = None,
        schema: str | None = None,
        port: int | None = None,
        extra: str | dict | None = None,
        uri: str | None = None,
    ):
        self.conn_id = conn_id
        self.conn_type = conn_type
        self.description = description
        self.host = host
        self.login = login
        self.password = password
        self.schema = schema
        self.port = int(port) if port not in (None, "") else None
        self.extra = json.dumps(extra) if isinstance(extra, dict) else extra
        if uri is not None:
            if any(getattr(self, field) for field in _FIELDS if field != "description"):
                raise AirflowException(f"connection {conn_id!r}: give a uri, or the fields, not both")
            self._read_uri(uri)

    def _read_uri(self, uri: str) -> None:
        try:
            parts = urlsplit(uri)
            port = parts.port
        except ValueError as error:
            raise AirflowException(f"connection {self.conn_id!r}: its URI cannot be read: {error}") from None
        if not parts.scheme:
            raise AirflowException(f"connection {self.conn_id!r}: its URI has no `type://` at the start")
        self.conn_type = {"postgresql": "postgres"}.get(parts.scheme, parts.scheme.replace("-", "_"))
        host = unquote(parts.hostname) if parts.hostname else ""
        rest = parts.path.lstrip("/")
        if "://" in f"{parts.path}":  # host with a protocol of its own: http://https://host/path
            inner = urlsplit(rest)
            host, port, rest = f"{inner.scheme}://{inner.hostname}", inner.port, inner.path.lstrip("/")
        self.host = host
        self.schema = unquote(rest)
        self.login = unquote(parts.username) if parts.username else parts.username
        self.password = unquote(parts.password) if parts.password else parts.password
        self.port = port
        if parts.query:
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            self.extra = query["__extra__"] if "__extra__" in query else json.dumps(query)

    @classmethod
    def from_json(cls, value: str, conn_id: str = "") -> Connection:
        fields = json.loads(value)
        if "type" in fields:
            fields["conn_type"] = fields.pop("type")
        unknown = set(fields) - {*_FIELDS, "uri"}
        if unknown:
            raise AirflowException(f"connection {conn_id!r}: unknown fields {', '.join(sorted(unknown))}")
        return cls(conn_id=conn_id, **fields)

    @classmethod
    def get(cls, conn_id: str) -> Connection:
        """The connection, or AirflowNotFoundException naming it."""
        from airflow.sdk.execution_time import supervisor
        from airflow.sdk.execution_time.secrets_masker import mask_secret

        connection = _from_environment(conn_id) or _from_supervisor(conn_id)
        if connection is None:
            where = "" if supervisor.has_channel() else f" in the environment (AIRFLOW_CONN_{conn_id.upper()})"
            raise AirflowNotFoundException(f"The conn_id `{conn_id}` isn't defined{where}")
        mask_secret(connection.password)
        if connection.extra:
            mask_secret(connection.extra_dejson)
        return connection

    get_connection_from_secrets = get

    @property
    def extra_dejson(self) -> dict:
        if not self.extra:
            return {}
        try:
            parsed = json.loads(self.extra)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    def get_extra_dejson(self) -> dict:
        return self.extra_dejson

    def get_password(self):
        return self.password

    def get_uri(self) -> str:
        kind = (self.conn_type or "").lower().replace("_", "-")
        user = ""
        if self.login or self.password:
            user = quote(self.login or "", safe="")
            if self.password is not None:
                user += ":" + quote(self.password, safe="")
            user += "@"
        host = quote(self.host or "", safe="") if "://" not in (self.host or "") else self.host
        uri = f"{kind}://{user}{host}"
        if self.port:
            uri += f":{self.port}"
        if self.schema:
            uri += f"/{quote(self.schema, safe='')}"
        if self.extra:
            flat = self.extra_dejson and all(isinstance(v, str) for v in self.extra_dejson.values())
            query = urlencode(self.extra_dejson if flat else {"__extra__": self.extra})
            uri += ("" if self.schema else "/") + f"?{query}"
        return uri

    def get_hook(self, *, hook_params=None):
        raise AirflowException(f"connection {self.conn_id!r}: make the hook of {self.conn_type!r} yourself")

    def __repr__(self) -> str:
        return self.conn_id or ""

    def __eq__(self, other) -> bool:
        return isinstance(other, Connection) and all(
            getattr(self, field) == getattr(other, field) for field in ("conn_id", *_FIELDS)
        )

    def __hash__(self) -> int:
        return hash((self.conn_id, self.conn_type))


def _from_environment(conn_id: str) -> Connection | None:
    value = os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}")
    if value is None:
        return None
    value = value.strip()
    return Connection.from_json(value, conn_id) if value.startswith("{") else Connection(conn_id, uri=value)


def _from_supervisor(conn_id: str) -> Connection | None:
    from airflow.sdk.execution_time import supervisor

    if not supervisor.has_channel():
        return None
    try:
        answer = supervisor.request("GetConnection", conn_id=conn_id)
    except AirflowRuntimeError as error:
        if error.error == "CONNECTION_NOT_FOUND":
            return None
        raise
    if not answer:
        return None
    fields = {field: answer.get(field) for field in _FIELDS if field != "description"}
    return Connection(conn_id=conn_id, **fields)
