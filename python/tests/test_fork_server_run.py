"""One try through a real fork server, by the supervisor protocol."""

import os
import select
import signal

from conftest import Try, startup_details

HEAD = """
from datetime import datetime, timedelta
from airflow.sdk import DAG, task, Variable, Connection, BaseOperator, get_current_context
from airflow.providers.standard.operators.python import PythonOperator
from airflow.exceptions import *
dag = DAG("d", start_date=datetime(2026, 1, 1), schedule="@daily")
"""

SIMPLE = HEAD + """
def work(name, ds, ti):
    print("printing", name)
    return {"ds": ds, "try": ti.try_number}

PythonOperator(task_id="t", dag=dag, python_callable=work, op_kwargs={"name": "at {{ ts }}"})
"""


def body(code: str, decorator="@task(task_id='t')", call="t()") -> str:
    lines = "\n".join("        " + line for line in code.strip("\n").splitlines())
    return HEAD + f"with dag:\n    {decorator}\n    def t(**context):\n{lines}\n    {call}\n"


def test_python_task_sends_the_messages_of_airflow_in_their_order(server):
    done = server.run(SIMPLE)
    assert done.types == ["SetRenderedFields", "SetXCom", "SucceedTask"]
    assert done.requests[0]["rendered_fields"]["op_kwargs"] == {"name": "at 2026-01-02T00:00:00+00:00"}
    assert done.requests[1]["value"] == {"ds": "2026-01-02", "try": 1}
    assert done.requests[1]["key"] == "return_value"
    assert done.last["state"] == "success"
    assert done.status == 0


def test_print_arrives_between_the_log_lines_around_it(server):
    code = "import logging; log = logging.getLogger('mine')\nlog.info('before'); print('printed'); log.warning('after')"
    done = server.run(body(code))
    lines = [(line["level"], line["logger"], line["event"]) for line in done.logs]
    start = lines.index(("info", "mine", "before"))
    assert lines[start : start + 3] == [
        ("info", "mine", "before"),
        ("info", "task.stdout", "printed"),
        ("warning", "mine", "after"),
    ]


def test_output_of_a_subprocess_comes_by_the_stdout_pipe(server):
    done = server.run(body("import subprocess; subprocess.run(['echo', 'from below'], check=True)"))
    assert done.stdout == "from below\n"


def test_a_print_without_line_end_is_not_lost(server):
    done = server.run(body("print('no end', end='')"))
    assert "no end" in done.events


def test_an_exception_fails_the_try_with_its_traceback_in_the_log(server):
    done = server.run(body("raise ValueError('broken in the middle')"))
    assert done.last["type"] == "TaskState" and done.last["state"] == "failed"
    exceptions = [line["exception"] for line in done.logs if "exception" in line]
    assert len(exceptions) == 1
    assert "ValueError: broken in the middle" in exceptions[0] and "a.py" in exceptions[0]


def test_an_exception_with_tries_left_asks_for_a_retry(server):
    done = server.run(body("raise ValueError('again')"), should_retry=True)
    assert done.last["type"] == "RetryTask"
    assert done.last["retry_reason"] == "ValueError: again"


def test_fail_exception_is_not_retried(server):
    done = server.run(body("raise AirflowFailException('no use')"), should_retry=True)
    assert (done.last["type"], done.last["state"]) == ("TaskState", "failed")


def test_skip_exception_ends_as_skipped(server):
    done = server.run(body("raise AirflowSkipException('not today')"))
    assert (done.last["type"], done.last["state"]) == ("TaskState", "skipped")


def test_reschedule_exception_names_the_moment(server):
    code = "raise AirflowRescheduleException(datetime.fromisoformat('2030-01-01T00:00:00+00:00'))"
    done = server.run(body(code))
    assert done.last["type"] == "RescheduleTask"
    assert done.last["reschedule_date"] == "2030-01-01T00:00:00+00:00"


