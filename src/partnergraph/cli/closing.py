"""What a service is closed by, from its configuration, and whether that is enough where it listens."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

from partnergraph.access import Claims, Door, Issuer, Tokens
from partnergraph.configuration import Configuration
from partnergraph.errors import WrongUse
from partnergraph.web import Audit, Gate, Rates

TOKENS = "tokens.json"
"""The file of tokens in a store folder."""
_MAKE_SOME = "Make tokens with partnergraph token create and name their file with --tokens, or name an --issuer."


def gate_of(configuration: Configuration) -> Gate:
    """Return what the service is closed by; raise WrongUse where others could reach it unprotected.

    On the loopback interface it may be open, unless it stands behind a proxy. Anywhere else it needs tokens or an
    issuer, and a certificate of its own or a proxy that has one.
    """
    _check_certificate(configuration)
    door = _door(configuration)
    outside = not _is_loopback(configuration.host)
    if (outside or configuration.behind_proxy) and door is None:
        raise WrongUse(f"{configuration.host}: others could read and write here without a login. {_MAKE_SOME}")
    if outside and configuration.certificate is None and not configuration.behind_proxy:
        raise WrongUse(
            f"{configuration.host}: tokens would cross the network in the clear. Give --certificate and --key, or say "
            "--behind-proxy where a proxy ends TLS."
        )
    audit = None if configuration.audit is None else Audit(configuration.audit)
    return Gate(door, Rates(configuration.requests_per_minute), audit)


def tokens_of(store: Path | None, file: Path | None) -> Path | None:
    """Return the file of tokens: the one that is named, or that of the store."""
    return file if file is not None or store is None else store / TOKENS


def _door(configuration: Configuration) -> Door | None:
    path = tokens_of(configuration.store, configuration.tokens)
    tokens = None if path is None or not path.exists() else Tokens(path)
    if configuration.tokens is not None and tokens is None:
        raise WrongUse(f"{configuration.tokens}: is not there. Make it with partnergraph token create.")
    if tokens is not None:
        tokens.listed()
    issuer = _issuer(configuration)
    return None if tokens is None and issuer is None else Door(tokens, issuer)


def _issuer(configuration: Configuration) -> Issuer | None:
    said = (configuration.issuer, configuration.audience, configuration.issuer_keys)
    if not any(said):
        return None
    if not all(said):
        raise WrongUse("An issuer needs three settings: --issuer, --audience and --issuer-keys.")
    claims = Claims(
        configuration.role_claim,
        configuration.partner_claim,
        configuration.customer_claim,
        configuration.locations_claim,
    )
    return Issuer(*said, claims)


def _check_certificate(configuration: Configuration) -> None:
    if (configuration.certificate is None) != (configuration.key is None):
        raise WrongUse("TLS needs both --certificate and --key.")
    if configuration.certificate is not None and configuration.key is not None:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
                configuration.certificate, configuration.key
            )
        except OSError as fault:
            raise WrongUse(
                f"{configuration.certificate}, {configuration.key}: cannot be used for TLS: {fault}."
            ) from fault


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
