"""What the eligibility matrix of pack 2023-06 allows, typed off its rows; what is missing means no."""

SCORE = "net_customer_adds deployments usage_growth"
BOTH = ("enterprise", "smb")
NONE = ("",)

_CSP = "CSP_LEGACY CSP_NCE"
_M365 = "EA CASA_EES WEB_DIRECT CSP_LEGACY CSP_NCE MCA_E OPEN"
_DIRECT = "EA CASA_EES WEB_DIRECT"
_ANY = f"{_M365} MPSA"
_BUSINESS = "D365_CORE D365_CI POWER_PLATFORM"
_MODERN = "M365_MW M365_MW_RECOG_ONLY"

# kind or sub-type, product codes, channels, segments, metrics
_ROWS = [
    ("OSU_M365", "M365_MW", _M365, BOTH, f"{SCORE} incentive"),
    ("OSU_M365", "M365_SEC", _M365, NONE, f"{SCORE} incentive"),
    ("USAGE_ONLY_M365", _MODERN, _M365, BOTH, SCORE),
    ("USAGE_ONLY_M365", "M365_SEC M365_SEC_RECOG_ONLY", _M365, NONE, SCORE),
    ("OSA", _BUSINESS, _DIRECT, NONE, "incentive"),
    ("REVREC", _BUSINESS, f"{_DIRECT} CSP_LEGACY", NONE, "net_customer_adds revenue"),
    ("REVREC_PERFORMANCE", _BUSINESS, f"{_DIRECT} CSP_LEGACY", NONE, "net_customer_adds revenue"),
    ("OSU_BA", "D365_CORE", "EA CASA_EES", NONE, "deployments usage_growth incentive"),
    ("DPOR", "AZURE_ALL", _DIRECT, NONE, f"{SCORE} revenue"),
    ("DPOR", _MODERN, _DIRECT, ("enterprise",), f"{SCORE} revenue"),
    ("DPOR", "D365_CORE", _DIRECT, NONE, f"{SCORE} revenue"),
    ("DPOR", "D365_CI POWER_PLATFORM", _DIRECT, NONE, "net_customer_adds revenue"),
    ("PAL", "AZURE_ALL AZURE_SEC", "EA WEB_DIRECT CSP_LEGACY CSP_NCE MCA_E", NONE, f"{SCORE} revenue incentive"),
    ("PAL", "POWER_PLATFORM", _ANY, NONE, "deployments usage_growth incentive"),
    ("PAL", "D365_CI", _ANY, NONE, "deployments usage_growth"),
    ("CSP", "AZURE_ALL D365_CORE", _CSP, NONE, f"{SCORE} revenue incentive"),
    ("CSP", "D365_CI POWER_PLATFORM", _CSP, NONE, "net_customer_adds revenue incentive"),
    ("CSP", _MODERN, _CSP, ("smb",), f"{SCORE} revenue incentive"),
    (
        "TPOR",
        f"{_MODERN} {_BUSINESS} M365_SEC M365_SEC_RECOG_ONLY AZURE_ALL AZURE_SEC",
        "EA",
        NONE,
        "revenue incentive",
    ),
]
_ALLOWED = {
    (kind, code, channel): (metrics.split(), segments)
    for kind, codes, channels, segments, metrics in _ROWS
    for code in codes.split()
    for channel in channels.split()
}


def allowed(kind: str, code: str, channel: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the metrics and the segments that the matrix allows; an unknown channel fails no condition."""
    if channel:
        return _ALLOWED.get((kind, code, channel), ([], NONE))
    cells = [cell for (of, product, _), cell in _ALLOWED.items() if (of, product) == (kind, code)]
    return cells[0] if cells else ([], NONE)
