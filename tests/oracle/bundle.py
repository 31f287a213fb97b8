"""A bundle as lists of dictionaries, with the questions that the rules ask of single files."""

import calendar
import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from oracle.products import canonical

Row = dict[str, str]
Span = tuple[str, str]

EARLIEST, LATEST = "0000-00-00", "9999-99-99"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CREDITABLE = {"active", "in_grace", ""}


class Bundle:
    """The rows of a folder; a cell that is missing or empty is the empty text."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: _read(file) for file in folder.glob("*.csv")}
        self._columns = {name: {column for row in rows for column in row} for name, rows in self._files.items()}
        self.tenants = {row["tenant_id"]: row for row in self.rows("tenants")}
        self.customers = {row["customer_id"]: row for row in self.rows("customers")}
        self.principals = {(row["tenant_id"], row["principal_id"]): row for row in self.rows("principals")}
        self.resources = {row["resource_id"]: row for row in self.rows("resources")}
        self.subscriptions = _grouped(self.rows("subscriptions"), lambda row: row["subscription_id"])
        self.usage = [row for row in self.rows("usage") if row["metric_type"] != "trial"]

    def rows(self, name: str) -> list[Row]:
        """Return the rows of one file."""
        return self._files.get(name, [])

    def has(self, name: str, column: str) -> bool:
        """Tell whether a file is there and has a column."""
        return column in self._columns.get(name, ())

    def last_day(self, date: str) -> str:
        """Return a date as it is, and the last day of a month or, without either, of the newest month."""
        if len(date) == len("2023-09-30"):
            return date
        dates = [row[name] for row in self.rows("associations") for name in ("starts_on", "decided_on", "submitted_on")]
        newest = date or max([row["month"] for row in self.rows("usage")] or dates)
        year, month = map(int, newest.split("-")[:2])
        return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"

    def account(self, partner: str, day: str) -> tuple[str, bool]:
        """Return the global account of a partner and whether it may earn on a day."""
        for row in self.rows("partners"):
            if row["partner_id"] == partner and (row["parent_since"] or EARLIEST) <= day < (
                row["parent_until"] or LATEST
            ):
                gone = row["status"] == "deleted" and (row["deleted_on"] or EARLIEST) <= day
                works = row["status"] in ("active", "") or (row["status"] == "deleted" and not gone)
                return (partner if row["account_type"] == "global" else row["global_partner_id"]), works
        return "", False

    def deletion(self, partner: str) -> str:
        """Return the day on which an account is deleted, or one that never comes."""
        gone = [
            row["deleted_on"] for row in self.rows("partners") if row["partner_id"] == partner and row["deleted_on"]
        ]
        return min(gone, default=LATEST)

    def track(self, account: str) -> str:
        """Return the Business Applications track that a row of a global account names, or nothing."""
        tracks = [row["business_applications_track"] for row in self.rows("partners") if row["partner_id"] == account]
        return next(filter(None, tracks), "")

    def period(self, subscription: str, day: str) -> Row | None:
        """Return the period of a subscription in which a day lies."""
        periods = self.subscriptions.get(subscription, [])
        return next((row for row in periods if _holds(span(row), day)), None)

    def creditable(self, subscription: str, day: str) -> Span | None:
        """Return the stretch of adjoining creditable periods in which a day lies."""
        spans = [span(row) for row in self.subscriptions.get(subscription, []) if row["status"] in _CREDITABLE]
        return stretch(spans, day)


def span(row: Row) -> Span:
    """Return the half-open interval of a row."""
    return row["starts_on"] or EARLIEST, row["ends_on"] or LATEST


def stretch(spans: Iterable[Span], day: str) -> Span | None:
    """Return the union of the touching intervals around a day."""
    spans = list(spans)
    around = next((one for one in spans if _holds(one, day)), None)
    while around:
        wider = [one for one in spans if one[0] <= around[1] and around[0] <= one[1]]
        union = min(one[0] for one in wider), max(one[1] for one in wider)
        if union == around:
            break
        around = union
    return around


def common(*spans: Span) -> Span:
    """Return the intersection of intervals."""
    return max(one[0] for one in spans), min(one[1] for one in spans)


def _holds(interval: Span, day: str) -> bool:
    return interval[0] <= day < interval[1]


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [{name: _text(name, cell) for name, cell in row.items()} | _label(row) for row in csv.DictReader(lines)]
        return [defaultdict(str, row) for row in rows]


def _label(row: Row) -> Row:
    """Return the product as the source spells it, for rows that have one."""
    return {"label": row["product"]} if "product" in row else {}


def _text(name: str, cell: str) -> str:
    if name in ("product", "workload"):
        return canonical(cell)
    return cell.lower() if _GUID.fullmatch(cell) or cell.startswith("/") else cell
