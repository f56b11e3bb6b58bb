#!/usr/bin/env python3
"""Prints the cases of src/model/retry_test.cpp: Airflow's formula (contract: exponential backoff with sha1 jitter)."""

import datetime as dt
import hashlib
import math

CASES = [
    # dag, task, logical date, try, retry_delay, factor, max_retry_delay
    ("d", "t", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc), 1, 300, 2, None),
    ("d", "t", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc), 2, 300, 2, None),
    ("d", "t", dt.datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=dt.timezone.utc), 3, 300, 2, None),
    ("d", "t", None, 3, 300, 2, None),
    ("financial_news", "news_load", None, 1, 0.25, 1.5, None),
    ("financial_news", "news_load", None, 4, 10, 1.5, 20),
    ("financial_news", "news_load", None, 9, 300, 2, None),
    ("financial_news", "news_load", None, 5000, 300, 2, None),
    ("d", "t", None, 1, 0, 2, None),
    ("d", "t", None, 2, 7, 0.5, None),
    ("d", "t", None, 2, 7, 1, 3),
    ("d", "t", None, 2, 7, 0, 3),
]


def delay(dag, task, logical, attempt, base, factor, limit):
    factor = float(factor) or 1.0
    if factor == 1.0:
        return float(base)
    try:
        least = max(1, math.ceil(base * factor ** (attempt - 1)))
    except OverflowError:
        least = 86400
    digest = int(hashlib.sha1(f"{dag}#{task}#{logical}#{attempt}".encode()).hexdigest(), 16)
    wait = min(least + digest % least, 86400)
    return float(min(limit, wait) if limit else wait)


for case in CASES:
    print(case, "->", delay(*case))
