"""Operators that choose which way a run goes on."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.skipmixin import SkipMixin


class BranchMixIn(SkipMixin):
    def do_branch(self, context, branches_to_execute):
        """Follows the tasks and task groups named, skips the others directly downstream."""
        self.log.info("Branch into %s", branches_to_execute)
        ti = context["ti"]
        if branches_to_execute is None:
            self.skip_all_except(ti, None)
            return None
        single = isinstance(branches_to_execute, str) or not isinstance(branches_to_execute, Iterable)
        groups = ti.task.dag.task_group_dict
        ids: list = []
        for branch in [branches_to_execute] if single else list(branches_to_execute):
            if isinstance(branch, str) and branch in groups:
                ids.extend(root.task_id for root in groups[branch].roots)
            else:
                ids.append(branch)
        self.skip_all_except(ti, ids)
        return branches_to_execute


class BaseBranchOperator(BranchMixIn, BaseOperator):
    """Subclasses write `choose_branch(context)`, which names the tasks (or groups) to go on with."""

    def choose_branch(self, context):
        raise NotImplementedError(f"{self.task_type} of task {self.task_id!r} has no choose_branch(context)")

    def execute(self, context):
        return self.do_branch(context, self.choose_branch(context))
