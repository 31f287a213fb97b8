"""Identity providers: JSON Web Tokens of one OpenID Connect issuer. It owns PyJWT."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import jwt

from partnergraph.access.caller import Caller, Role
from partnergraph.errors import WrongUse

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY = 30
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Claims:
    """The names of the claims that say role, partner, customer and locations."""

    role: str = "role"
    partner: str = "partner"
    customer: str = "customer"
    locations: str = "locations"


class Issuer:
    """Tells who asks with a JSON Web Token: signed by a key of the issuer, for us, and not expired.

    Only signatures by public keys are taken, so that nobody can sign with what is published.
    """

    def __init__(self, issuer: str, audience: str, keys: str, claims: Claims | None = None) -> None:
        self._issuer = issuer
        self._audience = audience
        self._claims = claims or Claims()
        self._set: jwt.PyJWKSet | None = None
        self._client: jwt.PyJWKClient | None = None
        if keys.startswith("https://"):
            self._client = jwt.PyJWKClient(keys, cache_jwk_set=True, lifespan=300, timeout=_PATIENCE)
        elif "://" in keys:
            raise WrongUse(f"{keys}: the keys of an issuer come from a file or over https.")
        else:
            self._set = _key_set(Path(keys))

    def caller(self, text: str) -> Caller | None:
        """Return who asks, or None for a token that is not good for whatever reason."""
        try:
            said = jwt.decode(
                text,
                self._key(text),
                algorithms=_ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
            return self._told(said)
        except (jwt.PyJWTError, WrongUse, ValueError):
            return None

    def _told(self, said: dict[str, object]) -> Caller | None:
        named = self._claims
        role, locations = said.get(named.role), said.get(named.locations, [])
        listed = [locations] if isinstance(locations, str) else locations
        if not isinstance(role, str) or not isinstance(listed, list):
            return None
        kind = Role(role).subject
        subject = said.get({"partner": named.partner, "customer": named.customer}[kind]) if kind else None
        # The subject of a token may be a person: what is written down of it is a digest.
        name = hashlib.sha256(f"{self._issuer} {said['sub']}".encode()).hexdigest()[:12]
        return Caller.of(f"jwt-{name}", role, None if subject is None else str(subject), [str(each) for each in listed])

    def _key(self, text: str) -> jwt.PyJWK:
        if self._client is not None:
            return self._client.get_signing_key_from_jwt(text)
        name = jwt.get_unverified_header(text).get("kid")
        keys = self._set.keys if self._set is not None else []
        found = [key for key in keys if key.key_id == name] if name else keys
        if len(found) != 1:
            raise jwt.InvalidKeyError("no such key")
        return found[0]


def _key_set(path: Path) -> jwt.PyJWKSet:
    try:
        return jwt.PyJWKSet.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, jwt.PyJWTError) as fault:
        raise WrongUse(f"{path}: holds no JSON Web Key Set: {fault}.") from fault
