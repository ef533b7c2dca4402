"""A pytest plugin: what a run counted, and files that no other worker clears away."""

import json
import os
from pathlib import Path


def pytest_sessionstart(session):
    """Leave the files of a test class alone when it ends, if workers share them.

    pytest-odoo gives every worker a database of its own but one filestore to all. Odoo
    clears the filestore after each class of what *its* database does not know, and so
    took files from under the tests of the other worker. The whole copy is deleted when
    the run ends.
    """
    if os.environ.get("PYTEST_XDIST_WORKER"):
        from odoo.tests.common import TransactionCase  # noqa: PLC0415

        TransactionCase._gc_filestore = classmethod(lambda cls: None)


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
