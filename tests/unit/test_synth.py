"""Synthetic ecosystems repeat byte for byte, hold every kind of association, and list what was planted in them."""

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pyoxigraph
import pytest

from partnergraph import PartnerGraph, artifacts, importing, synth, vocabulary
from partnergraph.errors import WrongUse
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.synth.bundle import COLUMNS
from partnergraph.synth.offers import CONCEPTS
from partnergraph.terms import PG, PGV, RDF_TYPE

SMALL = 40


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def concepts() -> set[str]:
    named = pyoxigraph.Store()
    for name in artifacts.names("ontology", ".ttl"):
        named.load(artifacts.text(name).encode(), pyoxigraph.RdfFormat.TURTLE)
    return {quad.subject.value for quad in named if isinstance(quad.subject, pyoxigraph.NamedNode)}


class Kept:
    """Takes what an import would put into the store, without the notes on where it was stated."""

    def __init__(self) -> None:
        self.triples: set[pyoxigraph.Triple] = set()

    def bulk_load(self, stream: IO[bytes], form: str, base_iri: str | None = None, /) -> None:
        assert form == "ntriples"
        parsed = pyoxigraph.parse(stream, format=pyoxigraph.RdfFormat.N_TRIPLES, base_iri=base_iri)
        self.triples |= {quad.triple for quad in parsed if quad.predicate.value != f"{PG}statedAt"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synth.write(tmp_path_factory.mktemp("bundle"), tenants=400, seed=3, usage_months=2, form="bundle").path


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> list[pyoxigraph.Quad]:
    path = synth.write(tmp_path_factory.mktemp("quads"), tenants=400, seed=3, usage_months=2).path
    return list(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.N_QUADS))


@pytest.mark.parametrize("form", synth.FORMS)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    for name in ("one", "other"):
        synth.write(tmp_path / name, tenants=SMALL, seed=11, violations=0.5, form=form)
    assert digests(tmp_path / "one") == digests(tmp_path / "other")


def test_the_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    order = "from pathlib import Path; from partnergraph import synth; synth.write(Path({!r}), tenants=9, seed=1)"
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-c", order.format(str(tmp_path / hash_seed))]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    assert digests(tmp_path / "1") == digests(tmp_path / "2")


def test_another_seed_gives_another_ecosystem(tmp_path: Path) -> None:
    for seed in (1, 2):
        synth.write(tmp_path / str(seed), tenants=SMALL, seed=seed)
    assert digests(tmp_path / "1").keys() == digests(tmp_path / "2").keys()
    assert digests(tmp_path / "1")["ecosystem.nq"] != digests(tmp_path / "2")["ecosystem.nq"]


def test_the_summary_counts_what_was_written(tmp_path: Path) -> None:
    written = synth.write(tmp_path, tenants=SMALL, seed=5, violations=0.25)
    statements = written.path.read_text(encoding="utf-8").splitlines()
    assert (written.tenants, written.statements) == (SMALL, len(statements))
    assert written.planted == len(rows(written.planted_path)) >= SMALL // 4


def test_no_statement_is_written_twice(quads: list[pyoxigraph.Quad]) -> None:
    assert len(set(quads)) == len(quads)


def test_nothing_is_blank_or_in_a_named_graph(quads: list[pyoxigraph.Quad]) -> None:
    for quad in quads:
        assert quad.graph_name == pyoxigraph.DefaultGraph()
        assert not isinstance(quad.subject, pyoxigraph.BlankNode)
        assert not isinstance(quad.object, pyoxigraph.BlankNode)


def test_both_forms_hold_the_same_ecosystem(quads: list[pyoxigraph.Quad], bundle: Path) -> None:
    kept = Kept()
    importing.stage([bundle], kept, vocabulary.codes(), DEFAULT_LIMITS)
    assert {str(quad.triple) for quad in quads} == {str(triple) for triple in kept.triples}


def test_no_violation_is_planted_when_none_is_asked_for(tmp_path: Path) -> None:
    written = synth.write(tmp_path, tenants=SMALL, seed=5, violations=0)
    assert (written.planted, rows(written.planted_path)) == (0, [])


def test_a_planted_violation_only_adds_to_its_tenant(tmp_path: Path) -> None:
    right = synth.write(tmp_path / "right", tenants=300, seed=5, violations=0, usage_months=1, form="bundle")
    wrong = synth.write(tmp_path / "wrong", tenants=300, seed=5, violations=0.02, usage_months=1, form="bundle")
    for name in ("customers", "designations", "certifications", "usage"):
        assert rows(right.path / f"{name}.csv") == rows(wrong.path / f"{name}.csv")
    assert len(rows(wrong.path / "associations.csv")) > len(rows(right.path / "associations.csv"))


