"""Logs and task instances that the browser's tests look at: long ones, live ones, coloured ones, failures, XComs."""
import datetime
import logging

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAIAAABvFaqvAAAEF0lEQVR42g3Moc5GUACA4f8iviiKoiiKoiieYjOFIFDMppxiM4Xw"
    "BorZlFNsphAEiuJ2fs8FPH8/gSbQBYbAFFgCW+AIXIEnEIJAEAtSQSGQglrQCXrBJFCCVXAILsHfz0fz0X0MH9PH8rF9HB/Xx/MR"
    "PoFP7JP6FD7Sp/bpfHqfyUf5rD6Hz+V/UYgWoocYIWaIFWKHOCFuiBciQoKQOCQNKUJkSB3ShfQhU4gKWUOOkCv8oggtQo8wIswI"
    "K8KOcCLcCC9CRAQRcUQaUUTIiDqii+gjpggVsUYcEVf0RQlagp5gJJgJVoKd4CS4CV6CSAgS4oQ0oUiQCXVCl9AnTAkqYU04Eq7k"
    "izK0DD3DyDAzrAw7w8lwM7wMkRFkxBlpRpEhM+qMLqPPmDJUxppxZFzZF+VoOXqOkWPmWDl2jpPj5ng5IifIiXPSnCJH5tQ5XU6f"
    "M+WonDXnyLnyLyrRSvQSo8QssUrsEqfELfFKRElQEpekJUWJLKlLupK+ZCpRJWvJUXKVXyTRJLrEkJgSS2JLHIkr8SRCEkhiSSop"
    "JFJSSzpJL5kkSrJKDsklv6hCq9ArjAqzwqqwK5wKt8KrEBVBRVyRVhQVsqKu6Cr6iqlCVawVR8VVfVGD1qA3GA1mg9VgNzgNboPX"
    "IBqChrghbSgaZEPd0DX0DVODalgbjoar+aIWrUVvMVrMFqvFbnFa3BavRbQELXFL2lK0yJa6pWvpW6YW1bK2HC1X+0WggQ4GmGCB"
    "DQ644IGAAGJIoQAJNXTQwwQKVjjg4osGtAF9wBgwB6wBe8AZcAe8ATEQDMQD6UAxIAfqgW6gH5gG1MA6cAxcwxeNaCP6iDFijlgj"
    "9ogz4o54I2IkGIlH0pFiRI7UI91IPzKNqJF15Bi5xi+a0Wb0GWPGnLFm7Blnxp3xZsRMMBPPpDPFjJypZ7qZfmaaUTPrzDFzzV+k"
    "0BS6wlCYCkthKxyFq/AUQhEoYkWqKBRSUSs6Ra+YFEqxKg7Fpb5oQVvQF4wFc8FasBecBXfBWxALwUK8kC4UC3KhXugW+oVpQS2s"
    "C8fCtXzRhrahbxgb5oa1YW84G+6GtyE2go14I90oNuRGvdFt9BvThtpYN46Na/uiHW1H3zF2zB1rx95xdtwdb0fsBDvxTrpT7Mid"
    "eqfb6XemHbWz7hw71/5FJ9qJfmKcmCfWiX3inLgn3ok4CU7ik/SkOJEn9Ul30p9MJ+pkPTlOrvOLbrQb/ca4MW+sG/vGuXFvvBtx"
    "E9zEN+lNcSNv6pvupr+ZbtTNenPcXPcXPWgP+oPxYD5YD/aD8+A+eA/iIXiIH9KH4kE+1A/dQ/8wPaiH9eF4uJ4vetFe9BfjxXyx"
    "XuwX58V98V7ES/ASv6QvxYt8qV+6l/5lelEv68vxcr38A1Bxxo4kWfBhAAAAAElFTkSuQmCC"
)

with DAG("logs", description="Long logs, live logs, failures, XComs", tags=["logs"]):
    BashOperator(
        task_id="million",
        bash_command="seq -f 'line %.0f of the long log' 1 1000000; echo 'the very last line'",
    )
    BashOperator(
        task_id="streams",
        bash_command=(
            'n=0; until [ -e "{{ dag_run.conf.get("until", "/dev/null") }}" ]; do n=$((n+1)); echo "tick $n"; sleep 0.02; done; echo "gone"'
        ),
    )
    BashOperator(
        task_id="templated",
        bash_command="# says what it is\nfor n in 1 2; do echo \"run {{ run_id }} $n\"; done",
        env={"WHO": "{{ dag.dag_id }}"},
    )

    @task
    def talks():
        log = logging.getLogger("shop.orders")
        print("\x1b[32mgreen\x1b[0m and \x1b[1;31mbold red\x1b[0m, see https://example.com/orders?id=1.")
        print("<script>alert('x')</script> <img src=x onerror=alert(1)>")
        print("::group::Loading 30 files")
        for number in range(30):
            print(f"loaded file {number}")
        print("::endgroup::")
        log.warning("two orders have no price")
        print("a long line: " + "word " * 300)
        try:
            {}["price"]
        except KeyError:
            log.exception("an order was left out")
        return [{"order": number, "price": number * 1.5, "paid": number % 2 == 0} for number in range(12)]

    @task
    def gives(ti=None):
        ti.xcom_push("picture", "data:image/png;base64," + PIXEL)
        ti.xcom_push("report", {"title": "Orders", "rows": {"new": 3, "old": [1, 2, {"deep": None}]}, "ok": True})
        ti.xcom_push("evil", "<script>alert('xcom')</script>")

    @task(retries=1, retry_delay=datetime.timedelta(milliseconds=100))
    def breaks():
        print("opening the shop")
        try:
            int("twelve")
        except ValueError as error:
            raise RuntimeError("the number of orders cannot be read") from error

    talks() >> gives()
    breaks() >> BashOperator(task_id="after_the_break", bash_command="echo never")
