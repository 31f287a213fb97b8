"""A synthetic ecosystem as one N-Quads file, in the triples that the import of its bundle would make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import TextIO

from partnergraph.synth.market import Row
from partnergraph.synth.model import KIND_CLASSES, MEASURES, NODES, boolean, month, node, product
from partnergraph.terms import ID, PG, RDF_TYPE

Cells = dict[str, str]
_TYPE = f" <{RDF_TYPE}> "
_FLUSH_AT = 20_000


def _property(name: str) -> str:
    return f" <{PG}{name}> "


def _class(name: str) -> str:
    return f"<{PG}{name}>"


_FIELDS = {
    entry.kind: tuple((column.name, _property(column.property), column.form, column.empty) for column in entry.columns)
    for nodes in NODES.values()
    for entry in nodes
}
_KEYS = {
    entry.kind: tuple((name, word) for name, _, word in (part.partition(":") for part in entry.key))
    for nodes in NODES.values()
    for entry in nodes
}
_CLASSES = {entry.kind: _class(entry.type) for nodes in NODES.values() for entry in nodes}
_MEASURES = tuple((column, _property(name), form) for column, (name, form) in MEASURES.items())
_IN_TENANT, _IN_SUBSCRIPTION, _IN_RESOURCE, _OF_WORKLOAD = (
    _property(name) for name in ("inTenant", "inSubscription", "inResource", "ofWorkload")
)
_MEASURED, _MONTH = _property("measures"), _property("month")


def write_quads(rows: Iterable[Row], path: Path) -> int:
    """Write the triples of all rows to `path`, each once and none in a named graph, and return how many there are."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        scribe = _Scribe(file)
        for table, cells in rows:
            scribe.put(table, cells)
        return scribe.close()


class _Scribe:
    """Turns rows into lines. Rows of one tenant come together, so that it remembers one tenant at a time."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: list[str] = []
        self._count = 0
        self._known: set[str] = set()
        self._scopes: dict[str, str] = {}
        self._place: tuple[str, ...] = ()
        self._thing = self._key = ""
        self._special: dict[str, Callable[[Cells], None]] = {
            "tenants": self._tenant,
            "subscriptions": self._subscription,
            "associations": self._association,
            "role_assignments": self._role_assignment,
            "resources": self._resource,
            "usage": self._usage,
        }

    def put(self, table: str, cells: Cells) -> None:
        """Write the triples of one row."""
        special = self._special.get(table)
        if special is not None:
            special(cells)
        else:
            for entry in NODES[table]:
                self._node(entry.kind, cells)

    def close(self) -> int:
        """Write what is left and return the number of triples."""
        self._flush()
        return self._count

    def _flush(self) -> None:
        self._count += len(self._lines)
        self._file.write("".join(self._lines))
        self._lines.clear()

    def _say(self, subject: str, predicate: str, value: str) -> None:
        self._lines.append(f"{subject}{predicate}{value} .\n")

    def _first_time(self, subject: str) -> bool:
        """Return whether nothing was said of this node before, and remember it."""
        if subject in self._known:
            return False
        self._known.add(subject)
        return True

    def _node(self, kind: str, cells: Cells) -> str:
        """Write a node with its type and one triple for each value, and return its name."""
        subject = node(kind, *(cells.get(name) or word for name, word in _KEYS[kind]))
        if self._first_time(subject):
            self._say(subject, _TYPE, _CLASSES[kind])
            self._lines += [subject + tail for tail in self._tails(kind, cells)]
        return subject

    def _tails(self, kind: str, cells: Cells) -> list[str]:
        """Return what the cells say of a node, as lines without their subject."""
        tails: list[str] = []
        for name, predicate, form, empty in _FIELDS[kind]:
            value = cells.get(name)
            if value:
                tails += [f"{predicate}{form(part)} .\n" for part in value.split("|")]
            elif empty:
                tails.append(f"{predicate}{empty} .\n")
        return tails

    def _tenant(self, cells: Cells) -> None:
        if len(self._lines) > _FLUSH_AT:
            self._flush()
        self._known.clear()
        self._scopes = {cells["tenant_id"]: self._node("tenant", cells)}

    def _subscription(self, cells: Cells) -> None:
        """Write the subscription and one period, whose name ends with a digest of what is said of it."""
        subject = self._node("subscription", cells)
        tails = self._tails("subscription-period", cells)
        if not cells.get("partner_id_on_record"):
            tails.append(f"{_property('namesNoPartnerOfRecord')}{boolean('true')} .\n")
        digest = blake2b("".join(tails).encode(), digest_size=4).hexdigest()
        period = node("subscription-period", cells["subscription_id"], cells["starts_on"], digest)
        self._say(period, _TYPE, _CLASSES["subscription-period"])
        self._say(period, _property("ofSubscription"), subject)
        self._lines += [period + tail for tail in tails]
        self._scopes[cells["subscription_id"]] = self._scopes[f"/subscriptions/{cells['subscription_id']}"] = subject

    def _association(self, cells: Cells) -> None:
        subject = self._node("association", cells)
        self._say(subject, _TYPE, _class(KIND_CLASSES[cells["type"]]))
        if "workload" in cells:
            self._measure(cells["tenant_id"], "", "", cells["workload"])
            self._say(subject, _property("coversWorkload"), self._thing)
        if "principal_id" in cells:
            credential = self._node("principal", {name: cells[name] for name in ("tenant_id", "principal_id")})
            self._say(subject, _property("coversCredential"), credential)

    def _role_assignment(self, cells: Cells) -> None:
        subject, scope = self._node("role-assignment", cells), cells["scope"]
        if scope in self._scopes:
            self._say(subject, _property("reaches"), self._scopes[scope])
        parts = scope.split("/")
        if len(parts) > 3:
            self._say(subject, _property("liesInSubscription"), node("subscription", parts[2]))

    def _resource(self, cells: Cells) -> None:
        self._scopes[cells["resource_id"]] = self._node("resource", cells)

    def _measure(self, tenant: str, subscription: str, resource: str, workload: str) -> None:
        """Make the measured thing of these ids the current one, and write it when it is new."""
        place = (tenant, subscription, resource, workload)
        if place == self._place:
            return
        self._place = place
        concept = product(workload)
        within = [part for part in (tenant, resource or subscription) if part]
        kind = "resource" if resource else "subscription" if subscription else "tenant"
        self._thing = node(f"workload-in-{kind}", *within, concept.rpartition("#")[2][:-1])
        self._key = self._thing.removeprefix(f"<{ID}workload-in-{kind}")[:-1]
        if self._first_time(self._thing):
            self._say(self._thing, _TYPE, _class(f"WorkloadIn{kind.capitalize()}"))
            self._say(self._thing, _IN_TENANT, node("tenant", tenant))
            self._say(self._thing, _OF_WORKLOAD, concept)
            if subscription:
                self._say(self._thing, _IN_SUBSCRIPTION, node("subscription", subscription))
            if resource:
                self._say(self._thing, _IN_RESOURCE, node("resource", resource))

    def _usage(self, cells: Cells) -> None:
        self._measure(
            cells["tenant_id"], cells.get("subscription_id", ""), cells.get("resource_id", ""), cells["workload"]
        )
        subject = f"<{ID}usage{self._key}/{cells['month']}>"
        lines = self._lines
        lines.append(f"{subject}{_MEASURED}{self._thing} .\n")
        lines.append(f"{subject}{_MONTH}{month(cells['month'])} .\n")
        for column, predicate, form in _MEASURES:
            if column in cells:
                lines.append(f"{subject}{predicate}{form(cells[column])} .\n")
