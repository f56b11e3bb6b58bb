"""What DAG files import for masking and logging."""

from airflow.sdk.execution_time.secrets_masker import mask_secret, redact  # noqa: F401
