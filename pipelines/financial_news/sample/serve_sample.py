"""A news feed for machines without internet: our own thirty items, dated relative to now.

    python3 serve_sample.py [--host 127.0.0.1] [--port 8081]   serves it and prints its address
    python3 serve_sample.py --write feed.xml                   writes it to a file

`--port 0` takes a free port. The feed is made anew for each request.
"""

import argparse
import json
import sys
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

NEWS_FILE = Path(__file__).with_name("news.json")
FEED_PATH = "/rss.xml"


def render_feed(news, now):
    """RSS 2.0 of `news`; each item is as many minutes older than `now` as it says."""
    items = "".join(render_item(item, now - timedelta(minutes=item["age_minutes"])) for item in news)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        "<title>Gale sample news</title>\n<link>https://example.com/news</link>\n"
        "<description>Financial news written for tests and demonstrations</description>\n"
        f"<pubDate>{format_datetime(now, usegmt=True)}</pubDate>\n{items}</channel></rss>\n"
    )


def render_item(item, published):
    return (
        f'<item><guid isPermaLink="false">{escape(item["id"])}</guid>'
        f"<title>{escape(item['title'])}</title>"
        f"<pubDate>{format_datetime(published, usegmt=True)}</pubDate>"
        f"<description>{escape(item['summary'])}</description></item>\n"
    )


def sample_feed():
    news = json.loads(NEWS_FILE.read_text(encoding="utf-8"))
    return render_feed(news, datetime.now(timezone.utc)).encode()


class FeedHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path not in ("/", FEED_PATH):
            self.send_error(404, f"the feed is at {FEED_PATH}")
            return
        body = sample_feed()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(f"{self.address_string()} {format % args}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description="Serves or writes the sample news feed.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: also for containers)")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--write", metavar="PATH", type=Path, help="write the feed to this file instead")
    args = parser.parse_args()
    if args.write:
        args.write.write_bytes(sample_feed())
        return
    try:
        server = ThreadingHTTPServer((args.host, args.port), FeedHandler)
    except OSError as error:
        sys.exit(f"serve_sample: cannot listen on {args.host}:{args.port}: {error.strerror}; take another --port, or 0")
    print(f"http://{args.host}:{server.server_port}{FEED_PATH}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
