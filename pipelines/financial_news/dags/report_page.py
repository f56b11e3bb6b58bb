"""The news report: one HTML page that needs nothing else."""

from html import escape
from urllib.parse import urlsplit

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --quiet: #556273; --line: #dde3ea;
  --bar: #1f6feb; --track: #e8edf3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f151c; --card: #18212b; --ink: #e8eef5; --quiet: #a3b1c2; --line: #2b3744;
    --bar: #58a6ff; --track: #263241;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.15rem; }
a { color: inherit; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; border-radius: 4px; }
.lead { margin: 0.4rem 0 1.75rem; color: var(--quiet); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; }
.card + .card { margin-top: 1rem; }
.chart { list-style: none; margin: 0; padding: 0; }
.chart a {
  display: grid; grid-template-columns: 8rem 1fr 2.5rem; gap: 0.75rem; align-items: center;
  padding: 0.3rem 0; text-decoration: none;
}
.chart a:hover .name { text-decoration: underline; }
.chart svg { display: block; width: 100%; height: 1.1rem; border-radius: 4px; background: var(--track); }
.chart rect { fill: var(--bar); }
.chart .count { text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
.name { overflow-wrap: anywhere; }
.headlines { list-style: none; margin: 0; padding: 0; }
.headlines li { padding: 0.6rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.headlines li:first-child { border-top: 0; }
.headlines .title { font-weight: 600; }
.meta, .headlines p, .total { color: var(--quiet); font-size: 0.9rem; }
.headlines p { margin: 0.15rem 0 0; }
.total { font-weight: 400; }
@media (max-width: 32rem) { .chart a { grid-template-columns: 6rem 1fr 1.75rem; } .card { padding: 1rem; } }
@media print { body { background: none; } .card { break-inside: avoid; } }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Financial news by topic, {date}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Financial news by topic</h1>
<p class="lead">{count} of {total} news items are younger than a day. Made <time datetime="{iso}">{made}</time>.</p>
{body}
</main>
</body>
</html>
"""


def render_report(topics, now, total):
    """The page for ``topics``: label to items, both in the order in which they are shown."""
    count = sum(len(items) for items in topics.values())
    sections = [topic_section(number, label, items) for number, (label, items) in enumerate(topics.items())]
    body = "\n".join([bar_chart(topics), *sections]) if topics else '<p class="card">There is no news of the last day.</p>'
    return PAGE.format(
        date=f"{now:%Y-%m-%d}",
        iso=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        made=f"{now:%Y-%m-%d %H:%M} UTC",
        style=STYLE,
        count=count,
        total=total,
        body=body,
    )


def bar_chart(topics):
    most = max(len(items) for items in topics.values())
    bars = [bar(number, label, len(items), most) for number, (label, items) in enumerate(topics.items())]
    return (
        '<section class="card" aria-labelledby="chart">\n<h2 id="chart">How many of each topic</h2>\n'
        '<ul class="chart">\n' + "\n".join(bars) + "\n</ul>\n</section>"
    )


def bar(number, label, count, most):
    width = f"{100 * count / most:.1f}"
    return (
        f'<li><a href="#topic-{number}"><span class="name">{escape(label)}</span>'
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width}" height="10"></rect></svg>'
        f'<span class="count">{count}</span></a></li>'
    )


def topic_section(number, label, items):
    rows = "\n".join(headline(item) for item in items)
    return (
        f'<section class="card" aria-labelledby="topic-{number}">\n'
        f'<h2 id="topic-{number}">{escape(label)} <span class="total">({len(items)})</span></h2>\n'
        f'<ul class="headlines">\n{rows}\n</ul>\n</section>'
    )


def headline(item):
    title = escape(item["title"] or "(no title)")
    if is_web_address(item["id"]):
        title = f'<a href="{escape(item["id"])}" target="_blank" rel="noopener noreferrer">{title}</a>'
    score = item.get("score")
    sure = f" · score {score:.2f}" if isinstance(score, (int, float)) else ""
    summary = f'<p>{escape(item["summary"])}</p>' if item["summary"] else ""
    return (
        f'<li><span class="title">{title}</span> '
        f'<span class="meta">{escape(item["published"][:16])} UTC{sure}</span>{summary}</li>'
    )


def is_web_address(text):
    """Whether ``text`` may become a link; no other scheme may."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
