"""Claims and evidence, measured.

library.py  invented passages by the million, and a database of them
"""

BENCHMARKS = {
    "gates": "is opinion kept out, are facts let through: the fact gate over three trainings",
    "verify": "labels, alerts and calibration over three trainings, and claims verified a second",
    "encoder": "sentences encoded a second; translations and unaccented texts found",
    "retrieval": "how often the article that settles a claim comes first, by which order",
    "grouping": "which sentences are taken for one statement: rewrites, translations, and what only looks like one",
    "million": "one query among a million passages: time, recall, memory",
}
TITLE = "Claims and evidence"