def test_sys_exit_is_a_failure_that_may_be_retried(server):
    assert server.run(body("import sys; sys.exit(3)"), should_retry=True).last["type"] == "RetryTask"


def test_execution_timeout_ends_an_endless_loop_that_catches_exceptions(server):
    code = "while True:\n    try:\n        while True: pass\n    except Exception:\n        pass"
    decorator = "@task(task_id='t', execution_timeout=timedelta(seconds=0.2))"
    done = server.run(body(code, decorator))
    assert done.last["state"] == "failed"
    assert "AirflowTaskTimeout" in done.log_text and "execution_timeout" in done.log_text


def test_sigterm_calls_on_kill_and_ends_the_try(server):
    text = HEAD + """
class Waits(BaseOperator):
    def execute(self, context):
        import signal
        print("waiting")
        signal.pause()
    def on_kill(self):
        print("cleaned up")
Waits(task_id="t", dag=dag)
"""
    zygote = server.ready_zygote(server.write("a.py", text))
    running = Try(zygote, 1, startup_details(should_retry=True))
    pid = zygote.wait_for("started", 1)["pid"]
    running.pump(until=lambda t: "waiting" in t.log_text)
    os.kill(pid, signal.SIGTERM)
    done = running.finish()
    assert "cleaned up" in done.events
    assert done.last["type"] == "RetryTask"


def test_sigkill_gives_no_terminal_message_and_the_signal_as_status(server):
    zygote = server.ready_zygote(server.write("a.py", body("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")))
    done = Try(zygote, 1, startup_details()).finish()
    assert done.types == ["SetRenderedFields"]
    assert os.WTERMSIG(done.status) == signal.SIGKILL


def test_a_segmentation_fault_leaves_a_traceback_and_the_zygote_goes_on(server):
    code = "import ctypes, os\nif context['ti'].try_number == 1: ctypes.string_at(0)"
    zygote = server.ready_zygote(server.write("a.py", body(code)))
    crashed = Try(zygote, 1, startup_details()).finish()
    assert os.WTERMSIG(crashed.status) == signal.SIGSEGV
    assert "Segmentation fault" in crashed.stderr and "a.py" in crashed.stderr
    assert Try(zygote, 2, startup_details(try_number=2)).finish().last["type"] == "SucceedTask"


def test_the_child_of_a_try_leads_its_own_process_group(server):
    done = server.run(body("import os; return [os.getpid(), os.getpgrp(), os.getsid(0)]"))
    value = done.requests[1]["value"]
    assert len(set(value)) == 1


def test_an_unknown_name_in_a_template_names_field_name_and_task(server):
    text = HEAD + "PythonOperator(task_id='t', dag=dag, python_callable=print, op_kwargs={'a': '{{ nonsense }}'})"
    done = server.run(text)
    assert done.types == ["TaskState"]
    assert "'op_kwargs'" in done.log_text and "'nonsense' is undefined" in done.log_text and "task 't'" in done.log_text


def test_a_branch_skips_what_it_does_not_follow(server):
    text = HEAD + """
with dag:
    @task.branch(task_id="t")
    def t(): return "left"
    @task
    def left(): pass
    @task
    def right(): pass
    @task
    def join(): pass
    start, l, r, j = t(), left(), right(), join()
    start >> [l, r, j]
    l >> j
"""
    done = server.run(text)
    assert done.types == ["SetRenderedFields", "SetXCom", "SkipDownstreamTasks", "SucceedTask"]
    assert done.requests[1]["key"] == "skipmixin_key"
    assert done.requests[1]["value"] == {"followed": ["join", "left"]}
    assert done.requests[2]["tasks"] == ["right"]


def test_a_branch_to_an_unknown_task_fails_and_names_it(server):
    text = HEAD + "with dag:\n    @task.branch(task_id='t')\n    def t(): return 'nowhere'\n    t()\n"
    done = server.run(text)
    assert done.last["state"] == "failed" and "nowhere" in done.log_text


