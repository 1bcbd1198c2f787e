"""The schema's history, and `schema` to bring a database up to it. Imports only models."""
