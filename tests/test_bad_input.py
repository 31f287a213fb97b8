"""Input that cannot be read: each kind is refused with file, row and column, all faults at once."""

from __future__ import annotations

import gzip
import io
import random
import resource
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from partnergraph.errors import StoreUnavailable, UnreadableInput
from partnergraph.importing import stage
from partnergraph.settings import DEFAULT_LIMITS
from staged import CODES, KeepingSink, faults_of, places_of, stage_kept, write_files, write_zip

CUSTOMERS = "customer_id,name\nC1,Fabrikam\nC2,Northwind\n"
USAGE = "tenant_id,workload,month,paid_available_units\n"
XML = '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">\n'
XML_END = '<rdf:Description rdf:about="urn:a"><u:b>c</u:b></rdf:Description>\n</rdf:RDF>'


# --- cells ---


@pytest.mark.parametrize(
    ("file", "header", "row", "column"),
    [
        ("partners.csv", "partner_id,account_type,parent_since", "1,location,2023-02-30", "parent_since"),
        ("partners.csv", "partner_id,account_type,deleted_on", "1,location,30.06.2023", "deleted_on"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel,seats", "S1,T1,Teams,EA,-5", "seats"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel,seats", 'S1,T1,Teams,EA,"1,000"', "seats"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel,seats", "S1,T1,Teams,EA,300.0", "seats"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel,provisioned", "S,T,X,EA,yes", "provisioned"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel,azure_plan", "S,T,X,EA,1", "azure_plan"),
        ("associations.csv", "association_id,type,partner_id,starts_on", "A1,CPOR,1,2023-02-29", "starts_on"),
        ("associations.csv", "association_id,type,partner_id,poe", "A1,CPOR,1,maybe", "poe"),
        ("claim_events.csv", "association_id,on,state", "A1,2023-06-31,approved", "on"),
        ("principals.csv", "principal_id,tenant_id,disabled_on", "u1,T1,soon", "disabled_on"),
        ("role_assignments.csv", "principal_id,scope,role,ends_on", "u1,T1,Owner,2023-00-10", "ends_on"),
        ("resource_roles.csv", "resource_id,principal_id,relation,last_active_on", "R1,u1,owner,x", "last_active_on"),
        ("usage.csv", "tenant_id,workload,month", "T1,Teams,2023-13", "month"),
        ("usage.csv", "tenant_id,workload,month", "T1,Teams,2023-05-31", "month"),
        ("usage.csv", "tenant_id,workload,month,paid_available_units", "T1,Teams,2023-05,-1", "paid_available_units"),
        ("usage.csv", "tenant_id,workload,month,monthly_active_users", "T1,Teams,2023-05,many", "monthly_active_users"),
        ("usage.csv", "tenant_id,workload,month,revenue_usd", 'T1,Teams,2023-05,"1,5"', "revenue_usd"),
        ("usage.csv", "tenant_id,workload,month,acr_usd", "T1,Teams,2023-05,$400", "acr_usd"),
        ("usage.csv", "tenant_id,workload,month,capacity", "T1,Teams,2023-05,-0.5", "capacity"),
        ("designations.csv", "global_partner_id,solution_area,enrolled_on", "1,security,2023", "enrolled_on"),
        ("score_history.csv", "global_partner_id,solution_area,on,total", "1,security,2023-05-31,ten", "total"),
        ("score_history.csv", "global_partner_id,solution_area,on", "1,security,May", "on"),
        ("certifications.csv", "person_key,certification,global_partner_id,expires_on", "k,c,1,never", "expires_on"),
    ],
)
def test_a_malformed_cell_is_refused_with_its_place(
    tmp_path: Path, file: str, header: str, row: str, column: str
) -> None:
    folder = write_files(tmp_path, {file: f"{header}\n{row}\n"})
    assert places_of(folder) == [(file, 2, column)]


@pytest.mark.parametrize(
    ("file", "header", "row", "column"),
    [
        ("partners.csv", "partner_id,account_type", ",location", "partner_id"),
        ("customers.csv", "customer_id,name", " ,Fabrikam", "customer_id"),
        ("tenants.csv", "tenant_id,customer_id", ",C1", "tenant_id"),
        ("subscriptions.csv", "subscription_id,tenant_id,product,channel", ",T1,Teams,EA", "subscription_id"),
        ("associations.csv", "association_id,type,partner_id", ",CPOR,1", "association_id"),
        ("claim_events.csv", "association_id,on,state", ",2023-05-01,approved", "association_id"),
        ("principals.csv", "principal_id,tenant_id", ",T1", "principal_id"),
        ("role_assignments.csv", "principal_id,scope,role", "u1,,Owner", "scope"),
        ("resources.csv", "resource_id,tenant_id,kind", ",T1,app", "resource_id"),
        ("resource_roles.csv", "resource_id,principal_id,relation", "R1,,owner", "principal_id"),
        ("usage.csv", "tenant_id,workload,month", ",Teams,2023-05", "tenant_id"),
        ("usage.csv", "tenant_id,workload,month", "T1,,2023-05", "workload"),
        ("usage.csv", "tenant_id,workload,month", "T1,Teams,", "month"),
        ("designations.csv", "global_partner_id,solution_area", "1,", "solution_area"),
        ("score_history.csv", "global_partner_id,solution_area,on", "1,security,", "on"),
        ("certifications.csv", "person_key,certification,global_partner_id", ",c,1", "person_key"),
    ],
)
def test_a_row_that_is_about_nothing_is_refused(tmp_path: Path, file: str, header: str, row: str, column: str) -> None:
    assert places_of(write_files(tmp_path, {file: f"{header}\n{row}\n"})) == [(file, 2, column)]


def test_an_empty_reference_can_be_read(tmp_path: Path) -> None:
    text = "association_id,type,partner_id,tenant_id,subscription_id,state\nA1,CPOR,,,,\n"
    _, sink = stage_kept(write_files(tmp_path, {"associations.csv": text}))
    assert sink.text


def test_every_fault_of_every_file_is_listed_and_nothing_is_handed_over(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "bundle",
        {
            "usage.csv": USAGE + "T1,Teams,2023-13,x\nT1,Teams,2023-05,10\nT1,Teams,2023-05,1.5\n",
            "tenants.csv": "tenant_id\nT1\n",
            "associations.csv": "association_id,type,partner_id,starts_on,poe\nA1,PAL,1,2023-02-30,perhaps\nA2,PAL,1\n",
            "customers.csv": CUSTOMERS,
        },
    )
    broken = write_files(tmp_path / "rdf", {"a.ttl": "<urn:a> <urn:b>\n<urn:c"}) / "a.ttl"
    assert places_of(folder, broken) == [
        ("tenants.csv", 1, "customer_id"),
        ("associations.csv", 2, "starts_on"),
        ("associations.csv", 2, "poe"),
        ("associations.csv", 3, None),
        ("usage.csv", 2, "month"),
        ("usage.csv", 2, "paid_available_units"),
        ("usage.csv", 4, "paid_available_units"),
        ("a.ttl", 2, "1"),
    ]
    sink = KeepingSink()
    with pytest.raises(UnreadableInput):
        stage([folder], sink, CODES, DEFAULT_LIMITS)
    assert sink.formats == []


def test_the_same_malformed_cell_is_listed_in_each_of_its_rows(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"usage.csv": USAGE + "T1,Teams,2023-13,x\n" * 3})
    assert places_of(folder) == [("usage.csv", row, c) for row in (2, 3, 4) for c in ("month", "paid_available_units")]


