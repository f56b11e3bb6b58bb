"""The DAG and the task group whose `with` block is open now, and the DAGs that registered themselves."""

from __future__ import annotations


class DagContext:
    """Stack of open DAGs. `registered` collects, in order, those whose `with` block or `@dag` call ended."""

    stack: list = []
    registered: list = []

    @classmethod
    def push(cls, dag) -> None:
        cls.stack.append(dag)

    @classmethod
    def pop(cls):
        dag = cls.stack.pop()
        if dag.auto_register and not any(known is dag for known in cls.registered):
            cls.registered.append(dag)
        return dag

    @classmethod
    def get_current(cls):
        return cls.stack[-1] if cls.stack else None

    # Names of Airflow 2.
    push_context_managed_dag = push
    pop_context_managed_dag = pop
    get_current_dag = get_current


class TaskGroupContext:
    """Stack of open task groups; without one, the root group of the DAG is the current one."""

    stack: list = []

    @classmethod
    def push(cls, task_group) -> None:
        cls.stack.append(task_group)

    @classmethod
    def pop(cls):
        return cls.stack.pop()

    @classmethod
    def get_current(cls, dag=None):
        if cls.stack:
            group = cls.stack[-1]
            if dag is None or group.dag is None or group.dag is dag:
                return group
        dag = dag or DagContext.get_current()
        return dag.task_group if dag is not None else None
