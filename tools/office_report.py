"""A pytest plugin that tells ./office what a run counted."""

import json
import os
from pathlib import Path


def pytest_terminal_summary(terminalreporter):
    """Write the counts, and where and why tests were skipped, for ./office test."""
    stats = terminalreporter.stats
    counts = {word: len(reports) for word, reports in stats.items() if word}
    # Tests that passed but held a failed sub-test are not counted as passed twice.
    counts["failed"] = counts.get("failed", 0) + counts.pop("subtests failed", 0)
    skips = [
        f"{report.nodeid}: {report.longrepr[2]}"
        for report in stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ]
    report = {"counts": counts, "skips": skips}
    Path(os.environ["OFFICE_REPORT"]).write_text(json.dumps(report))
