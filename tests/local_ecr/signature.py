"""Checks a request's Signature Version 4 by computing it again.

botocore computes it: an implementation that shares no line with the client
under test. What it would not sign is not accepted as signed either.
"""

import calendar
import dataclasses
import hashlib
import hmac
import re
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .clock import amz_date
from .errors import ApiError
from .principals import Principal

ALGORITHM = "AWS4-HMAC-SHA256"
NOT_UNDERSTOOD = "IncompleteSignatureException"
FIELD = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]*)")


@dataclasses.dataclass(frozen=True)
class Caller:
    """What a valid signature proves."""

    principal: Principal
    region: str


@dataclasses.dataclass(frozen=True)
class Claim:
    """What the Authorization header says."""

    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple
    signature: str
    timestamp: str
    token: str | None


def verify(request, service, directory, now, window_minutes):
    """The Caller, or ApiError with the code AWS gives in that case."""
    claim = _claim(request.headers)
    principal = directory.by_key(claim.access_key, claim.token)
    if principal is None:
        raise ApiError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    _check_scope(claim, service)
    _check_signed_headers(request.headers, claim)
    expected, canonical, to_sign = _compute(request, claim, principal)
    if not hmac.compare_digest(expected, claim.signature):
        raise ApiError(
            "InvalidSignatureException", _mismatch(canonical, to_sign)
        )
    _check_time(claim, now, window_minutes)
    if principal.expires is not None and principal.expires <= now:
        raise ApiError(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        )
    return Caller(principal, claim.region)


def _claim(headers):
    text = headers.get("Authorization")
    if not text:
        raise ApiError(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )
    if not text.startswith(ALGORITHM + " "):
        raise ApiError(
            NOT_UNDERSTOOD, f"Unsupported AWS 'algorithm': '{text.split()[0]}'."
        )
    fields = dict(FIELD.findall(text))
    missing = [
        name
        for name in ("Credential", "Signature", "SignedHeaders")
        if not fields.get(name)
    ]
    if missing:
        wants = " ".join(
            f"Authorization header requires '{name}' parameter."
            for name in missing
        )
        raise ApiError(NOT_UNDERSTOOD, wants)
    scope = fields["Credential"].split("/")
    if len(scope) != 5 or scope[4] != "aws4_request":
        raise ApiError(
            NOT_UNDERSTOOD,
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term",
        )
    dates = headers.get_all("X-Amz-Date", [])
    if len(dates) != 1 or not re.fullmatch(r"\d{8}T\d{6}Z", dates[0].strip()):
        raise ApiError(
            NOT_UNDERSTOOD,
            "Authorization header requires existence of either a 'X-Amz-Date' "
            "or a 'Date' header.",
        )
    return Claim(
        *scope[:4],
        tuple(fields["SignedHeaders"].split(";")),
        fields["Signature"],
        dates[0].strip(),
        headers.get("X-Amz-Security-Token"),
    )


def _check_scope(claim, service):
    if claim.service != service:
        raise ApiError(
            "InvalidSignatureException",
            f"Credential should be scoped to correct service: '{service}'. ",
        )
    if claim.date != claim.timestamp[:8]:
        raise ApiError(
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
            f"version of date from HTTP: '{claim.date}' != "
            f"'{claim.timestamp[:8]}', from '{claim.timestamp}'.",
        )


def _check_signed_headers(headers, claim):
    names = list(claim.signed_headers)
    if names != sorted(set(names)) or names != [name.lower() for name in names]:
        raise ApiError(
            NOT_UNDERSTOOD,
            f"SignedHeaders must be sorted, lower-case and unique: '{names}'",
        )
    must = {"host"} | {
        name.lower() for name in headers if name.lower()[:6] == "x-amz-"
    }
    unsigned = sorted(must - set(names))
    if unsigned:
        raise ApiError(
            "InvalidSignatureException",
            "There were headers present in the request which were not signed: "
            + ", ".join(unsigned),
        )


def _compute(request, claim, principal):
    """(signature, canonical request, string to sign) by botocore's rules."""
    signed = AWSRequest(
        method=request.method,
        url=f"http://{request.headers.get('Host')}{request.target}",
        data=request.body,
    )
    for name in claim.signed_headers:
        for value in request.headers.get_all(name, []):
            signed.headers.add_header(name, value)
    declared = request.headers.get("X-Amz-Content-Sha256")
    if declared and declared != hashlib.sha256(request.body).hexdigest():
        raise ApiError(
            "InvalidSignatureException",
            "The provided 'x-amz-content-sha256' header does not match what "
            "was computed.",
        )
    signed.context["timestamp"] = claim.timestamp
    auth = SigV4Auth(
        Credentials(principal.access_key, principal.secret_key),
        claim.service,
        claim.region,
    )
    canonical = auth.canonical_request(signed)
    to_sign = auth.string_to_sign(signed, canonical)
    return auth.signature(to_sign, signed), canonical, to_sign


def _check_time(claim, now, window_minutes):
    parsed = time.strptime(claim.timestamp, "%Y%m%dT%H%M%SZ")
    stamp, window = calendar.timegm(parsed), window_minutes * 60
    if stamp < now - window:
        raise ApiError(
            "InvalidSignatureException",
            f"Signature expired: {claim.timestamp} is now earlier than "
            f"{amz_date(now - window)} ({amz_date(now)} - {window_minutes} min.)",
        )
    if stamp > now + window:
        raise ApiError(
            "InvalidSignatureException",
            f"Signature not yet current: {claim.timestamp} is still later than "
            f"{amz_date(now + window)} ({amz_date(now)} + {window_minutes} min.)",
        )


def _mismatch(canonical, to_sign):
    return (
        "The request signature we calculated does not match the signature you "
        "provided. Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.\n\nThe Canonical "
        f"String for this request should have been\n'{canonical}'\n\n"
        f"The String-to-Sign should have been\n'{to_sign}'\n"
    )
