"""What the gates and the verifier achieve, on sets that neither learned from."""

TITLE = "Claims, evidence and verdicts"
BENCHMARKS = {
    "gates": "Is opinion kept out, and are facts let through?",
}
"""Module names, and what each asks."""
