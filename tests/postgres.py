"""A throw-away PostgreSQL server on a socket in a temporary folder, from whatever is installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

_FOLDERS = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")


class ServerUnavailable(RuntimeError):
    """No server can be started here; the message says what to install."""


@dataclass
class PostgresServer:
    """A running server, gone without a trace when stopped."""

    binaries: Path
    folder: Path
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls, *, durable: bool = False) -> "PostgresServer":
        """Start a server, or raise ServerUnavailable. Only a durable one writes to a disk, and waits for it."""
        found = shutil.which("initdb", path=os.pathsep.join((*_FOLDERS, os.environ.get("PATH", ""))))
        if found is None:
            raise ServerUnavailable("initdb is not installed (Debian: apt-get install postgresql)")
        # In memory where that can be had: hundreds of databases are copied and thrown away.
        memory = Path("/dev/shm")
        place = memory if os.access(memory, os.W_OK) and not durable else None
        folder = Path(tempfile.mkdtemp(prefix="dinhchinh-pg-", dir=place))
        server = cls(Path(found).resolve().parent, folder)
        if os.geteuid() == 0:
            server._give_away()
        server._run(
            "initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "tests", "-E", "UTF8", "--no-sync"
        )
        options = f"-k {folder} -c listen_addresses=''"
        if not durable:
            options += " -c fsync=off -c full_page_writes=off"
        log = str(folder / "log")
        server._run("pg_ctl", "-D", str(folder / "data"), "-l", log, "-o", options, "-w", "start")
        return server

    @property
    def pid(self) -> int:
        """The server's own process; every connection is a child of it."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def new_database(self, template: str = "template0") -> str:
        """The address of a new database, empty or a copy of another."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(f"host={self.folder} user=tests dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"postgresql://tests@/{name}?host={self.folder}"

    def drop_database(self, address: str) -> None:
        """Throw a database away, whoever is still connected to it."""
        name = address.split("/")[3].split("?")[0]
        with psycopg.connect(f"host={self.folder} user=tests dbname=postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _give_away(self) -> None:
        # The server refuses to run as root.
        account = pwd.getpwnam("postgres")
        self.folder.chmod(0o755)
        os.chown(self.folder, account.pw_uid, account.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        user = "postgres" if os.geteuid() == 0 else None
        result = subprocess.run(
            command, cwd=self.folder, user=user, group=user, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise ServerUnavailable(f"{program} failed: {result.stderr.strip() or result.stdout.strip()}")
