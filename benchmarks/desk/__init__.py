"""The desk, measured: fifty people at one queue, and a queue that has grown long. Everything is on loopback.

filling    rows to act on: outlets, claims, alerts, colleagues with keys; pouring: a long queue, by the database itself
databases  SQLite in a file, and PostgreSQL on a socket if a server is installed
serving    the real service, in a thread or a process of its own; bare: the least that could answer a page
measuring  what a request takes, by the clock and in processor time
"""

BENCHMARKS = {
    "contention": "fifty clients claim, decide, merge and split the same alerts: is anything lost",
    "scale": "the queue's first page, a search, a decision and a status change, at more and more alerts",
    "raising": "alerts raised a second, one by one and in batches, beside Alertmanager",
}
TITLE = "The desk"
