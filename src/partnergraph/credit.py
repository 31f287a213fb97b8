"""Credit: what an association earns, derived by the shipped queries from the graph, the matrix and the date."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from partnergraph import catalogue, derivation
from partnergraph.report import Finding
from partnergraph.store import Draft, View
from partnergraph.table import Table, Tabular
from partnergraph.terms import PG, PGW, PREFIXES, RDF_TYPE, WORKING_GRAPH, credit_graph, instance, local_id

COLUMNS = (
    "partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,segment,metric,"
    "customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,threshold,rules"
).split(",")


@dataclass(frozen=True, slots=True)
class Credit:
    """One association recognised for one metric of one solution area, on one unit.

    Ids are as the source wrote them; `starts_on` and `ends_on` are ISO days, half-open, empty where open. `threshold`
    is `met`, or `unknown` where the month has no usage figures. `rules` are R-numbers joined by `|`. `disputed` names
    the conflicts between sources and the doubts that the matrix row rests on, which the bundle's columns do not.
    """

    partner_id: str
    global_partner_id: str
    association_id: str
    association_type: str
    cpor_subtype: str
    derived_from: str
    solution_area: str
    segment: str
    metric: str
    customer_id: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str
    starts_on: str
    ends_on: str
    pack: str
    threshold: str
    rules: str
    disputed: tuple[str, ...] = ()


_DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
_FIELDS = tuple(field.name for field in fields(Credit))[: len(COLUMNS)]


@dataclass(frozen=True, slots=True)
class Credits(Tabular):
    """The credits of one day under one pack, in a total order, and the violations that left associations out.

    `touched` names by partner id what violations name that leaves something of that partner out.
    """

    credits: tuple[Credit, ...]
    left_out: tuple[Finding, ...]
    as_of: str
    pack: str
    touched: Mapping[str, frozenset[str]]

    def __len__(self) -> int:
        return len(self.credits)

    def __iter__(self) -> Iterator[Credit]:
        return iter(self.credits)

    def __getitem__(self, index: int) -> Credit:
        return self.credits[index]

    @property
    def table(self) -> Table:
        """The credits under the column names of the bundle's `credits` file."""
        return Table(tuple(COLUMNS), tuple(tuple(getattr(credit, name) for name in _FIELDS) for credit in self.credits))

    @property
    def marked(self) -> Table:
        """The table with one more column, `disputed`: what makes the row's rules disputed or little sure, by `|`."""
        plain = self.table
        marks = ("|".join(credit.disputed) for credit in self.credits)
        return Table(
            (*plain.columns, "disputed"), tuple((*row, mark) for row, mark in zip(plain.rows, marks, strict=True))
        )

    def to_json(self) -> str:
        """Return a JSON array with one object per row: the table's columns, and `disputed` as a list."""
        rows = (
            {**row, "disputed": credit.disputed} for row, credit in zip(self.table.dicts(), self.credits, strict=True)
        )
        return json.dumps(list(rows), indent=1, ensure_ascii=False) + "\n"

    @property
    def disputes(self) -> Counter[str]:
        """The conflicts and doubts that credits rest on, each with how many do."""
        return Counter(code for credit in self.credits for code in credit.disputed)

    def of(self, *, partner: str | None = None, tenant: str | None = None) -> Credits:
        """Return the credits of one partner (location or global id) and of one tenant, where named.

        What is left out of one partner is named only where it is its own.
        """
        kept = tuple(
            credit
            for credit in self.credits
            if partner in (None, credit.partner_id, credit.global_partner_id) and tenant in (None, credit.tenant_id)
        )
        named = self.touched.get(partner or "", frozenset())
        left_out = tuple(finding for finding in self.left_out if partner is None or finding.focus_iri in named)
        return replace(self, credits=kept, left_out=left_out)


def derive(
    draft: Draft,
    pack: str,
    violations: Iterable[Finding],
    graph: str | None = None,
    metrics: Collection[str] | None = None,
) -> None:
    """Derive the credits of the draft's evaluation into the named graph `graph`, else the pack's credit graph.

    The draft must hold the evaluation and the holdings. What `violations` name earns nothing (rules.md 2.12). With
    `metrics`, their codes, credits for others may be missing.
    """
    named = "".join(
        f"<{finding.focus_iri}> <{PGW}isNamedBy> <{PGW}{finding.rule}> .\n"
        for finding in violations
        if finding.focus_iri
    )
    draft.add_ntriples(named.encode(), WORKING_GRAPH)
    targets = {"working": WORKING_GRAPH, "credit": graph or credit_graph(pack)}
    derivation.derive(draft, catalogue.queries("credit"), targets, metrics)


def read(view: View, pack: str, disputes: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Credit, ...]:
    """Return the credits that the pack's credit graph holds, in a total order.

    `disputes` are what makes rows of the matrix disputed or little sure, by IRI.
    """
    return ordered(read_by_node(view, pack, disputes).values())


