"""The names of things: namespaces, graphs, and the one function that mints an instance's IRI."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

BASE = "https://w3id.org/partnergraph/"
PG = BASE + "ns#"
PGV = BASE + "vocabulary#"
PGM = BASE + "eligibility#"
PGSH = BASE + "shapes#"
PGW = BASE + "working#"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "owl": OWL,
    "pg": PG,
    "pgm": PGM,
    "pgs": BASE + "sources#",
    "pgsh": PGSH,
    "pgv": PGV,
    "pgw": PGW,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}

ONTOLOGY_GRAPH = GRAPH + "ontology"
IMPORTS_GRAPH = GRAPH + "imports/"
UPDATES_GRAPH = IMPORTS_GRAPH + "updates/all"
"""No import's provenance can be there: in its name a slash is encoded."""
CONTEXT_GRAPH = GRAPH + "context"
WORKING_GRAPH = GRAPH + "working"
DERIVED_GRAPHS = GRAPH + "derived/"
DERIVATION_GRAPH = DERIVED_GRAPHS + "by"
"""Says what the other derived graphs are derived by."""
STATE_GRAPH = GRAPH + "state"
POLICY_GRAPH = GRAPH + "policy"
SHAPES_GRAPH = GRAPH + "shapes"
FINDINGS_GRAPH = GRAPH + "findings"
RULES_GRAPH = GRAPH + "rules"
SCORING_GRAPH = GRAPH + "scoring"
DEFAULT_GRAPH = GRAPH + "default"
"""Holds what users write without naming a graph."""

_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SAFE = "-._~"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def asserted_graph(name: str) -> str:
    """Return the IRI of the graph that holds the import called `name`."""
    return f"{GRAPH}asserted/{quote(name, safe=_SAFE)}"


def is_asserted(graph: str) -> bool:
    """Return whether a graph holds what users say: an import, or what they wrote. All others we keep ourselves."""
    return not graph.startswith(GRAPH) or graph.startswith(GRAPH + "asserted/") or graph == DEFAULT_GRAPH


def quarantine_graph(name: str) -> str:
    """Return the IRI of the graph that holds what was set apart of the import called `name`."""
    return f"{GRAPH}quarantine/{quote(name, safe=_SAFE)}"


def pack_graph(pack: str) -> str:
    """Return the IRI of the graph that holds rule pack `pack`."""
    return f"{GRAPH}pack/{quote(pack, safe=_SAFE)}"


def shapes_graph(name: str) -> str:
    """Return the IRI of the graph that holds the shapes that a user added under `name`."""
    return f"{SHAPES_GRAPH}/{quote(name, safe=_SAFE)}"


def snapshot_graph(name: str) -> str:
    """Return the IRI of the graph that holds what was closed under `name`."""
    return f"{GRAPH}closed/{quote(name, safe=_SAFE)}"


def credit_graph(pack: str) -> str:
    """Return the IRI of the derived graph that holds the credits of rule pack `pack`."""
    return f"{GRAPH}derived/credit/{quote(pack, safe=_SAFE)}"


def score_graph(pack: str) -> str:
    """Return the IRI of the derived graph that holds the scores of rule pack `pack`."""
    return f"{GRAPH}derived/score/{quote(pack, safe=_SAFE)}"


def normal_key(key: str) -> str:
    """Return `key` as it is compared: GUIDs and resource paths in lower case, anything else as written."""
    if _GUID.fullmatch(key) or key.startswith("/"):
        return key.lower()
    return key


def instance(kind: str, *parts: str) -> str:
    """Return the IRI of the thing of type `kind` whose source id is `parts`; the only place where ids become IRIs."""
    return f"{ID}{kind}/" + "/".join(quote(normal_key(part), safe=_SAFE) for part in parts)


def local_id(iri: str) -> tuple[str, str]:
    """Return (type, id) of an instance IRI; ("", the IRI) for an IRI that `instance` did not mint."""
    if not iri.startswith(ID):
        return "", iri
    kind, _, key = iri[len(ID) :].partition("/")
    return kind, "/".join(unquote(part) for part in key.split("/"))


def literal(text: str, datatype: str = "") -> str:
    """Return `text` as an N-Triples literal, of the XML Schema datatype with that local name where one is named."""
    quoted = f'"{text.translate(_ESCAPES)}"'
    return f"{quoted}^^<{XSD}{datatype}>" if datatype else quoted


def compact(iri: str) -> str:
    """Return `iri` with a known prefix in place of its namespace, or unchanged."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