def test_a_short_circuit_skips_all_that_follows(server):
    text = HEAD + """
with dag:
    @task.short_circuit(task_id="t")
    def t(): return False
    @task
    def a(): pass
    @task
    def b(): pass
    t() >> a() >> b()
"""
    done = server.run(text)
    assert done.requests[-2]["tasks"] == ["a", "b"]
    assert done.last["type"] == "SucceedTask"


def test_an_xcom_arg_is_pulled_before_the_fields_are_reported(server):
    text = HEAD + """
with dag:
    @task
    def first(): pass
    @task
    def t(value): return value + 1
    t(first())
"""
    done = server.run(text, store={"xcoms": {("first", "return_value"): 41}})
    assert done.types == ["GetXCom", "SetRenderedFields", "SetXCom", "SucceedTask"]
    assert done.requests[2]["value"] == 42


def test_multiple_outputs_are_pushed_key_by_key_then_whole(server):
    text = HEAD + """
with dag:
    @task(task_id="t")
    def t() -> dict: return {"a": 1, "b": 2}
    t()
"""
    done = server.run(text)
    pushed = [(r["key"], r["value"]) for r in done.requests if r["type"] == "SetXCom"]
    assert pushed == [("a", 1), ("b", 2), ("return_value", {"a": 1, "b": 2})]


def test_a_value_without_json_form_fails_and_names_task_key_and_type(server):
    done = server.run(body("return {'deep': [object()]}"))
    assert done.last["state"] == "failed"
    assert "task 't': XCom 'return_value'" in done.log_text and "builtins.object" in done.log_text


def test_dates_and_sets_cross_in_airflows_form(server):
    done = server.run(body("return (datetime(2026, 1, 2).date(), {3})"))
    assert done.requests[1]["value"] == {
        "__classname__": "builtins.tuple",
        "__version__": 1,
        "__data__": [
            {"__classname__": "datetime.date", "__version__": 2, "__data__": "2026-01-02"},
            {"__classname__": "builtins.set", "__version__": 1, "__data__": [3]},
        ],
    }


def test_a_sensitive_variable_is_masked_in_logs_and_told_to_the_supervisor(server):
    code = "secret = Variable.get('db_password'); print('it is', secret); raise ValueError(secret)"
    done = server.run(body(code), store={"variables": {"db_password": "hunter2hunter2"}})
    assert {"type": "MaskSecret", "value": "hunter2hunter2", "name": "db_password"} in done.requests
    assert "hunter2hunter2" not in done.log_text
    assert "it is ***" in done.events


def test_a_missing_variable_is_a_key_error_that_names_it(server):
    done = server.run(body("Variable.get('nope')"))
    assert done.last["state"] == "failed" and "nope" in done.log_text
    assert server.run(body("return Variable.get('nope', default_var=5)")).requests[-2]["value"] == 5


def test_a_connection_comes_from_the_supervisor(server):
    fields = {"conn_type": "http", "host": "h", "schema": None, "login": "me", "password": "pass-word-1", "port": 80,
              "extra": '{"api_key": "extra-secret"}'}  # fmt: skip
    code = "c = Connection.get('c'); print(c.password, c.extra); return c.get_uri()[:9] + str(c.port)"
    done = server.run(body(code), store={"connections": {"c": fields}})
    assert done.requests[-2]["value"] == "http://me80"
    assert "pass-word-1" not in done.log_text and "extra-secret" not in done.log_text


def test_callbacks_run_after_the_terminal_message_and_see_the_exception(server):
    text = HEAD + """
def told(context):
    print("told", type(context["exception"]).__name__, context["ti"].state)
def breaks(context):
    raise RuntimeError("callback broke")
def work():
    1 / 0
PythonOperator(task_id="t", dag=dag, python_callable=work, on_failure_callback=[breaks, told])
"""
    done = server.run(text)
    assert done.last["state"] == "failed"
    assert "told ZeroDivisionError failed" in done.events
    assert any("breaks" in event and "failed" in event for event in done.events)


