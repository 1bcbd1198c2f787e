"""Addresses that readers keep."""


def published_url(public_url: str, brief_id: int, language: str) -> str:
    """Where readers find a brief in a language; it stays the same through every correction."""
    return f"{public_url}/published/{brief_id}/{language}"
