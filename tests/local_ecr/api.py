"""The JSON API: from a request to an operation and back.

The order of the checks is AWS's: signature, operation, parameters,
permission, then the operation itself. Faults come after the signature, so
that a test never passes with a request that AWS would have turned away.
"""

import json
import time

from . import operations
from .errors import ApiError
from .faults import JSON_TYPE, error_response
from .principals import authorise
from .signature import verify
from .standin import Call
from .store import PRIVATE, PUBLIC
from .wire import Rendered, Response, request_id

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
            standin.models[service].target_prefix: service for service in SERVICES
        }

    def handle(self, request):
        """The Response; whatever happens is in the log."""
        prefix, _, operation = request.headers["X-Amz-Target"].rpartition(".")
        service = self._by_prefix.get(prefix)
        entry = {
            "time": self._standin.clock.now(),
            "service": service,
            "operation": operation,
            "request_id": request_id(),
            "signed": False,
            "principal": None,
            "region": None,
            "parameters": None,
            "fault": None,
            "error": None,
            "attempt": request.headers.get("amz-sdk-request"),
            "user_agent": request.headers.get("User-Agent"),
        }
        started = time.monotonic()
        try:
            response = self._answer(request, service, operation, entry)
        except ApiError as error:
            response = self._refusal(error, entry)
        response.headers["x-amzn-RequestId"] = entry["request_id"]
        entry["status"] = response.status
        entry["damage"] = response.damage
        entry["milliseconds"] = round((time.monotonic() - started) * 1000, 3)
        self._standin.log.add(**entry)
        return response

    def _answer(self, request, service, operation, entry):
        standin = self._standin
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
        table, kind = SERVICES[service]
        model = standin.models[service]
        if operation not in table or operation not in model.operations:
            raise ApiError(
                "UnknownOperationException",
                f"local-ecr does not serve {operation} of {service}",
            )
        parameters = entry["parameters"] = _parameters(request)
        name = parameters.get("repositoryName")
        name = name if isinstance(name, str) else ""
        fault = standin.faults.strike(service, operation, name)
        if fault is None:
            return self._perform(caller, service, operation, parameters, kind)
        entry["fault"] = f"{fault.kind} #{fault.id} {fault.when}"
        return self._faulty(fault, caller, service, operation, parameters, kind)

    def _faulty(self, fault, *call):
        if fault.when == "before":
            if fault.kind == "hold" and not fault.wait():
                return Response(damage="reset")
            answer = fault.answer()
            if answer is not None:
                return answer
        try:
            response = self._perform(*call)
        except ApiError as error:
            return fault.mark(error_response(error, fault.style))
        if fault.when == "after":
            if fault.kind == "hold" and not fault.wait():
                return Response(damage="reset")
            answer = fault.answer()
            if answer is not None:
                return answer
        return fault.alter(response, call[3])

    def _perform(self, caller, service, operation, parameters, kind):
        model = self._standin.models[service]
        problems = model.input_problems(operation, parameters)
        if problems:
            raise ApiError(*problems[0])
        request = {k: v for k, v in parameters.items() if v is not None}
        call = Call(self._standin, caller, service, request, kind)
        for resource in _resources(call, operation):
            authorise(caller.principal, f"{service}:{operation}", resource)
        answer = SERVICES[service][0][operation](call)
        if isinstance(answer, Rendered):
            return Response(200, answer.text.encode(), JSON_TYPE)
        problems = model.output_problems(operation, answer)
        assert not problems, (operation, problems)
        return Response(200, json.dumps(answer).encode(), JSON_TYPE)

    @staticmethod
    def _refusal(error, entry):
        entry["error"] = f"{error.code}: {error.message}"
        return error_response(error)


def _parameters(request):
    try:
        parameters = request.json()
    except ValueError as error:
        raise ApiError("SerializationException", f"Not JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise ApiError("SerializationException", "Expected an object")
    return parameters


def _resources(call, operation):
    if operation in UNSCOPED:
        return ["*"]
    names = call.request.get("repositoryNames") or [
        call.request.get("repositoryName", "*")
    ]
    return [call.arn(name) for name in names]