def test_a_hundred_faults_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"usage.csv": USAGE + "T1,Teams,2023-13,1\n" * 250})
    faults = faults_of(folder)
    assert len(faults) == 101
    assert "150 more" in faults[-1].problem


def test_a_fault_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    (fault,) = faults_of(write_files(tmp_path, {"usage.csv": USAGE + "T1,Teams,2023-13,1\n"}))
    assert str(fault) == (
        "usage.csv, row 2, column month: '2023-13' is not a month of the calendar. Correct the month."
    )


# --- headers ---


def test_each_missing_required_column_is_named(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"associations.csv": "association_id,state\nA1,approved\n"})
    assert places_of(folder) == [("associations.csv", 1, "type"), ("associations.csv", 1, "partner_id")]


def test_cells_are_judged_although_a_column_is_missing(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"usage.csv": "workload,month,capacity\nTeams,2023-13,much\n"})
    assert places_of(folder) == [("usage.csv", 1, "tenant_id"), ("usage.csv", 2, "month"), ("usage.csv", 2, "capacity")]


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"customers.csv": "customer_id,name,Customer ID\nC1,x,C2\n"})
    assert places_of(folder) == [("customers.csv", 1, "customer_id")]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_named(tmp_path: Path, separator: str) -> None:
    folder = write_files(tmp_path, {"customers.csv": CUSTOMERS.replace(",", separator)})
    (fault,) = faults_of(folder)
    assert (fault.file, fault.row, fault.column) == ("customers.csv", 1, None)
    assert repr(separator) in fault.problem


