"""GetAuthorizationToken: the password with which Docker logs in."""

import base64

from ..records import PRIVATE


def get_authorization_token(call):
    """User AWS and a sealed password that names the caller."""
    token, expires = login_token(call)
    front = call.standin.fronts[call.kind]
    ids = call.request.get("registryIds") or [call.caller.principal.account]
    return {
        "authorizationData": [
            {
                "authorizationToken": token,
                "expiresAt": expires,
                "proxyEndpoint": front.endpoint,
            }
            for _ in dict.fromkeys(ids)
        ]
    }


def get_public_authorization_token(call):
    """ECR Public's: one, and without an endpoint."""
    token, expires = login_token(call)
    return {
        "authorizationData": {"authorizationToken": token, "expiresAt": expires}
    }


def login_token(call):
    """(token, expiry): base64 of AWS:password."""
    principal = call.caller.principal
    hours = call.standin.settings["token_hours"]
    expires = round(call.standin.clock.now() + hours * 3600, 3)
    password = call.standin.sealer.seal(
        "login-" + (call.kind or PRIVATE),
        {
            "key": principal.access_key,
            "session": principal.session_token,
            "region": call.caller.region,
            "expires": expires,
        },
    )
    return base64.b64encode(f"AWS:{password}".encode()).decode(), expires
