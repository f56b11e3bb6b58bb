"""What a trigger rule says once all tasks upstream are finished, for dag.test(). The scheduler has its own in C++."""

from __future__ import annotations

from collections import Counter

RUN, SKIPPED, UPSTREAM_FAILED = "run", "skipped", "upstream_failed"


def _teardown(states: list[str], setup_states: list[str]) -> str:
    if setup_states and all(state == SKIPPED for state in setup_states):
        return SKIPPED
    return UPSTREAM_FAILED if setup_states and "success" not in setup_states else RUN


def decide(rule: str, states: list[str], setup_states: list[str] = ()) -> str:
    """`run`, `skipped` or `upstream_failed`, for the end states of the tasks directly upstream."""
    count = Counter(states)
    success, skipped = count["success"], count[SKIPPED]
    failed, upstream_failed = count["failed"], count[UPSTREAM_FAILED]
    bad = failed + upstream_failed
    if not states or rule in ("always", "all_done"):
        return RUN
    if rule == "all_success":
        return UPSTREAM_FAILED if bad else SKIPPED if skipped else RUN
    if rule == "all_failed":
        return SKIPPED if success or skipped else RUN
    if rule == "all_done_min_one_success":
        return SKIPPED if skipped else RUN if success else UPSTREAM_FAILED
    if rule == "all_done_setup_success":
        return _teardown(states, list(setup_states))
    if rule == "one_success":
        return RUN if success else SKIPPED if skipped == len(states) else UPSTREAM_FAILED
    if rule == "one_failed":
        return RUN if bad else SKIPPED
    if rule == "one_done":
        return RUN if success + failed else SKIPPED
    if rule == "none_failed":
        return UPSTREAM_FAILED if bad else RUN
    if rule == "none_failed_min_one_success":
        if bad:
            return UPSTREAM_FAILED
        return RUN if success else SKIPPED
    if rule == "none_skipped":
        return SKIPPED if skipped else RUN
    if rule == "all_skipped":
        return RUN if skipped == len(states) else SKIPPED
    raise ValueError(f"unknown trigger rule {rule!r}")