# --- the text of a CSV file ---


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_a_csv_file_without_a_header_is_refused(tmp_path: Path, content: str) -> None:
    (fault,) = faults_of(write_files(tmp_path, {"customers.csv": content}))
    assert "header row is missing" in fault.problem


@pytest.mark.parametrize(("row", "cells"), [("C1,Fabrikam,Praha", 3), ("C1", 1)])
def test_a_row_of_another_length_than_the_header_is_refused(tmp_path: Path, row: str, cells: int) -> None:
    (fault,) = faults_of(write_files(tmp_path, {"customers.csv": f"customer_id,name\nC0,Ok\n{row}\nC2,Ok\n"}))
    assert (fault.file, fault.row) == ("customers.csv", 3)
    assert f"{cells} cell" in fault.problem


def test_a_file_cut_off_within_a_quoted_cell_is_refused_at_the_row_where_it_starts(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"customers.csv": 'customer_id,name\nC1,Ok\nC2,"Fabri\nkam\n'})
    (fault,) = faults_of(folder)
    assert (fault.file, fault.row) == ("customers.csv", 3)
    assert "never closed" in fault.problem


def test_an_open_quote_in_a_long_file_does_not_swallow_it(tmp_path: Path) -> None:
    text = 'customer_id,name\nC1,"open\n' + "C2,Fabrikam\n" * 50_000
    (fault,) = faults_of(write_files(tmp_path, {"customers.csv": text}))
    assert (fault.row, "never closed" in fault.problem) == (2, True)


def test_text_behind_a_quote_is_refused_and_the_rows_behind_it_are_read(tmp_path: Path) -> None:
    text = 'customer_id,name\nC1,"Fabri"kam\nC2,ok\n,nobody\n'
    assert places_of(write_files(tmp_path, {"customers.csv": text})) == [
        ("customers.csv", 2, None),
        ("customers.csv", 4, "customer_id"),
    ]


def test_bytes_that_are_not_utf8_are_refused_with_row_and_column(tmp_path: Path) -> None:
    text = "customer_id,name\nC1,Ok\nC2,Příbram\nC3,Ok\nC4,Žilina\n".encode("cp1250")
    faults = faults_of(write_files(tmp_path, {"customers.csv": text}))
    assert [(fault.row, fault.column) for fault in faults] == [(3, "name"), (5, "name")]
    assert all("UTF-8" in fault.problem for fault in faults)


def test_a_character_cut_in_half_by_the_end_of_the_file_is_refused(tmp_path: Path) -> None:
    text = "customer_id,name\nC1,Olomoučky".encode()[:-3]
    assert places_of(write_files(tmp_path, {"customers.csv": text})) == [("customers.csv", 2, "name")]


