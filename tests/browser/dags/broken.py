"""A file that cannot be imported: its error is on the page of import errors."""
from airflow.sdk import DAG

with DAG("never_there"):
    raise RuntimeError("this <b>file</b> is broken on purpose")
