"""`with setup_task:` and the marks that @setup and @teardown put on tasks."""

from __future__ import annotations


class SetupTeardownContext:
    """Stack of open `with` blocks; tasks created inside run after their setups and before their teardowns."""

    stack: list[dict] = []

    @classmethod
    def push(cls, operators) -> None:
        operators = list(operators) if isinstance(operators, (list, tuple, set)) else [operators]
        setups = [op for op in operators if op.is_setup]
        teardowns = [op for op in operators if op.is_teardown]
        if not setups and not teardowns:
            names = ", ".join(repr(op.task_id) for op in operators)
            raise ValueError(f"`with` needs setup or teardown tasks, and {names} is neither")
        for op in setups:
            teardowns += [down for down in op.downstream_list if down.is_teardown and down not in teardowns]
        for op in teardowns:
            setups += [up for up in op.upstream_list if up.is_setup and up not in setups]
        cls.stack.append({"setups": setups, "teardowns": teardowns, "tasks": []})

    @classmethod
    def add(cls, operator) -> None:
        if cls.stack:
            cls.stack[-1]["tasks"].append(operator)

    @classmethod
    def pop(cls) -> None:
        block = cls.stack.pop()
        inside = [op for op in block["tasks"] if op not in block["setups"] + block["teardowns"]]
        ids = {op.task_id for op in inside}
        for op in inside:
            if not ids & op.upstream_task_ids:
                for setup in block["setups"]:
                    setup.set_downstream(op)
            if not ids & op.downstream_task_ids:
                for teardown in block["teardowns"]:
                    op.set_downstream(teardown)
        if cls.stack:
            cls.stack[-1]["tasks"].extend(inside)
