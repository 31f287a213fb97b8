"""Tokens open the door for whom they were made, as long as they are good; roles permit what the table says."""

from __future__ import annotations

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from partnergraph.access import Caller, Claims, Door, Issuer, Role, Scope, Tokens, permits
from partnergraph.access import tokens as kept_tokens
from partnergraph.errors import StoreUnavailable, WrongUse

LATER = date(2999, 1, 1)
ISSUER, AUDIENCE = "https://login.example/", "partnergraph"


def test_a_token_names_its_caller_and_is_kept_as_a_digest_only(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    kept, text = tokens.create("partner", "5000001", ["6000002", "6000001"], LATER)
    scope = Scope(Role.PARTNER, "5000001", ("6000001", "6000002"))
    assert tokens.caller(text) == Caller(kept.id, Role.PARTNER, scope)
    written = tokens.path.read_text(encoding="utf-8")
    assert text not in written
    assert text.split("_", 2)[2] not in written
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600


def test_a_token_that_is_revoked_expired_or_unknown_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    kept, text = tokens.create("reader", None, [], LATER)
    other, still_good = tokens.create("reader", None, [], LATER)
    assert tokens.caller(text[:-1] + ("A" if text[-1] != "A" else "B")) is None
    assert tokens.caller(text.replace(kept.id, "0" * 12)) is None
    assert tokens.caller("") is None
    Tokens(tokens.path).revoke(kept.id)
    assert tokens.caller(text) is None
    assert tokens.caller(still_good) == Caller(other.id, Role.READER)
    monkeypatch.setattr(kept_tokens, "_today", lambda: LATER)
    assert tokens.caller(still_good) is None


@pytest.mark.parametrize(
    ("role", "subject", "locations", "said"),
    [
        ("admin", None, [], "There is no role 'admin'"),
        ("partner", None, [], "needs a partner"),
        ("customer", None, [], "needs a customer"),
        ("reader", "5000001", [], "no single partner"),
        ("auditor", "5000001", ["6000001"], "limited to locations"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    tmp_path: Path, role: str, subject: str | None, locations: list[str], said: str
) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    with pytest.raises(WrongUse, match=said):
        tokens.create(role, subject, locations, LATER)
    assert tokens.listed() == ()


def test_a_token_is_not_made_for_the_past(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="past already"):
        Tokens(tmp_path / "tokens.json").create("reader", None, [], date(2020, 1, 1))


@pytest.mark.parametrize("text", ["", "[]", '{"tokens": [{"id": "x"}]}', '{"tokens": 3}'])
def test_a_file_that_holds_no_tokens_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="holds no tokens"):
        Tokens(path).caller("pgt_" + "0" * 12 + "_" + "A" * 43)


@pytest.mark.parametrize(
    ("method", "path", "roles"),
    [
        ("GET", "/health", "reader importer operator auditor customer partner"),
        ("GET", "/sparql", "reader importer operator auditor partner"),
        ("POST", "/sparql", "reader importer operator auditor partner"),
        ("GET", "/questions/area-scores", "reader importer operator auditor partner"),
        ("GET", "/credits", "reader importer operator auditor partner"),
        ("POST", "/validate", "reader importer operator auditor partner"),
        ("GET", "/validate", "reader importer operator"),
        ("GET", "/explain", "reader importer operator"),
        ("GET", "/non-credits", "reader importer operator"),
        ("GET", "/imports", "reader importer operator"),
        ("GET", "/snapshots", "reader importer operator"),
        ("GET", "/diff", "reader importer operator"),
        ("GET", "/openapi.json", "reader importer operator"),
        ("GET", "/what/is/added/later", "reader importer operator"),
        ("POST", "/imports", "importer operator"),
        ("POST", "/update", "importer operator"),
        ("PUT", "/graphs", "importer operator"),
        ("DELETE", "/graphs/a", "importer operator"),
        ("POST", "/what/is/added/later", "importer operator"),
        ("GET", "/queries", "operator"),
        ("DELETE", "/queries/abc", "operator"),
        ("GET", "/metrics", "operator"),
    ],
)
def test_each_role_may_do_what_the_table_says(method: str, path: str, roles: str) -> None:
    assert [role.value for role in Role if permits(role, method, path)] == roles.split()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(key: rsa.RSAPrivateKey | str, algorithm: str = "RS256", **claims: object) -> str:
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "somebody@example.org",
        "exp": datetime.now(UTC) + timedelta(hours=1),
        "role": "reader",
    }
    said = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": "one"})


def issuer(folder: Path, key: rsa.RSAPrivateKey, claims: Claims | None = None) -> Issuer:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "one", "alg": "RS256"}
    path = folder / "keys.json"
    path.write_text(json.dumps({"keys": [public]}), encoding="utf-8")
    return Issuer(ISSUER, AUDIENCE, str(path), claims)


def test_a_token_of_the_issuer_names_its_caller_and_no_person(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    door = Door(None, issuer(tmp_path, key, Claims(role="pg_role", partner="pg_partner", locations="pg_places")))
    found = door.caller(signed(key, pg_role="partner", pg_partner="5000001", pg_places=["6000001"]))
    assert found is not None
    assert found.scope == Scope(Role.PARTNER, "5000001", ("6000001",))
    assert "somebody" not in found.name


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": datetime.now(UTC) - timedelta(hours=1)},
        {"exp": None},
        {"nbf": datetime.now(UTC) + timedelta(hours=1)},
        {"iss": "https://other.example/"},
        {"aud": "another-service"},
        {"aud": None},
        {"sub": None},
        {"role": None},
        {"role": "king"},
        {"role": ["operator"]},
        {"role": "partner"},
        {"role": "partner", "partner": "5000001", "locations": 7},
        {"role": "reader", "locations": ["6000001"]},
    ],
)
def test_a_token_of_the_issuer_that_is_not_good_opens_nothing(
    tmp_path: Path, key: rsa.RSAPrivateKey, claims: dict[str, object]
) -> None:
    assert issuer(tmp_path, key).caller(signed(key, **claims)) is None


def test_a_token_signed_by_anybody_else_opens_nothing(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    ours = issuer(tmp_path, key)
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    unsigned = jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "sub": "a", "role": "operator"}, "", algorithm="none")
    shared = signed("a secret that is long enough for it", "HS256")
    for text in (signed(stranger), unsigned, shared, "a.b.c", "nonsense"):
        assert ours.caller(text) is None
    assert ours.caller(signed(key)) is not None


@pytest.mark.parametrize("keys", ["http://login.example/keys", "nowhere.json"])
def test_the_keys_of_an_issuer_come_from_a_file_or_over_https(keys: str) -> None:
    with pytest.raises(WrongUse):
        Issuer(ISSUER, AUDIENCE, keys)
