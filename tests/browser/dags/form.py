"""Params with every widget of the trigger form, and with what can go wrong in each."""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param

with DAG(
    "form",
    description="What the trigger form can ask for",
    tags=["form"],
    params={
        "who": Param(None, type="string", title="Who is asked", description="It has no default."),
        "code": Param("AB-1", type="string", pattern="^[A-Z]{2}-[0-9]+$", description_md="Two letters, a dash, **a number**."),
        "mail": Param("ann@example.org", type="string", format="email"),
        "site": Param(None, type=["null", "string"], format="uri"),
        "address": Param(None, type=["null", "string"], format="ipv4"),
        "fruit": Param("apple", type="string", examples=["apple", "pear", "plum"]),
        "essay": Param("one\ntwo", type="string", format="multiline"),
        "count": Param(3, type="integer", minimum=1, maximum=10, section="Numbers"),
        "limit": Param(None, type=["null", "number"], exclusiveMinimum=0, section="Numbers"),
        "level": Param(2, type="integer", enum=[1, 2, 3], values_display={1: "low", 2: "middle", 3: "high"}, section="Numbers"),
        "on": Param(True, type="boolean", section="Choices"),
        "perhaps": Param(None, type=["null", "boolean"], section="Choices"),
        "size": Param("m", enum=["s", "m", "l", None], section="Choices"),
        "parts": Param(["a"], type="array", examples=["a", "b", "c"], values_display={"b": "the second"}, section="Choices"),
        "days": Param(["mon"], type="array", items={"type": "string", "enum": ["mon", "tue", "wed"]}, maxItems=2, section="Choices"),
        "words": Param(["x", "y"], type="array", items={"type": "string"}, section="Lists"),
        "rows": Param([{"n": 1}], type="array", items={"type": "object"}, section="Lists"),
        "thing": Param({"a": 1}, type="object", section="Lists"),
        "day": Param("2026-01-02", type="string", format="date", section="Times"),
        "moment": Param("2026-01-02T03:04:05+00:00", type="string", format="date-time", section="Times"),
        "clock": Param("12:30:00+00:00", type="string", format="time", section="Times"),
        "fixed": Param("constant", const="constant", section="Times"),
    },
):
    BashOperator(task_id="show", bash_command="echo '{{ params | tojson }}'")