def test_every_planted_id_is_in_the_ecosystem(tmp_path: Path) -> None:
    written = synth.write(tmp_path, tenants=32, seed=5, violations=1, usage_months=0, form="bundle")
    known = {row["association_id"] for row in rows(written.path / "associations.csv")}
    known |= {row["partner_id"] for row in rows(written.path / "partners.csv")}
    planted = rows(written.planted_path)
    assert {row["focus"] for row in planted} <= known
    assert {row["other"] for row in planted} <= known | {""}
    assert len({row["code"] for row in planted}) == 16


@pytest.mark.parametrize("violations", [0, 1])
def test_validation_finds_exactly_what_was_planted(tmp_path: Path, violations: float) -> None:
    written = synth.write(tmp_path, tenants=48, seed=5, violations=violations, usage_months=2)
    with PartnerGraph.open() as graph:
        graph.import_files([written.path], validate=False)
        findings = graph.validate().findings
    found = {(finding.code, finding.focus, finding.other) for finding in findings}
    assert found == {(row["code"], row["focus"], row["other"]) for row in rows(written.planted_path)}


@pytest.mark.parametrize("column", ["type", "cpor_subtype", "csp_role", "state", "via_lighthouse", "incentive_opt_out"])
def test_every_kind_of_association_occurs(bundle: Path, column: str) -> None:
    expected = {
        "type": {"CPOR", "DPOR", "PAL", "CSP_T1", "CSP_T2", "TPOR"},
        "cpor_subtype": {"", "OSU_M365", "USAGE_ONLY_M365", "OSA", "REVREC", "REVREC_PERFORMANCE", "OSU_BA"},
        "csp_role": {"", "provider", "reseller"},
        "state": {"approved", "active", "ended", "rejected_final", "submitted", "under_review"},
        "via_lighthouse": {"", "true", "false"},
        "incentive_opt_out": {"true", "false"},
    }
    assert expected[column] <= {row[column] for row in rows(bundle / "associations.csv")}


def test_every_file_of_the_bundle_has_rows(bundle: Path) -> None:
    assert {path.stem for path in bundle.iterdir()} == {*COLUMNS, "planted"}
    assert all(rows(path) for path in bundle.iterdir())


def test_the_periods_of_a_subscription_follow_each_other(bundle: Path) -> None:
    periods: dict[str, list[Mapping[str, str]]] = {}
    for row in rows(bundle / "subscriptions.csv"):
        periods.setdefault(row["subscription_id"], []).append(row)
    assert Counter(map(len, periods.values())).keys() >= {1, 2, 3}
    for mine in periods.values():
        assert all(row["ends_on"] == "" or row["starts_on"] < row["ends_on"] for row in mine)
        assert [row["ends_on"] for row in mine[:-1]] == [row["starts_on"] for row in mine[1:]]


def test_usage_ends_with_the_newest_month(bundle: Path) -> None:
    assert {row["month"] for row in rows(bundle / "usage.csv")} == {"2023-08", "2023-09"}


def test_products_are_the_vocabulary_s(bundle: Path) -> None:
    named = concepts()
    assert {PGV + local for local in CONCEPTS.values()} <= named
    labels = {row["product"] for row in rows(bundle / "subscriptions.csv")}
    assert labels | {row["workload"] for row in rows(bundle / "usage.csv")} <= CONCEPTS.keys()


def test_every_class_property_and_concept_is_defined(quads: list[pyoxigraph.Quad]) -> None:
    used = {quad.predicate.value for quad in quads} - {RDF_TYPE}
    objects = {quad.object.value for quad in quads if isinstance(quad.object, pyoxigraph.NamedNode)}
    used |= {iri for iri in objects if iri.startswith((PGV, PG))}
    assert used <= concepts()


@pytest.mark.parametrize(
    "wrong", [{"tenants": 0}, {"violations": 1.5}, {"violations": -0.1}, {"usage_months": -1}, {"form": "turtle"}]
)
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict[str, float | str]) -> None:
    asked = {"tenants": 1, "seed": 1, **wrong}
    with pytest.raises(WrongUse):
        synth.write(tmp_path / "out", **asked)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
