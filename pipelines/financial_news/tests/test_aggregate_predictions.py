"""aggregate_predictions and the page it writes."""

import json
import os
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest
from utils import aggregate_predictions

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=timezone.utc)


def item(label="Stock", published="2026-11-24 11:00:00", title="T", summary="S", **more):
    return {"id": "1", "published": published, "title": title, "summary": summary, "label": label, **more}


@pytest.fixture
def aggregate(tmp_path):
    """Aggregates these rows; gives the counts that it returned, the result and the page."""

    def run(*rows):
        pred_path = tmp_path / "labels__2026-11-24.json"
        pred_path.write_text(json.dumps({str(number): row for number, row in enumerate(rows)}))
        returned = aggregate_predictions(str(pred_path), str(tmp_path / "out" / "result__2026-11-24.json"), now=NOW)
        result = json.loads((tmp_path / "out" / "result__2026-11-24.json").read_text())
        assert returned["result_path"] == str(tmp_path / "out" / "result__2026-11-24.json")
        return returned["counts"], result, Path(returned["report_path"]).read_text()

    return run


def test_groups_summaries_by_label_the_largest_topic_first(aggregate):
    counts, result, _ = aggregate(
        item("Stock", summary="a", published="2026-11-24 09:00:00"),
        item("IPO", summary="b"),
        item("Stock", summary="c", published="2026-11-24 10:00:00"),
        item("Crypto", summary="d"),
    )
    assert list(result.items()) == [("Stock", ["c", "a"]), ("Crypto", ["d"]), ("IPO", ["b"])]
    assert counts == {"Stock": 2, "Crypto": 1, "IPO": 1}


def test_keeps_only_news_younger_than_a_day(aggregate):
    _, result, page = aggregate(
        item(summary="young", published="2026-11-23 12:00:01"), item(summary="old", published="2026-11-23 12:00:00")
    )
    assert result == {"Stock": ["young"]}
    assert "1 of 2 news items" in page and "old" not in page.split("<body>")[1]


def test_is_silent_about_nothing_when_there_is_no_recent_news(aggregate):
    counts, result, page = aggregate(item(published="2026-11-20 12:00:00"))
    assert (counts, result) == ({}, {})
    assert "There is no news of the last day" in page


def test_leaves_out_an_unreadable_date_and_says_so(aggregate, capsys):
    _, result, _ = aggregate(item(published="soon", id="77"), item(published=None), item(summary="ok"))
    assert result == {"Stock": ["ok"]}
    assert 'item 77: published is "soon"' in capsys.readouterr().out


def test_a_news_without_summary_is_represented_by_its_title(aggregate):
    assert aggregate(item(summary=None, title="only a title"))[1] == {"Stock": ["only a title"]}


def test_takes_ids_and_texts_that_pandas_made_numbers(aggregate):
    assert aggregate({**item(), "id": 107, "summary": 2026})[1] == {"Stock": ["2026"]}


def test_paths_are_absolute_also_where_they_were_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("labels.json").write_text(json.dumps({"0": item()}))
    returned = aggregate_predictions("labels.json", "result__x.json", now=NOW)
    assert returned["report_path"] == str(tmp_path / "report__x.html")
    assert os.path.isfile(returned["report_path"]) and os.path.isfile(returned["result_path"])


class Page(HTMLParser):
    """What a page refers to and shows."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text += data


def test_the_page_escapes_what_came_from_outside(aggregate):
    evil = "<script>alert(1)</script>"
    page = Page(aggregate(item(f"L{evil}", title=f"T{evil}", summary='S"&<b>', id='https://x/"><img src=y>'))[2])
    assert "script" not in page.tags and "img" not in page.tags and "b" not in page.tags
    assert f"L{evil}" in page.text and f"T{evil}" in page.text and 'S"&<b>' in page.text


def test_the_page_needs_nothing_from_elsewhere(aggregate):
    text = aggregate(item(id="https://example.com/1"), item(id="javascript:alert(1)"), item("IPO", id="107"))[2]
    page = Page(text)
    assert [link for link in page.links if not link.startswith("#")] == ["https://example.com/1"]
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "url(" not in text and "@import" not in text


def test_the_chart_has_a_bar_for_each_topic_in_proportion(aggregate):
    page = aggregate(item("A"), item("A"), item("A"), item("A"), item("B"))[2]
    assert page.count("<rect") == 2
    assert 'width="100.0"' in page and 'width="25.0"' in page


def test_files_are_readable_by_others_and_nothing_is_left_behind(aggregate, tmp_path):
    aggregate(item())
    names = sorted(os.listdir(tmp_path / "out"))
    assert names == ["report__2026-11-24.html", "result__2026-11-24.json"]
    assert all(os.stat(tmp_path / "out" / name).st_mode & 0o444 == 0o444 for name in names)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no valid JSON"),
        ("[]", "holds a list"),
        ('{"0": 5}', 'row "0" is a int'),
        ('{"3": {"id": "1", "published": "", "title": ""}}', 'row "3" has no field summary, label'),
        (json.dumps({"0": item(label="")}), 'row "0" has an empty label'),
    ],
)
def test_damaged_predictions_are_named(tmp_path, content, message):
    path = tmp_path / "labels.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=message) as raised:
        aggregate_predictions(str(path), str(tmp_path / "result.json"), now=NOW)
    assert str(path) in str(raised.value)
    assert not (tmp_path / "result.json").exists()


def test_missing_predictions_say_which_task_makes_them(tmp_path):
    with pytest.raises(FileNotFoundError, match="run the task that labels the news first"):
        aggregate_predictions(str(tmp_path / "labels.json"), str(tmp_path / "result.json"), now=NOW)
