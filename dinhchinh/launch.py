"""The console script. Puts the rooms on the import path, then hands over to the command line."""

import sys
from pathlib import Path


def rooms_folder(package: Path) -> Path:
    """Where the rooms are: beside this package in a checkout, inside `_app` once installed."""
    installed = package / "_app"
    return installed if installed.is_dir() else package.parent


def main() -> None:
    """Run the command line."""
    sys.path.insert(0, str(rooms_folder(Path(__file__).resolve().parent)))
    from dinhchinh.cli import run

    run()


if __name__ == "__main__":
    main()