def ordered(found: Iterable[Credit]) -> tuple[Credit, ...]:
    """Return credits in a total order."""
    return tuple(sorted(found, key=_order))


def read_by_node(view: View, pack: str, disputes: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Credit]:
    """Return the credits that the pack's credit graph holds by the IRIs of their nodes; see `read`."""
    words = _Words(view, disputes or {})
    found = {}
    for iri, node in _described(view, pack).items():
        derived_from = node[_DERIVED_FROM]
        row = min(value for value in derived_from if words.is_row(value))
        (association,) = (value for value in derived_from if not words.is_row(value))
        one = {predicate: min(values) for predicate, values in node.items()}
        found[iri] = words.credit(one, association, row, pack)
    return found


def touched(view: View) -> dict[str, frozenset[str]]:
    """Return by the ids of partners what violations name that leaves something out of theirs.

    The view must hold what the credits were derived from.
    """
    found: dict[str, set[str]] = {}
    for named, *partners in catalogue.texts(view, "lookup/silenced"):
        for partner in filter(None, partners):
            found.setdefault(_id(partner), set()).add(named)
    return {partner: frozenset(names) for partner, names in found.items()}


def nodes(view: View, pack: str, *, partner: str | None, tenant: str | None) -> frozenset[str]:
    """Return the nodes of the credits that the pack's credit graph holds, of one partner and tenant where named."""
    earners = {instance("partner", partner)} if partner else None
    concerned = {instance("tenant", tenant)} if tenant else None
    return frozenset(
        iri
        for iri, node in _described(view, pack).items()
        if (earners is None or earners & {*node[PG + "isEarnedBy"], *node[PG + "rollsUpTo"]})
        and (concerned is None or concerned & {*node[PG + "concernsTenant"]})
    )


def _described(view: View, pack: str) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in view.statements(credit_graph(pack)):
        found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return {iri: node for iri, node in found.items() if PG + "Credit" in node.get(RDF_TYPE, ())}


class _Words:
    """What the nodes of a credit graph are called, read once."""

    def __init__(self, view: View, disputes: Mapping[str, tuple[str, ...]]) -> None:
        self._disputes = disputes
        self._codes = {row[0]: row[1] for row in catalogue.texts(view, "lookup/notations")}
        self._labels = {row[0]: row[1] for row in catalogue.texts(view, "lookup/product-labels")}
        self._customers = {row[0]: row[1] for row in catalogue.texts(view, "lookup/tenant-customers")}
        self._written = {(row[0], row[1]): row[2] for row in catalogue.texts(view, "lookup/written-products")}
        self._associations = {row[0]: row[1:] for row in catalogue.texts(view, "lookup/credited-associations")}
        self._rules: dict[str, list[str]] = {}
        for row, rule in catalogue.texts(view, "lookup/row-rules"):
            self._rules.setdefault(row, []).append(rule)

    def is_row(self, iri: str) -> bool:
        """Return whether `iri` is a row of the matrix."""
        return iri in self._rules

    def credit(self, node: dict[str, str], earning: str, row: str, pack: str) -> Credit:
        """Return the credit with ids, codes and labels in place of its nodes."""
        association, kind, subtype, origin = self._associations.get(earning, ("", "", "", ""))
        tenant = node.get(PG + "concernsTenant", "")
        subscription = node.get(PG + "concernsSubscription", "")
        workload = node.get(PG + "concernsWorkload", "")
        written = self._written.get((subscription, workload))
        return Credit(
            partner_id=_id(node.get(PG + "isEarnedBy", "")),
            global_partner_id=_id(node.get(PG + "rollsUpTo", "")),
            association_id=association or _id(earning),
            association_type=kind,
            cpor_subtype=subtype,
            derived_from=origin,
            solution_area=self._codes[node.get(PG + "inSolutionArea", "")],
            segment=self._codes.get(node.get(PG + "hasSegment", ""), ""),
            metric=self._codes[node.get(PG + "hasMetric", "")],
            customer_id=_id(self._customers.get(tenant, "")),
            tenant_id=_id(tenant),
            subscription_id=_id(subscription),
            workload=written or self._labels.get(workload, _id(workload)),
            resource_id=_id(node.get(PG + "concernsResource", "")),
            starts_on=node.get(PG + "startsOn", ""),
            ends_on=node.get(PG + "endsOn", ""),
            pack=pack,
            threshold=self._codes[node.get(PG + "hasThresholdOutcome", "")],
            rules="|".join(self._rules[row]),
            disputed=self._disputes.get(row, ()),
        )


def _id(iri: str) -> str:
    return local_id(iri)[1]


def _order(credit: Credit) -> tuple[str, ...]:
    return tuple(getattr(credit, name) for name in _FIELDS)
