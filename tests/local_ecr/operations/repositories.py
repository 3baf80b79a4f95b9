"""Repositories: create, describe, delete, and whether their tags may move."""

from ..errors import ApiError, invalid_parameter
from ..records import PRIVATE

EXCLUSION = "_WITH_EXCLUSION"


def create_repository(call):
    """A new repository; the same name again is refused."""
    request = call.request
    name = request["repositoryName"]
    tags = request.get("tags") or []
    if len(tags) > 50:
        raise ApiError(
            "TooManyTagsException",
            "The list of tags on the repository is over the limit of 50 tags",
        )
    mutability, exclusions = _mutability(request)
    scanning = request.get("imageScanningConfiguration") or {}
    with call.store.lock:
        if call.store.repository(call.kind, name) is not None:
            raise ApiError(
                "RepositoryAlreadyExistsException",
                f"The repository with name '{name}' already exists in the "
                f"registry with id '{call.registry_id}'",
            )
        repository = call.store.create_repository(
            kind=call.kind,
            name=name,
            created_at=round(call.standin.clock.now(), 3),
            mutability=mutability,
            exclusions=exclusions,
            tags=tags,
            scan_on_push=scanning.get("scanOnPush", False),
            encryption=request.get("encryptionConfiguration")
            or {"encryptionType": "AES256"},
        )
    return {"repository": repository_row(call, repository)}


def describe_repositories(call):
    """All repositories in pages, or those named (each must exist)."""
    request = call.request
    names = request.get("repositoryNames")
    if names:
        for other in ("nextToken", "maxResults"):
            if request.get(other) is not None:
                raise invalid_parameter(
                    f"Invalid parameter at '{other}' failed to satisfy "
                    f"constraint: '{other} cannot be used with repositoryNames'"
                )
        found = [call.find(name) for name in dict.fromkeys(names)]
        return {"repositories": [repository_row(call, r) for r in found]}
    every = call.store.repositories(call.kind) if call.here() else []
    listing = call.standin.pager.shuffled(every, lambda r: r.name)
    page, token = call.standin.pager.page(
        listing,
        f"DescribeRepositories {call.kind}",
        request.get("nextToken"),
        request.get("maxResults"),
    )
    answer = {"repositories": [repository_row(call, r) for r in page]}
    if token:
        answer["nextToken"] = token
    return answer


def delete_repository(call):
    """An empty one, or any by force."""
    with call.store.lock:
        repository = call.repository
        if repository.images and not call.request.get("force"):
            raise ApiError(
                "RepositoryNotEmptyException",
                f"The repository with name '{repository.name}' in registry "
                f"with id '{call.registry_id}' cannot be deleted because it "
                "still contains images",
            )
        row = repository_row(call, repository)
        call.store.delete_repository(repository.kind, repository.name)
    return {"repository": row}


def put_image_tag_mutability(call):
    """Sets which tags are frozen, from now on."""
    mutability, exclusions = _mutability(call.request)
    with call.store.lock:
        repository = call.repository
        call.store.set_mutability(
            repository.kind, repository.name, mutability, exclusions
        )
    answer = {
        "registryId": call.registry_id,
        "repositoryName": repository.name,
        "imageTagMutability": mutability,
    }
    if exclusions:
        answer["imageTagMutabilityExclusionFilters"] = exclusions
    return answer


def list_tags_for_resource(call):
    """The resource tags that a repository was created with."""
    name = call.request["resourceArn"].partition(":repository/")[2]
    return {"tags": list(call.find(name).tags)}


def repository_row(call, repository):
    """A repository as AWS describes it."""
    row = {
        "repositoryArn": call.arn(repository.name),
        "registryId": call.registry_id,
        "repositoryName": repository.name,
        "repositoryUri": call.standin.fronts[call.kind].uri(repository.name),
        "createdAt": repository.created_at,
    }
    if call.kind != PRIVATE:
        return row
    if repository.exclusions:
        row["imageTagMutabilityExclusionFilters"] = list(repository.exclusions)
    return row | {
        "imageTagMutability": repository.mutability,
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": repository.encryption,
    }


def _mutability(request):
    mutability = request.get("imageTagMutability") or "MUTABLE"
    exclusions = request.get("imageTagMutabilityExclusionFilters") or []
    if mutability.endswith(EXCLUSION) != bool(exclusions):
        raise invalid_parameter(
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed "
            "to satisfy constraint: 'exclusion filters go with "
            f"IMMUTABLE{EXCLUSION} or MUTABLE{EXCLUSION}, and with them only'"
        )
    return mutability, exclusions
