"""STS: sessions for roles, and who one is. Query in, XML out.

AssumeRoleWithWebIdentity is unsigned: the identity token is the proof, and
it must be one that our own OIDC provider gave (metadata.py), for the
audience and the subject that the role trusts.
"""

import fnmatch
import re
import urllib.parse
from xml.sax.saxutils import escape

from .clock import iso_date
from .errors import ApiError
from .exchange import exchange, struck
from .principals import authorise
from .sealed import jwt_claims
from .signature import Caller, verify
from .wire import Response

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
UNSIGNED = "AssumeRoleWithWebIdentity"
# STS speaks the older dialect of the same refusals.
SIGNATURE_CODES = {
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ExpiredTokenException": "ExpiredToken",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "IncompleteSignatureException": "IncompleteSignature",
}
CODES = {
    "AccessDeniedException": ("AccessDenied", 403),
    "InvalidParameterException": ("ValidationError", 400),
    "SerializationException": ("ValidationError", 400),
}
NUMBERS = ("DurationSeconds",)
ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")


class Sts:
    """Answers the query API's form posts."""

    def __init__(self, standin):
        self._standin = standin
        self._operations = {
            "AssumeRole": self._assume_role,
            UNSIGNED: self._assume_role_with_web_identity,
            "GetCallerIdentity": self._get_caller_identity,
        }

    def handle(self, request):
        """The Response; whatever happens is in the log."""
        form = dict(
            urllib.parse.parse_qsl(request.body.decode("utf-8", "replace"))
        )
        operation = form.pop("Action", "")
        form.pop("Version", None)

        def answer(entry):
            return self._answer(request, form, entry)

        return exchange(
            self._standin, request, "sts", operation, answer, xml_error
        )

    def _answer(self, request, form, entry):
        operation = entry["operation"]
        if operation not in self._operations:
            raise ApiError(
                "InvalidAction", f"local-ecr does not serve {operation}"
            )
        caller = None
        if operation != UNSIGNED:
            caller = self._caller(request)
            entry |= {
                "signed": True,
                "principal": caller.principal.arn,
                "region": caller.region,
            }
        parameters = entry["parameters"] = _members(form)

        def perform(_view):
            model = self._standin.models["sts"]
            problems = model.input_problems(operation, parameters)
            if problems:
                raise ApiError(*problems[0])
            result = self._operations[operation](caller, parameters)
            return _answer_xml(operation, result, entry["request_id"])

        return struck(self._standin, entry, "", perform, xml_error)

    def _caller(self, request) -> Caller:
        standin = self._standin
        try:
            return verify(
                request,
                "sts",
                standin.directory,
                standin.clock.now(),
                standin.settings["window_minutes"],
            )
        except ApiError as error:
            code = SIGNATURE_CODES[error.code]
            raise ApiError(code, error.message, 403) from error

    def _assume_role(self, caller, parameters):
        role = self._role(parameters)
        arn = parameters["RoleArn"]
        denied = ApiError(
            "AccessDenied",
            f"User: {caller.principal.arn} is not authorized to perform: "
            f"sts:AssumeRole on resource: {arn}",
            403,
        )
        if role is None or not _any(
            role.get("principals"), caller.principal.arn
        ):
            raise denied
        if role.get("external_id") != parameters.get("ExternalId"):
            raise denied
        authorise(caller.principal, "sts:AssumeRole", arn)
        return self._session(role, parameters)

    def _assume_role_with_web_identity(self, _caller, parameters):
        claims = jwt_claims(
            self._standin.sealer, parameters["WebIdentityToken"]
        )
        if claims is None:
            raise ApiError(
                "InvalidIdentityToken",
                "Couldn't retrieve verification key from your identity "
                "provider, please reference AssumeRoleWithWebIdentity "
                "documentation for requirements",
            )
        now = self._standin.clock.now()
        if claims["exp"] <= now:
            raise ApiError(
                "ExpiredTokenException",
                f"Token expired: current date/time {int(now)} must be before "
                f"the expiration date/time {claims['exp']}",
            )
        role = self._role(parameters)
        if role is None or not _any([role.get("subject", "*")], claims["sub"]):
            raise ApiError(
                "AccessDenied",
                "Not authorized to perform sts:AssumeRoleWithWebIdentity",
                403,
            )
        if claims["aud"] != role.get("audience", "sts.amazonaws.com"):
            raise ApiError("InvalidIdentityToken", "Incorrect token audience")
        return {
            **self._session(role, parameters),
            "SubjectFromWebIdentityToken": claims["sub"],
            "Provider": "arn:aws:iam::"
            f"{self._standin.account}:oidc-provider/"
            + claims["iss"].removeprefix("https://"),
            "Audience": claims["aud"],
        }

    @staticmethod
    def _get_caller_identity(caller, _parameters):
        principal = caller.principal
        return {
            "Arn": principal.arn,
            "UserId": principal.user_id,
            "Account": principal.account,
        }

    def _role(self, parameters):
        arn = parameters["RoleArn"]
        if not ROLE.fullmatch(arn):
            raise ApiError("ValidationError", f"{arn} is invalid")
        return self._standin.directory.role(arn)

    def _session(self, role, parameters):
        seconds = parameters.get("DurationSeconds", 3600)
        if seconds > role.get("max_seconds", 3600):
            raise ApiError(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration "
                "set for this role.",
            )
        session = self._standin.directory.open_session(
            parameters["RoleArn"], parameters["RoleSessionName"], seconds
        )
        return {
            "Credentials": {
                "AccessKeyId": session.access_key,
                "SecretAccessKey": session.secret_key,
                "SessionToken": session.session_token,
                "Expiration": iso_date(session.expires),
            },
            "AssumedRoleUser": {
                "AssumedRoleId": session.user_id,
                "Arn": session.arn,
            },
        }


def xml_error(error, _style="plain"):
    """An error as the query API gives it; XML has but one style."""
    code, status = CODES.get(error.code, (error.code, error.status))
    kind = "Receiver" if status >= 500 else "Sender"
    text = (
        f'<ErrorResponse xmlns="{NAMESPACE}">\n  <Error>\n'
        f"    <Type>{kind}</Type>\n    <Code>{escape(code)}</Code>\n"
        f"    <Message>{escape(error.message)}</Message>\n  </Error>\n"
        "</ErrorResponse>\n"
    )
    return Response(status, text.encode(), "text/xml")


def _answer_xml(operation, result, request_id):
    text = (
        f'<{operation}Response xmlns="{NAMESPACE}">\n'
        f"<{operation}Result>{_xml(result)}</{operation}Result>\n"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId>"
        f"</ResponseMetadata>\n</{operation}Response>\n"
    )
    return Response(200, text.encode(), "text/xml")


def _xml(value):
    if isinstance(value, dict):
        return "".join(f"<{k}>{_xml(v)}</{k}>" for k, v in value.items())
    return escape(str(value))


def _members(form):
    """Form fields as the model has them: Tags.member.1.Key becomes a list."""
    plain, lists = {}, {}
    for name, value in form.items():
        found = re.fullmatch(r"(\w+)\.member\.(\d+)(?:\.(\w+))?", name)
        if found:
            items = lists.setdefault(found[1], {})
            if found[3]:
                items.setdefault(int(found[2]), {})[found[3]] = value
            else:
                items[int(found[2])] = value
        else:
            number = name in NUMBERS and value.isdigit()
            plain[name] = int(value) if number else value
    for name, items in lists.items():
        plain[name] = [items[index] for index in sorted(items)]
    return plain


def _any(patterns, text):
    return any(fnmatch.fnmatchcase(text, p) for p in patterns or ["*"])
