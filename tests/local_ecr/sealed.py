"""Sealed texts: tokens that carry their own meaning and cannot be forged.

Page tokens, session tokens, registry passwords and identity tokens all say
what they stand for inside a sealed text, so no table of them is kept and a
restarted stand-in still honours what it gave out.
"""

import base64
import hashlib
import hmac
import json
import secrets


class Sealer:
    """Seals and opens; the key is the state folder's own."""

    def __init__(self, path):
        if not path.exists():
            path.write_bytes(secrets.token_bytes(32))
            path.chmod(0o600)
        self._key = path.read_bytes()

    def seal(self, kind, value):
        body = _encode(json.dumps([kind, value]).encode())
        return f"{body}.{self._mark(body)}"

    def open(self, kind, text):
        """The value sealed as `kind`, or None for anything else."""
        body, _, mark = text.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(body).encode()):
            return None
        found, value = json.loads(_decode(body))
        return value if found == kind else None

    def derive(self, label, length=40):
        """A secret that follows from `label`: the same at every call."""
        mark = hmac.new(self._key, label.encode(), hashlib.sha256).hexdigest()
        return mark[:length]

    def sign(self, data):
        """The HMAC-SHA256 of `data`, in base64url without padding."""
        return _encode(hmac.new(self._key, data, hashlib.sha256).digest())

    def _mark(self, body):
        return self.sign(b"seal:" + body.encode())


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwt(sealer, claims):
    """A JSON Web Token over `claims`, signed with the state's key (HS256)."""
    header = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = f"{header}.{_encode(json.dumps(claims).encode())}"
    return f"{body}.{sealer.sign(body.encode())}"


def jwt_claims(sealer, token):
    """The claims of a token that `jwt` made, or None."""
    try:
        body, mark = token.rsplit(".", 1)
        if not hmac.compare_digest(mark, sealer.sign(body.encode())):
            return None
        return json.loads(_decode(body.split(".")[1]))
    except (ValueError, IndexError, TypeError):
        return None
