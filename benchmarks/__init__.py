"""What the product achieves, measured. `python -m benchmarks` lists it; nothing here is shipped.

tables.py      what a benchmark answers with, and how that is printed
classify/      claims and evidence: the encoder, retrieval, a million passages
ingest/        reading the news: polls, articles, discovery delay, scale, near-duplicates, bombs
classify/      the fact gate: opinion kept out, facts let through
deliver/       telling subscribers: throughput, delay, chaos
extraction.py  how well pages are read

A folder with BENCHMARKS in its `__init__.py` (module names and what they ask) is a group; each of its modules has
`run(data, small=...)` that gives a Table. The other modules are run as they are, with `python -m`.
"""
