"""Telling subscribers: how many messages a second, how soon, and what is lost when everything goes wrong."""

TITLE = "Delivering"
BENCHMARKS = {
    "transports": "Which client posts small signed messages at the least cost?",
    "throughput": "How many durable signed deliveries a second, against the bare client and against Celery on Redis?",
    "latency": "How soon does a thousandth subscriber hear of it while ten endpoints hang?",
    "chaos": "Is anything lost, out of order or told to the wrong when the process is killed again and again?",
}