def test_a_header_that_is_not_utf8_is_refused_once(tmp_path: Path) -> None:
    text = "customer_id,jméno\nC1,Ok\n".encode("latin-1")
    assert places_of(write_files(tmp_path, {"customers.csv": text})) == [("customers.csv", 1, None)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(tmp_path: Path, encoding: str) -> None:
    (fault,) = faults_of(write_files(tmp_path, {"customers.csv": CUSTOMERS.encode(encoding)}))
    assert "UTF-16" in fault.problem


def test_nul_bytes_far_into_a_file_are_refused_with_row_and_column(tmp_path: Path) -> None:
    text = "customer_id,name\n" + "C1,Fabrikam\n" * 2000 + "C2,Fab\0rikam\n"
    assert places_of(write_files(tmp_path, {"customers.csv": text})) == [("customers.csv", 2002, "name")]


# --- files that lie about their format ---


def _zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x.txt", "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("customers.csv", _zipped(), "zip archive"),
        ("customers.csv", gzip.compress(CUSTOMERS.encode()), "gzip"),
        ("customers.csv", b"%PDF-1.7 ...", "PDF"),
        ("customers.csv", b"<!DOCTYPE html><html></html>", "web page"),
        ("customers.csv", bytes(range(256)), "binary"),
        ("customers.csv", b'[{"customer_id": "C1"}]', "missing"),
        ("a.ttl", CUSTOMERS.encode(), "valid subject"),
        ("a.ttl", b'{"@id": "urn:a"}', "valid"),
        ("a.ttl", _zipped(), "zip archive"),
        ("a.ttl", gzip.compress(b""), "gzip"),
        ("a.ttl", b"<!DOCTYPE html><html></html>", "web page"),
        ("a.ttl", "<urn:a> <urn:b> <urn:c> .".encode("utf-16"), "UTF-16"),
        ("a.nt", CUSTOMERS.encode(), "subject"),
        ("a.nq", XML.encode(), ""),
        ("a.rdf", CUSTOMERS.encode(), "not well-formed XML"),
        ("a.rdf", b"<html><body>x</body></html>", "web page"),
        ("a.rdf", b'<root xmlns="urn:x"><a>1</a></root>', "not RDF/XML"),
        ("a.rdf", b"", "not well-formed XML"),
        ("a.jsonld", CUSTOMERS.encode(), ""),
        ("a.json", b'[{"customer_id": "C1"}]', "not JSON-LD"),
        ("a.json", b"", "not JSON-LD"),
        ("a.jsonld", b'{"@context": "urn:c", "@id": "urn:a", "name": "b"}', "context that lies elsewhere"),
        ("a.zip", CUSTOMERS.encode(), "no zip archive"),
        ("a.zip", b"", "no zip archive"),
        ("a.ttl.gz", b"<urn:a> <urn:b> <urn:c> .", "not packed"),
        ("a.gz", b"", "not packed"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0....", "Office document"),
        ("a.parquet", b"PAR1....", "Parquet"),
        ("a.txt", b"Dear customer, ...", "no known format"),
        ("mine.csv", CUSTOMERS.encode(), "name of a file of a bundle"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    faults = faults_of(write_files(tmp_path, {name: content}) / name)
    assert {fault.file for fault in faults} == {name}
    assert word in faults[0].problem
    assert all(fault.problem.endswith(".") and fault.remedy for fault in faults)


def test_the_remedy_names_what_a_file_looks_like(tmp_path: Path) -> None:
    (fault,) = faults_of(write_files(tmp_path, {"a.ttl": CUSTOMERS}) / "a.ttl")
    assert "a CSV table" in fault.remedy


# --- RDF ---


@pytest.mark.parametrize(
    ("name", "content", "row", "column"),
    [
        ("a.ttl", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> ;", 2, "17"),
        ("a.ttl", "<urn:a> <urn:b> u:c .", 1, "17"),
        ("a.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn", 2, "17"),
        ("a.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .\nrubbish\n", 2, "1"),
        ("a.rdf", XML + "<u:Thing>", 3, "10"),
        ("a.rdf", XML + XML_END.removesuffix("</rdf:RDF>"), 4, "1"),
        ("a.jsonld", '{"@id": "urn:a",\n "urn:b": ', 2, "11"),
    ],
)
def test_broken_or_truncated_rdf_is_refused_with_line_and_column(
    tmp_path: Path, name: str, content: str, row: int, column: str
) -> None:
    assert places_of(write_files(tmp_path, {name: content}) / name) == [(name, row, column)]


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.nq", "a.trig"])
def test_rdf_that_is_not_utf8_is_refused(tmp_path: Path, name: str) -> None:
    content = '<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> "é" .\n'.encode("latin-1")
    (fault,) = faults_of(write_files(tmp_path, {name: content}) / name)
    assert (fault.file, fault.row) == (name, 2)


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.rdf", "a.jsonld"])
def test_nul_bytes_in_rdf_are_refused_with_the_line(tmp_path: Path, name: str) -> None:
    content = "# comment\n" * 2000 + '<urn:a> <urn:b> "\0" .\n'
    faults = faults_of(write_files(tmp_path, {name: content}) / name)
    assert (faults[0].file, faults[0].row) == (name, 2001)


def test_a_fault_in_each_of_several_rdf_files_is_listed(tmp_path: Path) -> None:
    files = {"a.ttl": "rubbish", "b.nt": "<urn:a> <urn:b> <urn:c> .", "c.nq": "\n\nrubbish\n", "d.json": "{"}
    faults = faults_of(write_files(tmp_path, files))
    assert [fault.file for fault in faults] == ["a.ttl", "c.nq", "d.json"]


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a "x">',
    ],
)
def test_entities_that_could_grow_or_reach_out_are_refused(tmp_path: Path, declarations: str) -> None:
    content = XML.replace("\n<rdf", f"\n<!DOCTYPE rdf:RDF [{declarations}]>\n<rdf") + XML_END
    (fault,) = faults_of(write_files(tmp_path, {"a.rdf": content}) / "a.rdf")
    assert (fault.file, fault.row) == ("a.rdf", 2)
    assert "entity" in fault.problem


def test_plain_entities_are_read(tmp_path: Path) -> None:
    content = XML.replace("\n<rdf", '\n<!DOCTYPE rdf:RDF [<!ENTITY a "urn:">]>\n<rdf') + XML_END
    _, sink = stage_kept(write_files(tmp_path, {"a.rdf": content}) / "a.rdf")
    assert sink.formats == ["rdfxml"]


def test_xml_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    content = XML + "<u:A><u:b>" * 100_000
    (fault,) = faults_of(write_files(tmp_path, {"a.rdf": content}) / "a.rdf")
    assert "deeper than 1000" in fault.problem


# --- paths ---


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (fault,) = faults_of(tmp_path / "empty")
    assert (fault.file, fault.row) == ("empty", None)
    assert "is empty" in fault.problem


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "docs", {"notes.md": "x", "table.csv": CUSTOMERS})
    (fault,) = faults_of(folder)
    assert (fault.file, "nothing that can be imported" in fault.problem) == ("docs", True)


def test_a_path_to_nothing_is_refused_beside_other_faults(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"a.ttl": "rubbish"})
    assert [fault.file for fault in faults_of(tmp_path / "b.ttl", folder / "a.ttl")] == ["b.ttl", "a.ttl"]


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"customers.csv": CUSTOMERS, "Customers.CSV": CUSTOMERS})
    assert [fault.file for fault in faults_of(folder)] == ["customers.csv"]


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    limits = replace(DEFAULT_LIMITS, file_bytes=40)
    folder = write_files(tmp_path, {"customers.csv": CUSTOMERS, "tenants.csv": "tenant_id,customer_id\n"})
    assert [fault.file for fault in faults_of(folder, limits=limits)] == ["customers.csv"]
    rdf = write_files(tmp_path / "rdf", {"a.nt": "<urn:a> <urn:b> <urn:c> .\n" * 2}) / "a.nt"
    assert "40 bytes" in faults_of(rdf, limits=limits)[0].problem


