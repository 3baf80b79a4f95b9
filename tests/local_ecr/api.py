"""The JSON API: from a request to an operation and back.

The order of the checks is AWS's: signature, operation, parameters,
permission, then the operation itself. Faults come after the signature, so
that a test never passes with a request that AWS would have turned away.
"""

import json

from . import operations
from .errors import ApiError
from .exchange import exchange, struck
from .principals import authorise
from .records import PRIVATE, PUBLIC
from .signature import verify
from .standin import Call
from .wire import JSON_TYPE, Rendered, Response, json_error

SERVICES = {
    "ecr": (operations.ECR, PRIVATE),
    "ecr-public": (operations.ECR_PUBLIC, PUBLIC),
}
UNSCOPED = ("GetAuthorizationToken", "DescribeRegistries")


class JsonApi:
    """Answers every request that carries X-Amz-Target."""

    def __init__(self, standin):
        self._standin = standin
        self._by_prefix = {
            standin.models[service].target_prefix: service
            for service in SERVICES
        }

    def handle(self, request):
        """The Response; whatever happens is in the log."""
        prefix, _, operation = request.headers["X-Amz-Target"].rpartition(".")
        service = self._by_prefix.get(prefix)

        def answer(entry):
            return self._answer(request, entry)

        return exchange(
            self._standin, request, service, operation, answer, json_error
        )

    def _answer(self, request, entry):
        standin, service = self._standin, entry["service"]
        if service is None:
            raise ApiError("UnknownOperationException", "Unknown service")
        caller = verify(
            request,
            service,
            standin.directory,
            standin.clock.now(),
            standin.settings["window_minutes"],
        )
        entry |= {
            "signed": True,
            "principal": caller.principal.arn,
            "region": caller.region,
        }
        operation = entry["operation"]
        if operation not in SERVICES[service][0]:
            raise ApiError(
                "UnknownOperationException",
                f"local-ecr does not serve {operation} of {service}",
            )
        parameters = entry["parameters"] = _parameters(request)
        name = _repository(parameters)

        def perform(view):
            return self._perform(caller, service, operation, parameters, view)

        return struck(standin, entry, name, perform, json_error)

    def _perform(self, caller, service, operation, parameters, view):
        table, kind = SERVICES[service]
        model = self._standin.models[service]
        problems = model.input_problems(operation, parameters)
        if problems:
            raise ApiError(*problems[0])
        request = {k: v for k, v in parameters.items() if v is not None}
        call = Call(self._standin, caller, service, request, kind, view)
        for resource in _resources(call, operation):
            authorise(caller.principal, f"{service}:{operation}", resource)
        answer = table[operation](call)
        if isinstance(answer, Rendered):
            return Response(200, answer.text.encode(), JSON_TYPE)
        problems = model.output_problems(operation, answer)
        assert not problems, (operation, problems)
        return Response(200, json.dumps(answer).encode(), JSON_TYPE)


def _parameters(request):
    try:
        parameters = request.json()
    except ValueError as error:
        raise ApiError(
            "SerializationException", f"Not JSON: {error}"
        ) from error
    if not isinstance(parameters, dict):
        raise ApiError("SerializationException", "Expected an object")
    return parameters


def _repository(parameters):
    """The one that a call is about, for faults; "" where it is not just one."""
    several = parameters.get("repositoryNames") or []
    only = several[0] if len(several) == 1 else ""
    return str(parameters.get("repositoryName", only))


def _resources(call, operation):
    if operation in UNSCOPED:
        return ["*"]
    names = call.request.get("repositoryNames") or [
        call.request.get("repositoryName", "*")
    ]
    return [call.arn(name) for name in names]
