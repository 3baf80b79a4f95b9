"""The registry's front: what `docker login`, `push` and `pull` talk to.

It keeps ECR's rules where docker-registry has none (who may, which
repositories exist, which tags may move), resolves tags to digests, and
passes blobs through. Tags never reach docker-registry.
"""

import base64
import re
import urllib.parse

from .errors import ApiError
from .exchange import exchange, struck
from .manifest import OCI_INDEX, parse
from .principals import Principal, authorise
from .pushing import DOCKER, TAG, not_found
from .records import PRIVATE, PUBLIC
from .signature import Caller
from .standin import repository_arn
from .wire import Response, json_response

PATH = re.compile(
    r"/v2/(?P<name>.+?)/(?P<what>manifests|blobs|tags|referrers)/(?P<rest>.*)"
)
OCI_CODES = {
    "ImageTagAlreadyExistsException": (400, "TAG_INVALID"),
    "RepositoryNotFoundException": (404, "NAME_UNKNOWN"),
    "LayersNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN"),
    "ReferencedImagesNotFoundException": (404, "MANIFEST_UNKNOWN"),
    "InvalidParameterException": (400, "MANIFEST_INVALID"),
    "AccessDeniedException": (403, "DENIED"),
    "LimitExceededException": (429, "TOOMANYREQUESTS"),
}
PASSED_ON = ("Range", "Content-Type", "Content-Range", "Accept")
PASSED_BACK = (
    "Content-Type",
    "Content-Range",
    "Docker-Content-Digest",
    "Docker-Upload-UUID",
    "Range",
    "Accept-Ranges",
    "ETag",
)

PULLS = (
    "ecr-public:BatchGetImage",
    "ecr-public:GetDownloadUrlForLayer",
    "ecr-public:ListImages",
)
ANONYMOUS = Caller(
    Principal("anonymous", "anonymous", "", "", "", PULLS), "us-east-1"
)


