"""apply_defaults of Airflow 1: what it did happens by itself now."""


def apply_defaults(func):
    return func
