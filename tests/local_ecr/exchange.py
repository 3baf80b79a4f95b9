"""What every service does alike: log the exchange, and suffer faults."""

import time

from .errors import ApiError
from .wire import Response, request_id


def exchange(standin, request, service, operation, answer, render):
    """Runs `answer(entry)` and logs it; `render` makes errors responses.

    `entry` is the log's; the service adds what it learns of the request.
    """
    entry = {
        "time": standin.clock.now(),
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
        response = answer(entry)
    except ApiError as error:
        response = _refusal(error, entry, render)
    response.headers["x-amzn-RequestId"] = entry["request_id"]
    entry["status"] = response.status
    entry["damage"] = response.damage
    entry["milliseconds"] = round((time.monotonic() - started) * 1000, 3)
    standin.log.add(**entry)
    return response


def struck(standin, entry, repository, perform, render):
    """`perform(view)`, unless a fault has something to say before or after.

    The view is None, or what a stale read is to see.
    """
    fault = standin.faults.strike(
        entry["service"], entry["operation"], repository
    )
    if fault is None:
        return perform(None)
    entry["fault"] = f"{fault.kind} #{fault.id} {fault.when}"
    if fault.when == "before":
        answer = _instead(fault, render)
        if answer is not None:
            return answer
    try:
        response = perform(fault.view)
    except ApiError as error:
        return fault.mark(_refusal(error, entry, render, fault.style))
    if fault.when == "after":
        answer = _instead(fault, render)
        if answer is not None:
            return answer
    return fault.alter(response, entry["parameters"] or {})


def _instead(fault, render):
    """The answer that a fault gives in the operation's place, or None."""
    if fault.kind == "hold":
        return None if fault.wait() else Response(damage="reset")
    return fault.answer(render)


def _refusal(error, entry, render, style="plain"):
    entry["error"] = f"{error.code}: {error.message}"
    return render(error, style)