class Front:
    """The registry of one kind (private or public), as Docker sees it."""

    def __init__(self, standin, kind, address):
        self._standin = standin
        self.kind = kind
        self.address = address

    @property
    def endpoint(self):
        """The URL that GetAuthorizationToken names."""
        return f"http://{self.address}"

    def uri(self, name):
        """A repository's reference: what `docker push` is given."""
        if self.kind == PRIVATE:
            return f"{self.address}/{name}"
        alias = self._standin.settings["public_alias"]
        return f"{self.address}/{alias}/{name}".rstrip("/")

    def handle(self, request, body):
        """A Response, or a Pass: a blob request to hand on as it is.

        `body` reads the request's body, which only manifests need whole.
        """
        found = PATH.fullmatch(request.path)
        what, name = (found["what"], found["name"]) if found else ("", "")

        def answer(entry):
            entry["parameters"] = {"target": request.target}

            def perform(_view):
                return self._answer(request, body, entry)

            return struck(self._standin, entry, name, perform, oci_error)

        return exchange(
            self._standin,
            request,
            f"registry-{self.kind}",
            f"{request.method} {what}".strip(),
            answer,
            oci_error,
        )

    def _answer(self, request, body, entry):
        if self.kind == PUBLIC and request.path.rstrip("/") == "/token":
            return self._token(request)
        caller = self._caller(request)
        if caller is None:
            return self._challenge()
        entry |= {
            "signed": True,
            "principal": caller.principal.arn,
            "region": caller.region,
        }
        return self._route(request, body, caller)

    def _route(self, request, body, caller):
        if request.path in ("/v2", "/v2/"):
            return json_response({})
        if request.path == "/v2/_catalog":
            names = sorted(
                r.name for r in self._standin.store.repositories(self.kind)
            )
            return json_response({"repositories": names})
        found = PATH.fullmatch(request.path)
        if found is None:
            raise ApiError("UNSUPPORTED", "not a path of the registry API", 404)
        name = self._own_name(found["name"])
        repository = self._repository(name, request)
        writes = request.method in ("POST", "PATCH", "PUT")
        action = _action(self.kind, found["what"], writes)
        arn = repository_arn(
            action.partition(":")[0],
            caller.region,
            self._standin.account,
            name,
        )
        authorise(caller.principal, action, arn)
        if found["what"] == "tags":
            tags = sorted(repository.by_tag)
            return json_response({"name": found["name"], "tags": tags})
        if found["what"] == "referrers":
            return self._referrers(repository, found["rest"])
        if found["what"] == "manifests":
            reference = urllib.parse.unquote(found["rest"])
            if request.method == "PUT":
                return self._push(repository, reference, request, body())
            if request.method in ("GET", "HEAD"):
                return self._pull(repository, reference, request)
        if found["what"] == "blobs" and request.method != "DELETE":
            return self._pass(repository, found["rest"], request)
        raise ApiError(
            "UNSUPPORTED", f"{request.method} is not supported here", 405
        )

    def _caller(self, request):
        """Who asks, or None for a request without good credentials."""
        scheme, _, text = request.headers.get("Authorization", "").partition(
            " "
        )
        if self.kind == PUBLIC and scheme.lower() == "bearer":
            return self._open("bearer", text)
        if self.kind == PRIVATE and scheme.lower() == "basic":
            return self._open(f"login-{self.kind}", _password(text))
        return None

    def _open(self, kind, text):
        """The Caller that a password or a bearer token stands for."""
        login = self._standin.sealer.open(kind, text or "")
        if login is None:
            return None
        if login["expires"] <= self._standin.clock.now():
            raise ApiError(
                "DENIED",
                "Your authorization token has expired. Reauthenticate and try "
                "again.",
                403,
            )
        if login["key"] is None:
            return ANONYMOUS
        principal = self._standin.directory.by_key(
            login["key"], login["session"]
        )
        return Caller(principal, login["region"]) if principal else None

    def _token(self, request):
        """ECR Public's token service: for a login, or for anyone to pull."""
        scheme, _, text = request.headers.get("Authorization", "").partition(
            " "
        )
        expires = self._standin.clock.now() + 3600
        login = {"key": None, "session": None, "expires": expires}
        if scheme.lower() == "basic":
            login = self._standin.sealer.open(
                "login-public", _password(text) or ""
            )
            if login is None:
                raise ApiError("UNAUTHORIZED", "Not Authorized", 401)
        return json_response(
            {"token": self._standin.sealer.seal("bearer", login)}
        )

    def _challenge(self):
        response = Response(
            401, b"Not Authorized\n", "text/plain; charset=utf-8"
        )
        response.headers["WWW-Authenticate"] = (
            f'Basic realm="{self.endpoint}/",service="ecr.amazonaws.com"'
            if self.kind == PRIVATE
            else f'Bearer realm="{self.endpoint}/token/",'
            'service="public.ecr.aws",scope="aws"'
        )
        return response

    def _own_name(self, name):
        if self.kind == PRIVATE:
            return name
        alias, _, name = name.partition("/")
        if alias != self._standin.settings["public_alias"]:
            raise not_found(f"{alias}/{name}", self._standin.account)
        return name

    def _repository(self, name, request):
        store, settings = self._standin.store, self._standin.settings
        with store.lock:
            repository = store.repository(self.kind, name)
            if repository is not None:
                return repository
            if settings["create_on_push"] and request.method == "POST":
                return store.create_repository(
                    kind=self.kind,
                    name=name,
                    created_at=round(self._standin.clock.now(), 3),
                )
        raise not_found(name, self._standin.account)

    def _push(self, repository, reference, request, body):
        manifest = parse(body, request.headers.get("Content-Type"))
        if ":" in reference:
            tag = None
            if reference != manifest.digest:
                raise ApiError(
                    "DIGEST_INVALID", "provided digest did not match", 400
                )
        else:
            tag = reference
            if not TAG.fullmatch(tag):
                raise ApiError("TAG_INVALID", f"'{tag}' is no tag", 400)
        self._standin.pusher.put(repository, manifest, tag, DOCKER)
        response = Response(201)
        response.headers["Docker-Content-Digest"] = manifest.digest
        response.headers["Location"] = (
            f"/v2/{self._path_name(repository)}/manifests/{manifest.digest}"
        )
        if manifest.subject:
            response.headers["OCI-Subject"] = manifest.subject
        return response

    def _pull(self, repository, reference, request):
        wanted = {"digest" if ":" in reference else "tag": reference}
        with self._standin.store.lock:
            image = repository.find(**wanted)
            if image is None or image.status != "ACTIVE" or image.bulk:
                raise ApiError(
                    "MANIFEST_UNKNOWN", "Requested image not found", 404
                )
            if request.method == "GET":
                image.pulled_at = round(self._standin.clock.now(), 3)
                image.row = None
        body = self._manifest(repository, image)
        response = Response(200, body, image.media_type)
        response.headers["Docker-Content-Digest"] = image.digest
        return response

    def _manifest(self, repository, image):
        return self._standin.registry.manifest(
            repository.home, image.digest, image.media_type
        )

    def _referrers(self, repository, digest):
        """The OCI referrers API: what names `digest` as its subject."""
        with self._standin.store.lock:
            images = [
                i for i in repository.images.values() if i.subject == digest
            ]
        found = [
            {
                "mediaType": image.media_type,
                "digest": image.digest,
                "size": len(self._manifest(repository, image)),
                "artifactType": image.artifact_type,
            }
            for image in images
        ]
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found}
        return json_response(index, content_type=OCI_INDEX)

    def _pass(self, repository, rest, request):
        pairs = urllib.parse.parse_qsl(
            urllib.parse.urlsplit(request.target).query, keep_blank_values=True
        )
        query = dict(pairs)
        source = self._standin.store.repository(
            self.kind, query.pop("from", "")
        )
        if source is None or not self._standin.settings["blob_mounting"]:
            # Without a mount, the registry begins an upload: as ECR does.
            query.pop("mount", None)
        elif "mount" in query:
            query["from"] = source.home
        path = f"/v2/{repository.home}/blobs/{rest}"
        return Pass(
            method=request.method,
            target=f"{path}?{urllib.parse.urlencode(query)}" if query else path,
            inner=f"/v2/{repository.home}/",
            outer=f"/v2/{self._path_name(repository)}/",
            headers={
                name: request.headers[name]
                for name in PASSED_ON
                if request.headers.get(name)
            },
        )

    def _path_name(self, repository):
        return self.uri(repository.name).partition("/")[2]