# --- archives ---


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS})
    path.write_bytes(path.read_bytes()[:-30])
    (fault,) = faults_of(path)
    assert (fault.file, "cut off" in fault.problem) == ("a.zip", True)


def test_a_zip_whose_content_was_damaged_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS * 100})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    assert "a.zip/customers.csv" in {fault.file for fault in faults_of(path)}


@pytest.mark.parametrize(
    "name", ["../customers.csv", "/customers.csv", "x/../../customers.csv", "..\\customers.csv", "C:/customers.csv"]
)
def test_a_zip_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    (fault,) = faults_of(write_zip(tmp_path / "a.zip", {name: CUSTOMERS}))
    assert "leads out" in fault.problem


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"customers.csv": "customer_id\n" + "C\n" * 10_000_000})
    (fault,) = faults_of(path)
    assert (fault.file, "zip bomb" in fault.problem) == ("a.zip/customers.csv", True)


def test_a_zip_that_unpacks_to_too_much_in_all_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {f"{number}/customers.csv": CUSTOMERS for number in range(4)})
    faults = faults_of(path, limits=replace(DEFAULT_LIMITS, unpacked_bytes=100, archive_members=3))
    assert {fault.file for fault in faults} == {"a.zip"}
    assert ["4 files" in faults[0].problem, "100 are allowed" in faults[1].problem] == [True, True]


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"tenants.csv": "tenant_id\nT1\n"}).read_bytes()
    staged, _ = stage_kept(write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS, "inner.zip": inner}))
    assert staged.notes == ("a.zip/inner.zip: is not part of the bundle and was not read",)
    (fault,) = faults_of(write_zip(tmp_path / "b.zip", {"inner.zip": inner}))
    assert "no CSV file of a bundle" in fault.problem


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS})
    content = path.read_bytes()
    content = content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    path.write_bytes(content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"))
    (fault,) = faults_of(path)
    assert "encrypted" in fault.problem


def test_a_zip_with_a_nameless_file_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS})
    path.write_bytes(path.read_bytes().replace(b"customers.csv", b"\0ustomers.csv"))
    (fault,) = faults_of(path)
    assert "has no name" in fault.problem


