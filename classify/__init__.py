"""Articles to assessments: find claims in a text and hold them against passages of evidence.

The pure half of this folder knows text and arrays only; it opens no database.

values       frozen dataclasses that every function here takes and returns
errors       what can go wrong, and what the caller can do about it
sentences    text to sentence spans; speech: who asserts a span; passages: text to evidence windows
gates        is it a fact, is it about Vietnam, can evidence settle it (facts, vietnam, markers)
claims       an article's text and title to its claims
encoder      texts to unit vectors, through sentence-transformers
words        tokens and foldings; numbers: quantities and dates; alignment: which words answer which
weighing     sentences of our own against single passages; quoting: which sentences of a passage to quote
features     a claim and its evidence as numbers; verify: those numbers to a verdict; calibration
models       loads weights, after checking their digests; store: which sets there are, and which is in use
training     learns the weights from open data and decisions; evaluation: holds them against labelled rows
promotion    may these weights judge in the place of those? On the frozen sets (frozen), leakage of opinion first

Importing `classify` is light: torch is imported by the first encoder that is loaded.
"""