class Pass(Response):
    """In a response's place: a request to hand to docker-registry as it is."""

    def __init__(self, method, target, inner, outer, headers):
        super().__init__()
        self.method = method
        self.target = target
        self.onward_headers = headers
        self._inner = inner
        self._outer = outer

    def answer_headers(self, headers):
        """Those of docker-registry's headers that the client gets."""
        kept = {
            name: headers[name] for name in PASSED_BACK if headers.get(name)
        }
        place = headers.get("Location")
        if place:
            kept["Location"] = place.replace(self._inner, self._outer, 1)
        return kept


def _password(text):
    """The password of Basic credentials of user AWS, or None."""
    try:
        user, _, password = base64.b64decode(text).decode().partition(":")
    except ValueError:
        return None
    return password if user == "AWS" else None


def oci_error(error, _style="plain"):
    """An error in the registry API's form, which Docker prints."""
    status, code = OCI_CODES.get(error.code, (error.status, error.code))
    return json_response(
        {"errors": [{"code": code, "message": error.message}]}, status
    )


def _action(kind, what, writes):
    service = "ecr" if kind == PRIVATE else "ecr-public"
    if what == "manifests":
        return f"{service}:PutImage" if writes else f"{service}:BatchGetImage"
    if what == "blobs":
        return (
            f"{service}:InitiateLayerUpload"
            if writes
            else f"{service}:GetDownloadUrlForLayer"
        )
    return f"{service}:ListImages"
