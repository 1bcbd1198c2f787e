"""The desk, measured: fifty people at one queue, and a queue that has grown long. Everything is on loopback.

filling.py  rows to act on: outlets, claims, alerts, colleagues with keys
databases.py  SQLite in a file, and PostgreSQL on a socket if a server is installed
"""

BENCHMARKS = {
    "contention": "fifty clients claim, decide, merge and split the same alerts: is anything lost",
    "scale": "the queue's first page, a decision and a status change, at more and more alerts",
}
TITLE = "The desk"
