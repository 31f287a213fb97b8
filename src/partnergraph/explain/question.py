"""Questions about one partner: what may be asked, and how a question is marked in the graph that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from partnergraph import catalogue
from partnergraph.errors import WrongUse
from partnergraph.store import Draft, View
from partnergraph.terms import PGW, WORKING_GRAPH, credit_graph, normal_key


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


def mark(draft: Draft, asked: Question, pack: str) -> Marked:
    """Write into the draft's working graph what is asked about, for the queries of `explain/`.

    Raise WrongUse for an id, a workload or a metric that is not in the data, naming what is known of metrics.
    """
    accounts = _accounts(draft, asked.partner)
    known = {str(code): str(metric) for code, metric in _rows(draft, "lookup/metrics")}
    if asked.metric is not None and asked.metric not in known:
        raise WrongUse(f"There is no metric {asked.metric}. Known are: {', '.join(known)}.")
    metrics = {code: iri for code, iri in known.items() if asked.metric in (None, code)}
    facts = [
        *(("asksAccount", account.iri) for account in accounts),
        *(("asksGlobal", account.global_iri) for account in accounts),
        *(("asksMetric", iri) for iri in metrics.values()),
        *(("asksTenant", iri) for iri in _things(draft, "tenant", asked.tenant)),
        *(("asksSubscription", iri) for iri in _things(draft, "subscription", asked.subscription)),
        *(("asksWorkload", iri) for iri in _workloads(draft, asked.workload)),
        ("readsCredits", credit_graph(pack)),
    ]
    lines = "".join(f"<{PGW}Question> <{PGW}{name}> <{iri}> .\n" for name, iri in facts)
    draft.add_ntriples(lines.encode(), WORKING_GRAPH)
    return Marked(normal_key(asked.partner), accounts, metrics)


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
