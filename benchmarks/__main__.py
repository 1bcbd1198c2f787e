"""Run benchmarks.

    python -m benchmarks                       list them
    python -m benchmarks DATA                  all, at a size that takes a few minutes together
    python -m benchmarks ingest DATA           one group, at full size; --small for a quick look
    python -m benchmarks ingest DATA --only polls --only bombs
    python -m benchmarks ingest DATA --markdown   also write the group's section of docs/benchmarks.md

DATA is the folder that the sets lie in. A missed bound is reported and is no error.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.tables import (
    Table,
    describe_load,
    describe_machine,
    replace_section,
    write_markdown,
    write_text,
)

GROUPS = ("ingest", "classify", "desk", "deliver")
# Modules that print their own report; arguments after the data folder.
SCRIPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "extraction": ("pages", ()),
}
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEADING = (
    "# Benchmarks\n\nMeasured with `make bench` and its like; what each figure means is said beside it.\n"
)
MEASURED_WITH = (
    "aiohttp",
    "httpx",
    "feedparser",
    "trafilatura",
    "rensa",
    "sqlalchemy",
    "usearch",
    "tokenizers",
    "scikit-learn",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", metavar="[NAME] DATA")
    parser.add_argument("--only", action="append", default=[], metavar="BENCHMARK")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    match options.words:
        case []:
            print("\n".join(list_benchmarks()))
        case [name, folder] if name in GROUPS:
            tables = run_group(name, Path(folder), small=options.small, only=options.only)
            if options.markdown:
                write_section(name, tables)
        case [name, folder] if name in SCRIPTS:
            return run_script(name, Path(folder))
        case [folder]:
            for name in GROUPS:
                run_group(name, Path(folder), small=True, only=options.only)
            return max(run_script(name, Path(folder)) for name in SCRIPTS)
        case _:
            parser.error(f"expected one of {', '.join([*GROUPS, *SCRIPTS])} and the data folder")
    return 0


def list_benchmarks() -> Iterator[str]:
    """What there is, a line each."""
    for group in GROUPS:
        yield group
        for name, question in benchmarks_of(group).items():
            yield f"  {name:<12} {question}"
    for name in SCRIPTS:
        yield f"{name:<14} {(import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}"


def benchmarks_of(group: str) -> dict[str, str]:
    """The modules of a group, and what each asks."""
    found: dict[str, str] = import_module(f"benchmarks.{group}").BENCHMARKS
    return found


def run_group(group: str, data: Path, *, small: bool, only: Sequence[str]) -> list[Table]:
    """Runs and prints a group's benchmarks, or some of them, in their order."""
    unknown = set(only) - set(benchmarks_of(group))
    if unknown:
        raise SystemExit(f"no such benchmark in {group}: {', '.join(sorted(unknown))}")
    tables: list[Table] = []
    print(f"{describe_machine()}; {versions()}; {describe_load()}\n", flush=True)
    for name in benchmarks_of(group):
        if only and name not in only:
            continue
        began = time.monotonic()
        table: Table = import_module(f"benchmarks.{group}.{name}").run(data, small=small)
        took = f"It took {time.monotonic() - began:.0f} s; at its end: {describe_load()}."
        tables.append(replace(table, notes=(*table.notes, took)))
        print(f"{write_text(tables[-1])}\n", flush=True)
    bounds = [bound for table in tables for bound in table.bounds]
    print(f"{sum(bound.is_met for bound in bounds)} of {len(bounds)} bounds met")
    return tables


def run_script(name: str, data: Path) -> int:
    """Runs a module that prints its own report; its exit status."""
    folder, arguments = SCRIPTS[name]
    print(f"{name.upper()}", flush=True)
    # This interpreter with a module of ours.
    return subprocess.call([sys.executable, "-m", f"benchmarks.{name}", str(data / folder), *arguments])  # noqa: S603


def write_section(group: str, tables: Sequence[Table]) -> None:
    """Replaces the group's section of docs/benchmarks.md."""
    title: str = import_module(f"benchmarks.{group}").TITLE
    intro = f"{describe_machine()}; {versions()}. At the end: {describe_load()}."
    body = "\n\n".join([intro, *map(write_markdown, tables)])
    document = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else HEADING
    DOCUMENT.write_text(replace_section(document, title, body), encoding="utf-8")


def versions() -> str:
    """The libraries that the figures hang on."""
    return ", ".join(f"{name} {version(name)}" for name in MEASURED_WITH)


if __name__ == "__main__":
    sys.exit(main())
