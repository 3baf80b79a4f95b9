"""The stand-in's own API, under /_local_ecr/: unsigned, for tests.

GET  settings, log[?since=N&operation=X], dump, faults, state
POST settings {...}, seed {...} or [{...}], faults {...}, release {id, acts},
     reset
DELETE faults[?id=N], log
"""

import json

from .errors import ApiError
from .seeding import Seeder
from .wire import Response, json_response

PREFIX = "/_local_ecr/"


class Admin:
    """Routes the admin API."""

    def __init__(self, standin):
        self._standin = standin
        self._seeder = Seeder(standin)

    def handle(self, request):
        name = request.path.removeprefix(PREFIX).replace("-", "_")
        action = getattr(self, f"{request.method.lower()}_{name}", None)
        try:
            if action is None:
                raise ApiError(
                    "UnknownPath", f"no {request.method} {request.path}", 404
                )
            return json_response(action(request))
        except ApiError as error:
            return json_response(
                {"error": error.code, "message": error.message}, error.status
            )
        except (TypeError, KeyError, ValueError) as error:
            return json_response(
                {"error": "BadRequest", "message": str(error)}, 400
            )

    def get_state(self, _request):
        """Where everything is, and the default user's keys."""
        settings = self._standin.settings
        key, user = next(iter(settings["users"].items()))
        return {
            "endpoint": self._standin.endpoint,
            "registry": self._standin.fronts["private"].address,
            "public_registry": self._standin.fronts["public"].uri(""),
            "account": settings["account"],
            "access_key": key,
            "secret_key": user["secret"],
        }

    def get_settings(self, _request):
        return self._standin.settings.all()

    def post_settings(self, request):
        """Replaces the keys given; lists that were cut anew follow the seed."""
        order = request.json()
        self._standin.settings.change(order)
        if "account" in order:
            self._standin.store.forget_rows()
        return self._standin.settings.all()

    def get_log(self, request):
        since = int(request.query.get("since", 0))
        query = request.query.get
        return self._standin.log.entries(
            since, query("operation"), query("fault")
        )

    def delete_log(self, _request):
        self._standin.log.clear()
        return {}

    def get_dump(self, request):
        """All repositories, or the one that `repository` names."""
        return self._standin.store.dump(request.query.get("repository"))

    def get_faults(self, _request):
        return self._standin.faults.describe()

    def post_faults(self, request):
        orders = request.json()
        orders = orders if isinstance(orders, list) else [orders]
        add, snapshot = self._standin.faults.add, self._standin.store.snapshot
        return [add(order, snapshot).describe() for order in orders]

    def delete_faults(self, request):
        number = request.query.get("id")
        self._standin.faults.clear(number and int(number))
        return {}

    def post_release(self, request):
        """Lets held calls go on ("acts": false: they end without acting)."""
        order = request.json()
        self._standin.faults.release(order.get("id"), order.get("acts", True))
        return {}

    def post_reset(self, _request):
        """Empty again: no repositories, faults or log, settings as at first."""
        self._standin.faults.clear()
        self._standin.store.clear()
        self._standin.log.clear()
        self._standin.settings.reset()
        return {}

    def post_seed(self, request):
        """Repositories, images and bulk rows; a list of them in its order."""
        orders = request.json()
        if isinstance(orders, list):
            return [self._seed(order) for order in orders]
        return self._seed(orders)

    def _seed(self, order):
        order = dict(order)
        what = order.pop("what", "image")
        makers = {
            "repository": self._seeder.repository,
            "image": self._seeder.image,
            "bulk": self._seeder.bulk,
        }
        if what not in makers:
            raise ApiError("UnknownSeed", f"what must be one of {list(makers)}")
        return makers[what](**order)


def internal_error(error):
    """A defect of the stand-in itself: never to be taken for AWS's 5xx."""
    body = {"__type": "LocalEcrDefect", "message": repr(error)}
    return Response(501, json.dumps(body).encode(), "application/json")
