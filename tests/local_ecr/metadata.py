"""Where credentials come from on runners, machines and laptops.

GitHub's OIDC provider (/oidc/token), ECS and EKS container credentials
(/v2/credentials/..., /v1/credentials), EC2's metadata (/latest/...) and
IAM Identity Center's portal (/federation/credentials).
"""

import re

from .clock import iso_date
from .errors import ApiError
from .exchange import exchange, struck
from .sealed import jwt
from .wire import json_response, text_response

SESSION_SECONDS = 3600
OIDC_SECONDS = 300
MAX_IMDS_SECONDS = 21600
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"


class Metadata:
    """Routes by path; `handle` gives None for a path that is none of its."""

    def __init__(self, standin):
        self._standin = standin

    def handle(self, request):
        for pattern, service, operation, answer in (
            (r"/oidc/token", "oidc", "token", self._oidc),
            (
                r"/v[12]/credentials.*",
                "container",
                "credentials",
                self._container,
            ),
            (
                r"/federation/credentials",
                "sso",
                "GetRoleCredentials",
                self._sso,
            ),
            (r"/latest/api/token", "imds", "token", self._imds_token),
            (r"/latest/.*", "imds", "data", self._imds),
        ):
            if re.fullmatch(pattern, request.path):
                return self._run(request, service, operation, answer)
        return None

    def _run(self, request, service, operation, answer):
        def logged(entry):
            entry["parameters"] = {"path": request.path, **request.query}
            return struck(
                self._standin,
                entry,
                "",
                lambda _view: answer(request),
                plain_error,
            )

        return exchange(
            self._standin, request, service, operation, logged, plain_error
        )

    def _oidc(self, request):
        """As $ACTIONS_ID_TOKEN_REQUEST_URL answers."""
        settings = self._standin.settings
        scheme, _, token = request.headers.get("Authorization", "").partition(
            " "
        )
        if (
            scheme.lower() != "bearer"
            or token != settings["oidc_request_token"]
        ):
            raise ApiError("Unauthorized", "the request token is wrong", 401)
        now = int(self._standin.clock.now())
        claims = {
            "iss": settings["oidc_issuer"],
            "sub": settings["oidc_subject"],
            "aud": request.query.get("audience", "https://github.com/octo-org"),
            "iat": now,
            "nbf": now - 300,
            "exp": now + OIDC_SECONDS,
        }
        value = jwt(self._standin.sealer, claims)
        return json_response({"count": len(value), "value": value})

    def _container(self, request):
        settings = self._standin.settings
        wanted = settings["container_token"]
        if (
            wanted is not None
            and request.headers.get("Authorization") != wanted
        ):
            raise ApiError(
                "AccessDenied", "the authorization token is wrong", 403
            )
        role, session = self._session(settings["container_role"])
        answer = {"RoleArn": role, **_credentials(session)}
        return json_response(answer | {"AccountId": self._standin.account})

    def _sso(self, request):
        """GetRoleCredentials, for the access token of a cached login."""
        wanted = self._standin.settings["sso_token"]
        if request.headers.get("x-amz-sso_bearer_token") != wanted:
            raise ApiError(
                "UnauthorizedException",
                "Session token not found or invalid",
                401,
            )
        _, session = self._session(request.query["role_name"])
        return json_response(
            {
                "roleCredentials": {
                    "accessKeyId": session.access_key,
                    "secretAccessKey": session.secret_key,
                    "sessionToken": session.session_token,
                    "expiration": int(session.expires * 1000),
                }
            }
        )

    def _imds_token(self, request):
        mode = self._standin.settings["imds"]
        if mode not in ("v2", "both"):
            raise ApiError("NotFound", "no such page", 404)
        if request.method != "PUT":
            raise ApiError("MethodNotAllowed", "PUT it", 405)
        text = request.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if not text.isdigit() or not 1 <= int(text) <= MAX_IMDS_SECONDS:
            raise ApiError("BadRequest", "ttl-seconds must be 1 to 21600", 400)
        expires = self._standin.clock.now() + int(text)
        response = text_response(self._standin.sealer.seal("imds", expires))
        response.headers["X-aws-ec2-metadata-token-ttl-seconds"] = text
        return response

    def _imds(self, request):
        settings = self._standin.settings
        if settings["imds"] == "off":
            raise ApiError("NotFound", "no such page", 404)
        token = request.headers.get("X-aws-ec2-metadata-token", "")
        expires = self._standin.sealer.open("imds", token)
        valid = expires is not None and expires > self._standin.clock.now()
        if not valid and (token or settings["imds"] == "v2"):
            raise ApiError("Unauthorized", "no valid metadata token", 401)
        role = settings["instance_role"]
        if request.path == ROLE_PATH and role:
            return text_response(role)
        if request.path == ROLE_PATH + str(role):
            _, session = self._session(role)
            now = iso_date(self._standin.clock.now())
            head = {"Code": "Success", "LastUpdated": now, "Type": "AWS-HMAC"}
            return json_response(head | _credentials(session))
        if request.path == "/latest/meta-data/placement/region":
            return text_response(settings["instance_region"])
        if request.path == "/latest/dynamic/instance-identity/document":
            return json_response(
                {
                    "accountId": self._standin.account,
                    "region": settings["instance_region"],
                }
            )
        raise ApiError("NotFound", "no such page", 404)

    def _session(self, role):
        arn = f"arn:aws:iam::{self._standin.account}:role/{role}"
        directory = self._standin.directory
        return arn, directory.open_session(arn, "local-ecr", SESSION_SECONDS)


def _credentials(session):
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "Token": session.session_token,
        "Expiration": iso_date(session.expires),
    }


def plain_error(error, _style="plain"):
    """As these services refuse: a status and few words."""
    return json_response(
        {"code": error.code, "message": error.message}, error.status
    )
