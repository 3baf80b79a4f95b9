"""The parts of one stand-in, put together, and what a call sees of them."""

import dataclasses
import functools

from .clock import Clock
from .errors import ApiError
from .faults import Faults
from .listing import Pager
from .model import Model
from .principals import Directory
from .pushing import Pusher, not_found
from .records import PRIVATE
from .registry import Registry
from .requestlog import RequestLog
from .sealed import Sealer
from .settings import Settings
from .signature import Caller
from .store import Snapshot, Store


class StandIn:
    """Everything that lives as long as the program."""

    def __init__(self, state, runtime):
        self.settings = Settings(state / "settings.json")
        self.sealer = Sealer(state / "seal")
        self.clock = Clock(self.settings)
        self.directory = Directory(self.settings, self.sealer, self.clock)
        self.store = Store(state / "journal.jsonl")
        self.pager = Pager(self.settings, self.sealer)
        self.faults = Faults()
        self.log = RequestLog()
        self.models = {
            name: Model(name) for name in ("ecr", "ecr-public", "sts")
        }
        self.registry = Registry(state, runtime)
        self.pusher = Pusher(
            self.store, self.registry, self.settings, self.clock
        )
        # Set by main once the servers listen.
        self.endpoint = None
        self.fronts = {}

    @property
    def account(self):
        return self.settings["account"]

    def close(self):
        self.faults.release_all()
        self.registry.stop()
        self.store.close()


@dataclasses.dataclass(frozen=True)
class Call:
    """One signed and validated request, as the operations see it."""

    standin: StandIn
    caller: Caller
    service: str
    request: dict
    kind: str = PRIVATE
    view: Snapshot | None = None

    @property
    def store(self):
        """What the call reads: the store, or an older view of it."""
        return self.view or self.standin.store

    @property
    def registry_id(self):
        """The registry asked about: the caller's own unless named."""
        return self.request.get("registryId") or self.caller.principal.account

    @functools.cached_property
    def repository(self):
        """The repository that the request names."""
        return self.find(self.request["repositoryName"])

    def find(self, name):
        """The repository `name` where the caller looks, or an error."""
        found = None
        if self.here():
            found = self.store.repository(self.kind, name)
        if found is None:
            raise not_found(name, self.registry_id)
        return found

    def here(self):
        """Is the registry asked about ours, in a region that we stand for?"""
        if self.registry_id != self.standin.account:
            return False
        if self.kind != PRIVATE:
            return True
        regions = self.standin.settings["regions"]
        return regions is None or self.caller.region in regions

    def arn(self, name):
        """A repository's ARN, in the caller's region."""
        return repository_arn(
            self.service, self.caller.region, self.registry_id, name
        )

    def image_not_found(self, image_id):
        digest = image_id.get("imageDigest", "null")
        tag = image_id.get("imageTag", "null")
        return ApiError(
            "ImageNotFoundException",
            f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} "
            "does not exist within the repository with name "
            f"'{self.repository.name}' in the registry with id "
            f"'{self.registry_id}'",
        )


def repository_arn(service, region, account, name):
    """The ARN of a repository; ECR Public's have no region."""
    place = region if service == "ecr" else ""
    return (
        f"arn:{partition(region)}:{service}:{place}:{account}:repository/{name}"
    )


def partition(region):
    """The AWS partition of a region."""
    for prefix, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return name
    return "aws"