def test_the_context_of_kwargs_holds_the_legacy_names(server):
    code = "return [str(context[k]) for k in ('ds', 'next_ds', 'prev_ds', 'yesterday_ds', 'tomorrow_ds_nodash', 'execution_date')]"
    done = server.run(body(code))
    assert done.requests[-2]["value"] == [
        "2026-01-02", "2026-01-03", "2026-01-01", "2026-01-01", "20260103", "2026-01-02 00:00:00+00:00",
    ]  # fmt: skip


def test_conf_overrides_params_and_is_checked(server):
    text = HEAD.replace('"@daily")', 'None, params={"n": Param(1, type="integer", minimum=0)})').replace(
        "BaseOperator,", "BaseOperator, Param,"
    ).replace('schedule="@daily"', "schedule=None")
    text = text.replace("schedule=None)", 'schedule=None, params={"n": Param(1, type="integer", minimum=0)})')
    text += "PythonOperator(task_id='t', dag=dag, python_callable=lambda n: n, op_args=['{{ params.n }}'])"
    assert server.run(text, dag_run={"conf": {"n": 7}}).requests[1]["value"] == "7"
    refused = server.run(text, dag_run={"conf": {"n": -7}})
    assert refused.last["state"] == "failed" and "minimum" in refused.log_text


def test_render_mode_sends_whole_fields_only(server):
    text = HEAD + "from airflow.operators.bash import BashOperator\n"
    text += "BashOperator(task_id='t', dag=dag, bash_command='echo {{ ds }} ' + 'x' * 9000, env={'A': '{{ run_id }}'})"
    done = server.run(text, mode="render")
    assert done.types == ["RenderedTemplate"]
    fields = done.last["fields"]
    assert fields["bash_command"] == "echo 2026-01-02 " + "x" * 9000
    assert fields["env"] == {"A": "manual__2026-01-02T00:00:00+00:00"}
    assert done.status == 0


def test_render_mode_exits_with_an_error_naming_what_is_wrong(server):
    text = HEAD + "PythonOperator(task_id='t', dag=dag, python_callable=print, op_args=['{{ oops }}'])"
    done = server.run(text, mode="render")
    assert os.WEXITSTATUS(done.status) == 1 and done.requests == []
    assert "'oops' is undefined" in done.log_text


def test_a_task_that_the_file_does_not_have_is_an_error_in_the_log(server):
    done = server.run(SIMPLE, task_id="gone")
    assert os.WEXITSTATUS(done.status) == 1 and "gone" in done.log_text


def test_a_sensor_in_reschedule_mode_gives_its_slot_back(server):
    text = HEAD + "from airflow.sensors.python import PythonSensor\n"
    text += "PythonSensor(task_id='t', dag=dag, python_callable=lambda: False, mode='reschedule', poke_interval=5)"
    assert server.run(text).last["type"] == "RescheduleTask"


def test_trigger_dagrun_asks_the_supervisor_and_keeps_the_run_id(server):
    text = HEAD + "from airflow.operators.trigger_dagrun import TriggerDagRunOperator\n"
    text += "TriggerDagRunOperator(task_id='t', dag=dag, trigger_dag_id='other', conf={'ds': '{{ ds }}'}, trigger_run_id='r')"
    done = server.run(text)
    assert done.types == ["SetRenderedFields", "TriggerDagRun", "SetXCom", "SucceedTask"]
    assert done.requests[1]["conf"] == {"ds": "2026-01-02"} and done.requests[1]["run_id"] == "r"
    exists = {"type": "ErrorResponse", "error": "DAGRUN_ALREADY_EXISTS", "detail": {}}
    assert server.run(text, store={"answers": {"TriggerDagRun": exists}}).last["state"] == "failed"


def test_an_integer_too_large_for_the_wire_says_so(server):
    done = server.run(body("return 2 ** 70"))
    assert done.last["state"] == "failed" and "71 bits" in done.log_text


