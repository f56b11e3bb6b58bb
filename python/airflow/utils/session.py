"""Database sessions: tasks and DAG files have none."""

import functools


def create_session(*args, **kwargs):
    raise RuntimeError("tasks and DAG files have no access to the database; use Variable, Connection and XCom")


def provide_session(func):
    """Passes on the call without a session, as code that does not need one still works."""

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper
