"""What the news pipeline does in Python: from labelled news to topics and a report."""

import json
import os
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from report_page import render_report

FIELDS = ("id", "published", "title", "summary", "label")
MAX_AGE = timedelta(days=1)


def aggregate_predictions(pred_path, result_path, report_path=None, now=None):
    """Groups the summaries of news younger than a day by label, and writes a report of them.

    ``pred_path`` is the classifier's JSON. ``result_path`` gets ``{label: [summary, ...]}``, the
    label with the most news first. ``report_path`` gets the page; it is by default beside the result,
    with ``report__`` for ``result__`` and ``.html`` for ``.json``. ``now`` is for tests.

    Returns ``{"counts": {label: how many news}, "report_path", "result_path"}``, both paths absolute, so
    that a page can show the files. Raises FileNotFoundError or ValueError, naming the file and the field,
    when the predictions are not there or damaged.
    """
    now = now or datetime.now(timezone.utc)
    news = read_predictions(pred_path)
    recent = [item for item in news if is_recent(item, now)]
    topics = group_by_label(recent)

    result = {label: [item["summary"] or item["title"] for item in items] for label, items in topics.items()}
    write_text(result_path, json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    report_path = Path(report_path or default_report_path(result_path))
    write_text(report_path, render_report(topics, now=now, total=len(news)))

    print(f"{len(recent)} of {len(news)} news are younger than a day")
    for label, items in topics.items():
        print(f"  {label}: {len(items)}")
    print(f"wrote {result_path} and {report_path}")
    return {
        "counts": {label: len(items) for label, items in topics.items()},
        "report_path": os.path.abspath(report_path),
        "result_path": os.path.abspath(result_path),
    }


def read_predictions(path):
    """The classifier's rows in their order, each with the fields of FIELDS and perhaps a score."""
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"no predictions at {path}: run the task that labels the news first") from None
    except ValueError as error:
        raise ValueError(f"{path} is no valid JSON ({error}): run the task that labels the news again") from None
    if not isinstance(rows, dict):
        raise ValueError(f"{path} holds a {type(rows).__name__}, not an object with a row for each news item")
    return [checked_row(path, key, row) for key, row in rows.items()]


def checked_row(path, key, row):
    if not isinstance(row, dict):
        raise ValueError(f'{path}: row "{key}" is a {type(row).__name__}, not an object')
    missing = [field for field in FIELDS if field not in row]
    if missing:
        raise ValueError(f'{path}: row "{key}" has no field {", ".join(missing)}; label the news again')
    texts = {field: "" if row[field] is None else str(row[field]) for field in FIELDS}
    if not texts["label"]:
        raise ValueError(f'{path}: row "{key}" has an empty label; label the news again')
    return {**texts, "score": row.get("score")}


def is_recent(item, now):
    """Whether the item is younger than a day. One whose date cannot be read is left out, with a word."""
    try:
        published = datetime.strptime(item["published"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        print(f'warning: item {item["id"]}: published is "{item["published"]}", not YYYY-MM-DD HH:MM:SS; left out')
        return False
    return now - published < MAX_AGE


def group_by_label(news):
    """Label to items, newest first; the label with the most items first, then by name."""
    topics = {}
    for item in sorted(news, key=lambda item: item["published"], reverse=True):
        topics.setdefault(item["label"], []).append(item)
    return dict(sorted(topics.items(), key=lambda topic: (-len(topic[1]), topic[0])))


def default_report_path(result_path):
    result = Path(result_path)
    return result.with_name("report__" + result.stem.removeprefix("result__") + ".html")


def write_text(path, text):
    """Writes under a temporary name and renames, so that nobody reads half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
