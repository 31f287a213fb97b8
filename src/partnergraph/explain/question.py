"""Questions about partners: what may be asked, and how a question is marked in the graph that is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.store import Draft, View
from partnergraph.terms import PGW, WORKING_GRAPH, credit_graph, instance, literal, normal_key


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks about what. `partner` is the id of a location, or of a global account and so of all its locations.

    The others narrow the question by an id, a workload's label or a metric's code; None leaves it open.
    """

    partner: str
    tenant: str | None
    workload: str | None
    subscription: str | None
    metric: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """One partner account that a question is about, and the account it rolls up to: itself where it has no parent."""

    iri: str
    partner_id: str
    global_iri: str
    global_id: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A question as it stands in the graph: the accounts and the metrics (IRIs by code) that it is about."""

    partner: str
    accounts: tuple[Account, ...]
    metrics: dict[str, str]


_Fact = tuple[str, str]
_TRUE = literal("true", "boolean")


def mark(draft: Draft, asked: Question, pack: str) -> Marked:
    """Write into the draft's working graph what is asked about, for the queries of `explain/`.

    Raise WrongUse for an id, a workload or a metric that is not in the data, naming what is known of metrics.
    """
    accounts = _accounts(draft, asked.partner)
    metrics = _metrics(draft, asked.metric)
    facts = [
        *_asks("asksAccount", (account.iri for account in accounts)),
        *_asks("asksGlobal", (account.global_iri for account in accounts)),
        *_asks("asksTenant", _things(draft, "tenant", asked.tenant)),
        *_asks("asksSubscription", _things(draft, "subscription", asked.subscription)),
        *_asks("asksWorkload", _workloads(draft, asked.workload)),
        ("asksFacts", _TRUE),
    ]
    _write(draft, facts, metrics, pack)
    return Marked(normal_key(asked.partner), accounts, metrics)


def mark_all(draft: Draft, partner: str | None, tenant: str | None, pack: str) -> dict[str, str]:
    """Write into the draft's working graph that all associations are asked about, or those of a partner and tenant.

    Return the metrics, IRIs by code. An id that is not in the data leaves nothing to ask about.
    """
    metrics = _metrics(draft, None)
    facts: list[_Fact] = []
    if partner is None:
        facts.append(("asksEveryone", _TRUE))
    else:
        accounts = [row[1] for row in _rows(draft, "lookup/partner-accounts", id=normal_key(partner))]
        facts += _asks("asksAccount", {instance("partner", partner), *map(str, accounts)})
    if tenant is not None:
        known = [row[1] for row in _rows(draft, "lookup/tenant", id=normal_key(tenant))]
        facts += _asks("asksTenant", {instance("tenant", tenant), *map(str, known)})
    _write(draft, facts, metrics, pack)
    return metrics


def _write(draft: Draft, facts: Iterable[_Fact], metrics: dict[str, str], pack: str) -> None:
    everything = [*facts, *_asks("asksMetric", metrics.values()), *_asks("readsCredits", [credit_graph(pack)])]
    lines = "".join(f"<{PGW}Question> <{PGW}{name}> {value} .\n" for name, value in everything)
    draft.add_ntriples(lines.encode(), WORKING_GRAPH)


def _asks(name: str, iris: Iterable[str]) -> list[_Fact]:
    return [(name, f"<{iri}>") for iri in iris]


def _metrics(view: View, wanted: str | None) -> dict[str, str]:
    known = {str(code): str(metric) for code, metric in _rows(view, "lookup/metrics")}
    if wanted is not None and wanted not in known:
        raise WrongUse(f"There is no metric {wanted}. Known are: {', '.join(known)}.")
    return {code: iri for code, iri in known.items() if wanted in (None, code)}


def _accounts(view: View, partner: str) -> tuple[Account, ...]:
    rows = _rows(view, "lookup/partner-accounts", id=normal_key(partner))
    if not rows:
        raise WrongUse(f"Partner {partner} is not in the data. Give the id of a location or of a global account.")
    return tuple(Account(str(iri), str(own), parent or str(iri), str(rolled)) for _, iri, own, parent, rolled in rows)


def _things(view: View, kind: str, key: str | None) -> list[str]:
    if key is None:
        return []
    found = [str(iri) for _, iri in _rows(view, f"lookup/{kind}", id=normal_key(key))]
    if not found:
        raise WrongUse(f"{kind.capitalize()} {key} is not in the data. Check the id.")
    return found


def _workloads(view: View, label: str | None) -> list[str]:
    if label is None:
        return []
    wanted = label.strip().casefold()
    known = [str(iri) for name, iri in _rows(view, "lookup/products") if str(name).casefold() == wanted]
    found = known or [str(iri) for _, iri in _rows(view, "lookup/unrecognised-workload", name=label.strip())]
    if not found:
        raise WrongUse(f"There is no workload {label}. Give the label of a product, such as Exchange.")
    return list(dict.fromkeys(found))


def _rows(view: View, query: str, /, **values: str) -> list[tuple[str | None, ...]]:
    asked = catalogue.query(query)
    bindings = {each.name: each.term(values[each.name]) for each in asked.parameters}
    return view.rows(asked.text, bindings)[1]
