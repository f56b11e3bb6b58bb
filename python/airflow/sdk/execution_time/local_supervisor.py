"""The supervisor of a local test run: answers from memory."""

from __future__ import annotations

import json


class LocalSupervisor:
    """Answers the requests of the supervisor protocol from memory."""

    def __init__(self, states: dict[tuple[str, int], str], variables=None, connections=None):
        self.states = states  # by task id and map index
        self.variables: dict = dict(variables or {})
        self.connections: dict = dict(connections or {})
        self.xcoms: dict = {}  # by DAG, task, map index and key
        self.lengths: dict[tuple[str, str], int] = {}  # of what mappings are over, by task and key
        self.skipped: set[str | tuple[str, int]] = set()
        self.rendered: dict = {}
        self.terminal: dict | None = None

    def request(self, body: dict):
        handler = getattr(self, "on_" + body["type"], None)
        if handler is None:
            if body["type"] in ("SucceedTask", "TaskState", "RetryTask", "RescheduleTask"):
                self.terminal = body
                return None
            detail = f"{body['type']} is not available in a local test run"
            return {"type": "ErrorResponse", "error": "GENERIC_ERROR", "detail": detail}
        return handler(body)

    def on_SetRenderedFields(self, body):
        self.rendered = body["rendered_fields"]

    def on_MaskSecret(self, body):
        return None

    def on_GetVariable(self, body):
        if body["key"] not in self.variables:
            return {"type": "ErrorResponse", "error": "VARIABLE_NOT_FOUND", "detail": {"key": body["key"]}}
        return {"type": "VariableResult", "key": body["key"], "value": self.variables[body["key"]]}

    def on_PutVariable(self, body):
        self.variables[body["key"]] = body["value"]

    def on_DeleteVariable(self, body):
        self.variables.pop(body["key"], None)

    def on_GetVariableKeys(self, body):
        keys = sorted(key for key in self.variables if key.startswith(body.get("prefix") or ""))
        return {"type": "VariableKeysResult", "keys": keys, "total_entries": len(keys)}

    def on_GetConnection(self, body):
        connection = self.connections.get(body["conn_id"])
        if connection is None:
            return {"type": "ErrorResponse", "error": "CONNECTION_NOT_FOUND", "detail": {}}
        names = ("conn_type", "host", "schema", "login", "password", "port", "extra")
        fields = {name: getattr(connection, name) for name in names}
        return {"type": "ConnectionResult", "conn_id": body["conn_id"], **fields}

    def on_SetRenderedMapIndex(self, body):
        return None

    def on_SetXCom(self, body):
        place = (body["dag_id"], body["task_id"], body["map_index"], body["key"])
        self.xcoms[place] = json.loads(json.dumps(body["value"]))
        if "mapped_length" in body:
            self.lengths[body["task_id"], body["key"]] = body["mapped_length"]

    def on_GetXCom(self, body):
        value = self.xcoms.get((body["dag_id"], body["task_id"], body["map_index"], body["key"]))
        return {"type": "XComResult", "key": body["key"], "value": value}

    def on_DeleteXCom(self, body):
        self.xcoms.pop((body["dag_id"], body["task_id"], body["map_index"], body["key"]), None)

    def sequence(self, dag_id: str, task_id: str, key: str) -> list:
        """What the instances of a mapped task pushed, in the order of map_index."""
        found = [(place[2], value) for place, value in self.xcoms.items() if place[:2] + place[3:] == (dag_id, task_id, key)]
        return [value for index, value in sorted(found, key=lambda pair: pair[0]) if index >= 0]

    def _asked_sequence(self, body) -> list:
        return self.sequence(body["dag_id"], body["task_id"], body["key"])

    def on_GetXComCount(self, body):
        return {"type": "XComCountResponse", "len": len(self._asked_sequence(body))}

    def on_GetXComSequenceItem(self, body):
        try:
            return {"type": "XComSequenceIndexResult", "root": self._asked_sequence(body)[body["offset"]]}
        except IndexError:
            return {"type": "ErrorResponse", "error": "XCOM_NOT_FOUND", "detail": {"offset": body["offset"]}}

    def on_GetXComSequenceSlice(self, body):
        items = self._asked_sequence(body)[body["start"] : body["stop"] : body["step"]]
        return {"type": "XComSequenceSliceResult", "root": items}

    def on_SkipDownstreamTasks(self, body):
        self.skipped.update(task if isinstance(task, str) else tuple(task) for task in body["tasks"])

    def on_GetPrevSuccessfulDagRun(self, body):
        return {"type": "PrevSuccessfulDagRunResult"}

    def on_GetPreviousDagRun(self, body):
        return {"type": "PreviousDagRunResult", "dag_run": None}

    def on_GetTaskRescheduleStartDate(self, body):
        return {"type": "TaskRescheduleStartDate", "start_date": None}

    def on_GetTaskStates(self, body):
        states = {f"{task_id}_{index}" if index >= 0 else task_id: state for (task_id, index), state in self.states.items()}
        return {"type": "TaskStatesResult", "task_states": {"local": states}}

    def on_GetTICount(self, body):
        states, ids, index = body.get("states"), body.get("task_ids"), body.get("map_index")
        count = sum(
            (ids is None or place[0] in ids) and (index is None or place[1] == index) and (states is None or state in states)
            for place, state in self.states.items()
        )
        return {"type": "TICount", "count": count}