def test_a_zip_with_one_table_twice_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"x/customers.csv": CUSTOMERS, "y/customers.csv": CUSTOMERS})
    (fault,) = faults_of(path)
    assert (fault.file, "x/customers.csv" in fault.problem) == ("a.zip/y/customers.csv", True)


def test_faults_within_a_zip_are_named_by_their_place(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"x/usage.csv": USAGE + "T1,Teams,2023-13,1\n"})
    assert places_of(path) == [("a.zip/x/usage.csv", 2, "month")]


@pytest.mark.parametrize("cut", [20, 200])
def test_a_truncated_gzip_file_is_refused(tmp_path: Path, cut: int) -> None:
    content = "".join(f"<urn:{number}> <urn:b> <urn:c> .\n" for number in range(10_000))
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(content.encode())[:-cut])
    (fault,) = faults_of(path)
    assert (fault.file, "cut off" in fault.problem) == ("a.nt.gz", True)


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(random.Random(1).randbytes(5000).hex().encode()))
    content[2000] ^= 0xFF
    path = tmp_path / "a.nt.gz"
    path.write_bytes(content)
    (fault,) = faults_of(path)
    assert "damaged" in fault.problem


def test_a_gzip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    path = tmp_path / "a.ttl.gz"
    with path.open("wb") as out:
        for _ in range(50):
            out.write(packer.compress(b"#" * 1_000_000))
        out.write(packer.flush())
    (fault,) = faults_of(path)
    assert "as a bomb does" in fault.problem


# --- whatever else ---


def test_a_disk_without_room_is_told_apart_from_bad_input(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {"customers.csv": "customer_id\n" + "".join(f"C{row}\n" for row in range(2000))})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    sink = KeepingSink()
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            stage([folder], sink, CODES, DEFAULT_LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sink.formats == []


def test_no_damage_to_a_zip_ends_in_anything_but_a_refusal(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "a.zip", {"customers.csv": CUSTOMERS, "usage.csv": USAGE}).read_bytes()
    chance = random.Random(7)
    path = tmp_path / "b.zip"
    refused = 0
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
        try:
            stage([path], KeepingSink(), CODES, DEFAULT_LIMITS)
        except UnreadableInput:
            refused += 1
    assert refused > 200


def test_no_bytes_in_a_csv_file_end_in_anything_but_a_refusal(tmp_path: Path) -> None:
    whole = (USAGE + 'T1,"Te""ams",2023-05,300\nT2,Exchange,2023-06,\n').encode()
    chance = random.Random(11)
    refused = 0
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice(b'"\n\r,\0\xff\xc3 x-')
        path = write_files(tmp_path, {"usage.csv": bytes(content)}) / "usage.csv"
        try:
            stage([path], KeepingSink(), CODES, DEFAULT_LIMITS)
        except UnreadableInput:
            refused += 1
    assert 100 < refused < 400
