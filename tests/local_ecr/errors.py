"""Errors as AWS names them.

Every refusal in this program is one `ApiError`; the server alone decides
how it looks on the wire (JSON for ECR, XML for STS, OCI's for Docker).
"""


class ApiError(Exception):
    """An answer that says no: AWS's code, its message, the HTTP status."""

    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class StartError(Exception):
    """The stand-in cannot start; the message says what to do."""


def invalid_parameter(message):
    """ECR's answer to a parameter that breaks a rule."""
    return ApiError("InvalidParameterException", message)
