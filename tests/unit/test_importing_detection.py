"""What paths are taken for, and under which names their files are known."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from partnergraph.importing import stage
from partnergraph.settings import DEFAULT_LIMITS
from partnergraph.store import Store
from staged import CODES, KeepingSink, stage_kept, write_files, write_zip

TRIPLE = "<urn:a> <urn:b> <urn:c> ."
XML = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:a"><u:b rdf:resource="urn:c"/></rdf:Description></rdf:RDF>'
)
JSON = '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}'


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.ttl", TRIPLE, "turtle"),
        ("a.TTL", TRIPLE, "turtle"),
        ("a.trig", TRIPLE, "trig"),
        ("a.nt", TRIPLE, "ntriples"),
        ("a.nq", TRIPLE, "nquads"),
        ("a.jsonld", JSON, "jsonld"),
        ("a.json-ld", JSON, "jsonld"),
        ("a.json", JSON, "jsonld"),
        ("a.rdf", XML, "rdfxml"),
        ("a.xml", XML, "rdfxml"),
        ("a.owl", XML, "rdfxml"),
        ("a.txt", "# a comment\n" + TRIPLE, "nquads"),
        ("a.txt", "@prefix u: <urn:> .\nu:a u:b u:c .", "trig"),
        ("a", "PREFIX u: <urn:>\nu:a u:b u:c .", "trig"),
        ("a.dat", JSON, "jsonld"),
        ("a.dat", XML, "rdfxml"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_an_rdf_file_is_known_by_its_name_or_else_by_its_content(
    tmp_path: Path, name: str, content: str, form: str, suffix: str
) -> None:
    path = tmp_path / (name + suffix)
    path.write_bytes(gzip.compress(content.encode()) if suffix else content.encode())
    staged, sink = stage_kept(path)
    assert sink.formats == [form]
    assert sink.text == content
    assert [(file.name, file.byte_count) for file in staged.files] == [(path.name, path.stat().st_size)]


@pytest.mark.parametrize(("name", "content"), [("a.ttl", TRIPLE), ("a.nt", TRIPLE), ("a.json", JSON), ("a.rdf", XML)])
def test_a_byte_order_mark_is_passed_over(tmp_path: Path, name: str, content: str) -> None:
    folder = write_files(tmp_path, {name: "\ufeff" + content})
    with Store.memory().draft(keep=False) as draft:
        stage([folder / name], draft, CODES, DEFAULT_LIMITS)
        assert draft.holds("ASK { <urn:a> <urn:b> <urn:c> }")


def test_a_folder_with_a_bundle_file_is_a_bundle_and_names_what_it_leaves_aside(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"Claim Events.CSV": "association_id,on,state\n", "a.ttl": TRIPLE, "notes.md": "x"})
    (folder / "old").mkdir()
    staged, sink = stage_kept(folder)
    assert [file.name for file in staged.files] == ["Claim Events.CSV"]
    assert sink.formats == ["ntriples"]
    assert set(staged.notes) == {
        "a.ttl: is not part of the bundle and was not read",
        "notes.md: is not part of the bundle and was not read",
        "old: is not part of the bundle and was not read",
    }


def test_a_folder_of_rdf_files_is_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    staged, sink = stage_kept(write_files(tmp_path, {"b.nt": TRIPLE, "a.ttl": TRIPLE, "c.md": "x"}))
    assert sink.formats == ["turtle", "ntriples"]
    assert [file.name for file in staged.files] == ["a.ttl", "b.nt"]
    assert staged.notes == ("c.md: is not part of the bundle and was not read",)


def test_csv_files_given_one_by_one_are_one_bundle(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path,
        {
            "role_assignments.csv": "principal_id,scope,role\nu1,T1,Owner\n",
            "tenants.csv": "tenant_id,customer_id\nT1,C1\n",
        },
    )
    _, sink = stage_kept(folder / "role_assignments.csv", folder / "tenants.csv")
    assert sink.formats == ["ntriples"]
    assert "#reaches> <https://w3id.org/partnergraph/id/tenant/T1>" in sink.text


def test_two_files_of_one_name_can_be_told_apart(tmp_path: Path) -> None:
    text = {"customers.csv": "customer_id\nC1\n"}
    staged, sink = stage_kept(write_files(tmp_path / "a", text), write_files(tmp_path / "b", text))
    assert [file.name for file in staged.files] == ["customers.csv", "customers.csv (2)"]
    assert '"customers.csv:2"' in sink.text
    assert '"customers.csv (2):2"' in sink.text


def test_no_name_tells_where_a_file_lay(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "inner", {"customers.csv": "customer_id\nC1\n"})
    rdf = write_files(tmp_path / "rdf", {"a.ttl": TRIPLE})
    packed = write_zip(tmp_path / "c.zip", {"x/customers.csv": "customer_id\nC1\n"})
    staged, sink = stage_kept(folder.resolve(), rdf / "a.ttl", packed)
    assert [file.name for file in staged.files] == ["customers.csv", "c.zip/x/customers.csv", "a.ttl"]
    assert str(tmp_path) not in sink.text + str(staged)


def test_a_path_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"a.nt": TRIPLE}) / "a.nt"
    staged, sink = stage_kept(path, path.parent / "." / "a.nt")
    assert sink.formats == ["ntriples"]
    assert staged.notes == ("a.nt: was given twice and is read once",)


def test_a_zip_under_another_name_is_still_a_bundle(tmp_path: Path) -> None:
    staged, _ = stage_kept(write_zip(tmp_path / "export.bundle", {"customers.csv": "customer_id\nC1\n"}))
    assert [file.name for file in staged.files] == ["export.bundle/customers.csv"]


def test_what_file_managers_leave_behind_is_no_news(tmp_path: Path) -> None:
    junk = {"__MACOSX/._customers.csv": "x", ".DS_Store": "x", "Thumbs.db": "x"}
    staged, _ = stage_kept(write_zip(tmp_path / "a.zip", {"customers.csv": "customer_id\nC1\n", **junk}))
    assert staged.notes == ()


def test_files_without_rows_or_triples_are_no_fault(tmp_path: Path) -> None:
    staged, sink = stage_kept(write_files(tmp_path / "a", {"customers.csv": "customer_id\n"}))
    assert not staged.lists_designations
    assert sink.text == ""
    stage_kept(write_files(tmp_path / "b", {"a.ttl": ""}))


def test_progress_is_told_to_the_last_byte(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"customers.csv": "customer_id\nC1\n"})
    rdf = write_files(tmp_path / "rdf", {"a.nt": TRIPLE})
    heard: list[tuple[str, int, int | None]] = []
    stage(
        [folder, rdf], KeepingSink(), CODES, DEFAULT_LIMITS, lambda step, done, total: heard.append((step, done, total))
    )
    assert ("reading customers.csv", 15, 15) in heard
    assert ("checking a.nt", 25, 25) in heard
    assert ("loading a.nt", 25, 25) in heard
