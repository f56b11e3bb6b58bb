"""Frames of the supervisor protocol over a stream socket: 4-byte big-endian length, then a msgpack array."""

from __future__ import annotations

import datetime as dt
import select
import struct
import uuid

import msgpack

from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time.interrupts import uninterrupted

MAX_FRAME = 1 << 30


class SupervisorGone(Exception):
    """The other end closed the socket."""


def _as_wire(value):
    """What msgpack does not know, as the text that Airflow sends for it."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be sent to the supervisor")


def encode(frame: list) -> bytes:
    body = msgpack.packb(frame, default=_as_wire, use_bin_type=True, unicode_errors="replace")
    return struct.pack(">I", len(body)) + body


class SocketChannel:
    """Requests to the C++ core, one at a time. Implements the channel of airflow.sdk.execution_time.supervisor."""

    def __init__(self, sock):
        self._sock = sock
        self._next_id = 1
        self._buffer = bytearray()

    def close(self) -> None:
        self._sock.close()

    def _fill(self, size: int) -> None:
        """Reads until `size` bytes wait. A time limit may end the waiting, but loses no byte."""
        while len(self._buffer) < size:
            select.select([self._sock], [], [])
            with uninterrupted():
                part = self._sock.recv(max(size - len(self._buffer), 65536))
                self._buffer += part
            if not part:
                raise SupervisorGone("the supervisor closed the connection")

    def read_frame(self) -> list:
        self._fill(4)
        (size,) = struct.unpack_from(">I", self._buffer)
        if size > MAX_FRAME:
            raise SupervisorGone(f"the supervisor announced a frame of {size} bytes")
        self._fill(4 + size)
        with uninterrupted():
            body = bytes(self._buffer[4 : 4 + size])
            del self._buffer[: 4 + size]
        # timestamp=3: the timestamp extension becomes an aware datetime
        return msgpack.unpackb(body, timestamp=3, raw=False, strict_map_key=False)

    def startup_details(self) -> dict:
        """The one frame that the supervisor sends unasked."""
        frame = self.read_frame()
        body = frame[1] if len(frame) > 1 else None
        if not isinstance(body, dict) or body.get("type") != "StartupDetails":
            raise SupervisorGone(f"expected StartupDetails, got {body!r:.200}")
        return body

    def request(self, body: dict) -> dict | None:
        """The answer's body. AirflowRuntimeError if the frame carries an error."""
        request_id, self._next_id = self._next_id, self._next_id + 1
        frame = encode([request_id, body])
        with uninterrupted():
            self._sock.sendall(frame)
        while True:
            frame = self.read_frame()
            if frame[0] == request_id:
                break
        answer = frame[1] if len(frame) > 1 else None
        error = frame[2] if len(frame) > 2 else None
        if error is not None:
            if isinstance(error, dict):
                raise AirflowRuntimeError(error.get("error", "GENERIC_ERROR"), error.get("detail"))
            raise AirflowRuntimeError("GENERIC_ERROR", error)
        return answer
