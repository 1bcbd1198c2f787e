"""How well pages are read: body, title, date against a gold, and how fast.

    python -m benchmarks.extraction FOLDER

FOLDER holds gold.jsonl (file, url, title, date, body a line) and the gzipped pages it names. Prints one JSON
object. F1 is over words with their counts, averaged over pages; a title is exact when it equals the gold but
for Unicode form, white space and invisible characters; a date is right within a day.
"""

import argparse
import gzip
import json
import re
import time
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.page import read_page
from ingest.values import Page, PageHints

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u00ad\ufeff"))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def f1(found: str, gold: str) -> float:
    got, want = words(found), words(gold)
    both = sum((got & want).values())
    return 2 * both / max(1, sum(got.values()) + sum(want.values()))


def one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def within_a_day(page: Page, gold: dict[str, Any]) -> bool:
    moment = datetime.fromisoformat(gold["date"])
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return page.published_at is not None and abs(page.published_at - moment) <= timedelta(days=1)


def measure(folder: Path) -> dict[str, float]:
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    bodies, titles, titles_with_feed, dates, spent = [], [], [], [], 0.0
    for row in rows:
        body = gzip.decompress((folder / row["file"]).read_bytes())
        hints = PageHints(url=row["url"])
        began = time.process_time()
        page = read_page(body, hints, datetime.now(UTC))
        spent += time.process_time() - began
        with_feed = read_page(body, replace(hints, title=row["title"]), datetime.now(UTC))
        bodies.append(f1(page.text, row["body"]))
        titles.append(one_line(page.title) == one_line(row["title"]))
        titles_with_feed.append(one_line(with_feed.title) == one_line(row["title"]))
        dates.append(within_a_day(page, row) if row["date"] else True)
    count = len(rows)
    return {
        "pages": count,
        "body_f1": round(sum(bodies) / count, 4),
        "title_exact": round(sum(titles) / count, 4),
        "title_exact_with_feed_title": round(sum(titles_with_feed) / count, 4),
        "date_within_a_day": round(sum(dates) / count, 4),
        "pages_per_cpu_second": round(count / spent, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    print(json.dumps(measure(parser.parse_args().folder), indent=1))


if __name__ == "__main__":
    main()
