"""Reading the news, measured. Everything is on loopback; other readers are run if they are installed.

feed_server.py  the server that all polling is measured against, and a bare client that measures it
live_server.py  a server whose feeds print new items, each with its page
processes.py    other processes, and what they and this one use
trace.py        when five hundred invented sources publish
"""

BENCHMARKS = {
    "polls": "unchanged feeds polled a second, against newsboat and sfeed_update",
    "articles": "pages a second from bytes to a story, against trafilatura alone",
    "discovery": "how long an item waits to be found, by four rules for when to poll",
    "scale": "memory and lag with twenty thousand sources",
    "duplicates": "recall, precision and speed on near-duplicates",
    "bombs": "answers made to exhaust a poller",
    "soak": "half an hour of two thousand sources: does memory grow",
}
TITLE = "Ingest"
