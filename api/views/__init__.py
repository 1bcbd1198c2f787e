"""What is shown of each noun: the schema, and the queries that fill it for a whole page of rows at once.

The JSON API and the pages show the same values, so that nothing is true on one and not on the other.
"""
