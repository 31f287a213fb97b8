"""Certified people: with whom they are linked, who is linked with two at once, and who counts for a metric."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from oracle.accounts import owners
from oracle.bundle import EARLIEST, LATEST, Bundle, Row, Span
from oracle.certifications import counts, one_name
from oracle.finding import VIOLATION, Finding, overlap

Link = tuple[str, Span]


def people_findings(bundle: Bundle, day: str) -> Iterator[Finding]:
    """Yield who is linked with two organisations at once, too soon after another, or too often."""
    for person, links in _links(bundle, day).items():
        if any(_are_in_conflict(one, two) for one, two in combinations(links, 2)) or _is_restless(links):
            yield Finding("V-CERT-MULTI", VIOLATION, person)


def _links(bundle: Bundle, day: str) -> dict[str, set[Link]]:
    """Return the links of each person; partners that were merged by a day are one organisation."""
    links = defaultdict(set)
    for row in bundle.rows("certifications"):
        partner = row["global_partner_id"]
        organisation = min(owners(bundle, partner, day), default=partner)
        links[row["person_key"]].add((organisation, _linked(row)))
    return links


def _linked(row: Row) -> Span:
    return row["linked_on"] or EARLIEST, row["unlinked_on"] or LATEST


def _are_one(bundle: Bundle, one: Link, two: Link, day: str) -> bool:
    """Tell whether two links are with one organisation, be it by a merger."""
    return one[0] == two[0] or bool(owners(bundle, one[0], day) & owners(bundle, two[0], day))


def _are_in_conflict(one: Link, two: Link) -> bool:
    if one[0] == two[0]:
        return False
    begun = [start for _, (start, _) in (one, two) if start != EARLIEST]
    days = [date.fromisoformat(start) for start in begun]
    return overlap([one[1]], [two[1]]) or (len(days) == 2 and abs(days[0] - days[1]) < timedelta(days=30))


def _is_restless(links: set[Link]) -> bool:
    """Tell whether a person linked a fourth time within a year."""
    begun = sorted(start for _, start in {(organisation, days[0]) for organisation, days in links} if start != EARLIEST)
    return any(fourth < f"{int(first[:4]) + 1}{first[4:]}" for first, fourth in zip(begun, begun[3:], strict=False))


class Staff:
    """The people of a global account on a day, without those whom a violation names."""

    def __init__(self, bundle: Bundle, account: str, day: str, left_out: set[str]) -> None:
        self._rows = [
            row
            for row in bundle.rows("certifications")
            if _linked(row)[0] <= day < _linked(row)[1]
            and (row["completed_on"] or EARLIEST) <= day < (row["expires_on"] or LATEST)
            and counts(row["certification"], day)
            and row["person_key"] not in left_out
            and bundle.account(row["global_partner_id"], day)[0] == account
        ]

    def holders(self, names: set[str]) -> set[str]:
        """Return who holds one of some certifications."""
        return {row["person_key"] for row in self._rows if one_name(row["certification"]) in names}
