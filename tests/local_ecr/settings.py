"""What a stand-in may be told: who may call, and how it behaves.

Settings live in the state folder (settings.json) and change while it runs
(POST /_local_ecr/settings with the keys to replace). README.md lists them.
"""

import copy
import json
import threading

from .errors import ApiError

ACCOUNT = "123456789012"
ACCESS_KEY = "AKIALOCALECR"
SECRET_KEY = "local-ecr-secret"

DEFAULTS = {
    # Callers: users by access key, roles by name ("*": any role name).
    "account": ACCOUNT,
    "users": {ACCESS_KEY: {"secret": SECRET_KEY, "name": "local-ecr"}},
    "roles": {"*": {}},
    # Time: how far a request's date may be off, and how far our clock is.
    "window_minutes": 15,
    "clock_skew_seconds": 0,
    # Listing: "odd" pages (drawn by the seed, some empty), "small" ones of three rows
    # at most, drawn likewise, or "full" ones.
    "pages": "odd",
    "seed": 1,
    "empty_page_every": 5,
    # The registry.
    "create_on_push": False,
    "blob_mounting": False,
    "same_digest_on_immutable": "ImageAlreadyExistsException",
    "regions": None,
    "tags_per_image": 1000,
    "token_hours": 12,
    "public_alias": "local",
    # GitHub's OIDC provider, ECS, EKS and EC2 metadata.
    "oidc_issuer": "https://token.actions.githubusercontent.com",
    "oidc_subject": "repo:octo-org/octo-repo:ref:refs/heads/main",
    "oidc_request_token": "local-ecr-request-token",
    "sso_token": "local-ecr-sso-token",
    "container_token": None,
    "container_role": "ecsTaskRole",
    "instance_role": "ec2InstanceRole",
    "instance_region": "eu-west-1",
    "imds": "v2",
}


class Settings:
    """A dictionary that is merged, checked and kept in a file."""

    def __init__(self, path):
        self._path = path
        self._lock = threading.Lock()
        self._values = copy.deepcopy(DEFAULTS)
        if path.exists():
            self._values.update(json.loads(path.read_text(encoding="utf-8")))

    def __getitem__(self, name):
        return self._values[name]

    def all(self):
        return copy.deepcopy(self._values)

    def change(self, values):
        """Replaces whole keys; an unknown one or another type is refused."""
        for name, value in values.items():
            if name not in DEFAULTS:
                known = ", ".join(DEFAULTS)
                raise ApiError(
                    "UnknownSetting",
                    f"no setting '{name}' (there are: {known})",
                )
            default = DEFAULTS[name]
            if default is not None and type(value) is not type(default):
                raise ApiError(
                    "WrongSetting",
                    f"setting '{name}' must be of type {type(default).__name__}",
                )
        with self._lock:
            self._values = {**self._values, **copy.deepcopy(values)}
            self._save()

    def reset(self):
        with self._lock:
            self._values = copy.deepcopy(DEFAULTS)
            self._save()

    def _save(self):
        changed = {
            name: value
            for name, value in self._values.items()
            if value != DEFAULTS[name]
        }
        self._path.write_text(json.dumps(changed, indent=1), encoding="utf-8")
