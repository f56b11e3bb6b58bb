"""Settings: AIRFLOW__SECTION__KEY from the environment, then airflow.cfg, then the defaults Python needs."""

from __future__ import annotations

import os

from airflow.sdk.exceptions import AirflowConfigException

_DEFAULTS = {
    ("core", "default_timezone"): "utc",
    ("core", "default_task_retries"): "0",
    ("core", "default_task_retry_delay"): "300",
    ("core", "dag_run_conf_overrides_params"): "True",
    ("core", "max_templated_field_length"): "4096",
    ("core", "max_map_length"): "1024",
    ("core", "max_active_tasks_per_dag"): "16",
    ("core", "parallelism"): "32",
    ("core", "load_examples"): "True",
    ("core", "unit_test_mode"): "False",
    ("core", "sensitive_var_conn_names"): "",
    ("core", "hide_sensitive_var_conn_fields"): "True",
    ("scheduler", "catchup_by_default"): "False",
    ("logging", "logging_level"): "INFO",
    ("logging", "min_length_masked_secret"): "5",
    ("operators", "default_owner"): "airflow",
    ("operators", "default_queue"): "default",
    ("webserver", "base_url"): "http://localhost:8080",
    ("api", "base_url"): "http://localhost:8080",
}
_MISSING = object()


class AirflowConfigParser:
    """The part of Airflow's `conf` that DAG files use. Section and key are not case sensitive."""

    def __init__(self):
        self._file = None

    def _from_file(self, section: str, key: str):
        if self._file is None:
            import configparser

            self._file = configparser.ConfigParser(interpolation=None, strict=False)
            home = os.environ.get("AIRFLOW_HOME", "~/airflow")
            path = os.environ.get("AIRFLOW_CONFIG", os.path.join(home, "airflow.cfg"))
            self._file.read(os.path.expanduser(path), encoding="utf-8")
        return self._file.get(section, key, fallback=None)

    def get(self, section: str, key: str, fallback=_MISSING, **_):
        section, key = section.lower(), key.lower()
        name = f"AIRFLOW__{section.upper().replace('-', '_').replace('.', '_')}__{key.upper()}"
        if section == "core" and key == "dags_folder" and "GALE_DAGS_FOLDER" in os.environ:
            return os.environ["GALE_DAGS_FOLDER"]
        if name in os.environ:
            return os.environ[name]
        value = self._from_file(section, key)
        if value is not None:
            return value
        if fallback is not _MISSING:
            return fallback
        if (section, key) in _DEFAULTS:
            return _DEFAULTS[section, key]
        raise AirflowConfigException(f"section/key [{section}/{key}] not found in config; set {name}")

    def getboolean(self, section: str, key: str, fallback=_MISSING, **_) -> bool:
        value = self.get(section, key, fallback)
        if isinstance(value, (bool, type(None))):
            return value
        word = str(value).split("#")[0].strip().lower()
        if word in ("t", "true", "1", "yes", "on"):
            return True
        if word in ("f", "false", "0", "no", "off"):
            return False
        raise AirflowConfigException(f"[{section}] {key} = {value!r} is not a boolean; use True or False")

    def _number(self, kind, section, key, fallback):
        value = self.get(section, key, fallback)
        try:
            return value if value is None else kind(value)
        except ValueError:
            raise AirflowConfigException(
                f"[{section}] {key} = {value!r} cannot be read as {kind.__name__}"
            ) from None

    def getint(self, section: str, key: str, fallback=_MISSING, **_) -> int:
        return self._number(int, section, key, fallback)

    def getfloat(self, section: str, key: str, fallback=_MISSING, **_) -> float:
        return self._number(float, section, key, fallback)

    def getlist(self, section: str, key: str, fallback=_MISSING, delimiter: str = ",", **_) -> list[str]:
        value = self.get(section, key, fallback)
        if value is None or isinstance(value, list):
            return value
        return [part.strip() for part in value.split(delimiter) if part.strip()]

    def getjson(self, section: str, key: str, fallback=_MISSING, **_):
        import json

        value = self.get(section, key, fallback)
        return json.loads(value) if isinstance(value, str) else value

    def has_option(self, section: str, option: str, **_) -> bool:
        return self.get(section, option, None) is not None


conf = AirflowConfigParser()
get = conf.get
getboolean = conf.getboolean
getint = conf.getint
getfloat = conf.getfloat
has_option = conf.has_option