def test_lines_of_many_threads_stay_whole(server):
    code = """
import threading
def talk(n):
    for i in range(200):
        print(f"{n}:{i}:" + "x" * 5000)
threads = [threading.Thread(target=talk, args=(n,)) for n in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
    done = server.run(body(code))
    lines = [line["event"] for line in done.logs if line["logger"] == "task.stdout"]
    assert len(lines) == 800 and all(line.endswith(":" + "x" * 5000) for line in lines)


def test_a_time_limit_that_strikes_inside_a_request_does_not_break_the_protocol(server):
    text = body("while True: Variable.get('v')", "@task(task_id='t', execution_timeout=timedelta(seconds=0.3))")
    for n in range(3):
        done = server.run(text, store={"variables": {"v": "x" * 100_000}})
        assert done.last == {"type": "TaskState", "state": "failed", "end_date": done.last["end_date"]}
        assert done.status == 0


def test_templates_reach_variables_connections_and_xcoms(server):
    text = HEAD + """
PythonOperator(task_id='t', dag=dag, python_callable=lambda *a: list(a), op_args=[
    "{{ var.value.plain }}", "{{ var.json.doc.a.b }}", "{{ var.value.get('absent', 'fallback') }}",
    "{{ conn.c.host }}:{{ conn.c.port }}", "{{ ti.xcom_pull('up') }}", "{{ ti.xcom_pull(['up', 'none']) }}",
    "{{ ti.xcom_pull(task_ids='none', default='d') }}", "{{ prev_start_date_success }}"])
"""
    connection = {"conn_type": "http", "host": "h", "schema": None, "login": None, "password": None, "port": 1,
                  "extra": None}  # fmt: skip
    store = {
        "variables": {"plain": "p", "doc": '{"a": {"b": 5}}'},
        "connections": {"c": connection},
        "xcoms": {("up", "return_value"): [1]},
        "answers": {"GetPrevSuccessfulDagRun": {"type": "PrevSuccessfulDagRunResult",
                                                "start_date": "2026-01-01T00:00:00Z"}},
    }  # fmt: skip
    done = server.run(text, store=store)
    assert [r for r in done.requests if r["type"] == "SetXCom"][0]["value"] == [
        "p", "5", "fallback", "h:1", "[1]", "[[1], None]", "d", "2026-01-01 00:00:00+00:00",
    ]  # fmt: skip


def test_a_killed_try_leaves_no_command_behind(server):
    text = HEAD + """
from airflow.operators.bash import BashOperator
BashOperator(task_id='t', dag=dag, bash_command='echo my pid $$; exec sleep 1000', on_success_callback=print)
"""
    zygote = server.ready_zygote(server.write("a.py", text))
    running = Try(zygote, 1, startup_details())
    pid = zygote.wait_for("started", 1)["pid"]
    running.pump(until=lambda t: any("my pid " in line and line[7:].isdigit() for line in t.events))
    command = int(next(line for line in running.events if line.startswith("my pid ")).split()[-1])
    watch = os.pidfd_open(command)
    os.kill(pid, signal.SIGKILL)
    ended, _, _ = select.select([watch], [], [], 30)
    os.close(watch)
    assert ended
    assert os.WTERMSIG(running.finish().status) == signal.SIGKILL


def test_a_bash_task_with_a_callback_runs_in_python_with_its_skip_code(server):
    text = HEAD + """
from airflow.operators.bash import BashOperator
BashOperator(task_id='t', dag=dag, bash_command='echo one; echo $AIRFLOW_CTX_DAG_ID $X; exit {{ ti.try_number - 1 }}',
             env={'X': '{{ ds }}'}, skip_on_exit_code=1, on_success_callback=lambda context: print('done'))
"""
    done = server.run(text)
    assert done.requests[1]["value"] == "d 2026-01-02" and "done" in done.events
    assert server.run(text, try_number=2).last["state"] == "skipped"
    assert server.run(text, try_number=3).last["state"] == "failed"
