"""Articles to assessments: find claims in a text and hold them against passages of evidence.

The pure half of this folder knows text and arrays only; it opens no database.

values       frozen dataclasses that every function here takes and returns
errors       what can go wrong, and what the caller can do about it
sentences    text to sentence spans; clauses: where one turns from fact to judgement; passages: text to evidence windows
speech       who asserts a span; offices: names of organisations and offices, never of persons
gates        is it a fact (markers, lexicon, pieces, facts), about Vietnam (vietnam, places), can evidence settle it
claims       an article's text and title to its claims
encoder      texts to unit vectors: by a static model (static, tokens), or through sentence-transformers
words        tokens and foldings; numbers: quantities and dates; alignment: which words answer which
weighing     sentences of our own against single passages; quoting: which sentences of a passage to quote
shelves      what is searched; index: a shelf by meaning (vectors) and words (terms, fulltext), in step with its rows
             and kept in files (keeping)
library      passages that answer a claim; precedents: earlier claims and published briefs that are near one
features     a claim and its evidence as numbers; verify: those numbers to a verdict; calibration
models       loads weights, after checking their digests; store: which sets there are, and which is in use
training     learns the weights from open data and decisions; evaluation: holds them against labelled rows
promotion    may these weights judge in the place of those? On the frozen sets (frozen), leakage of opinion first

Importing `classify` is light: torch is imported by the first model that is loaded.
"""
