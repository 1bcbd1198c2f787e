"""Claims and evidence, measured."""

BENCHMARKS = {
    "verify": "labels, alerts and calibration over three trainings, and claims verified a second",
}
TITLE = "Claims and evidence"
