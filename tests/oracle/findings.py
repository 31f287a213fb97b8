"""A second, plain reading of what is wrong with a bundle: rows in, findings out, and no look at the shapes."""

from pathlib import Path

from oracle.accounts import account_findings
from oracle.bundle import Bundle
from oracle.claims import claim_findings
from oracle.finding import Finding
from oracle.people import people_findings
from oracle.process import process_findings
from oracle.programme import Evaluation
from oracle.sales import sale_findings
from oracle.wrong_rows import row_findings, spelled


def findings_of(folder: Path, asked: Evaluation) -> set[Finding]:
    """Return what is wrong with the bundle in a folder on a day; how many rules say so does not matter."""
    bundle = Bundle(folder)
    found = [
        *account_findings(bundle, asked.day),
        *claim_findings(bundle, asked),
        *process_findings(bundle, asked),
        *people_findings(bundle, asked.day),
        *sale_findings(bundle),
        *row_findings(bundle),
    ]
    return {each._replace(focus=spelled(each.focus), other=spelled(each.other)) for each in found}
