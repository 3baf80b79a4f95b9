"""What exists: repositories, their images, their tags.

Memory is the truth while the program runs; a journal of every change makes
it again at the next start. The manifests and layers themselves are in the
registry; tags exist here alone, so that API and registry cannot disagree.
"""

import copy
import json
import os
import secrets
import threading

from .bulk import rows
from .records import Image, Repository


class Snapshot:
    """What there was at a moment, to be read as the store is."""

    def __init__(self, repositories):
        self.lock = threading.RLock()
        self._repositories = copy.deepcopy(repositories)

    def repository(self, kind, name):
        return self._repositories.get((kind, name))

    def repositories(self, kind):
        return [r for r in self._repositories.values() if r.kind == kind]


class Store:
    """All repositories. Hold `lock` from a check to the change it allows."""

    def __init__(self, journal_path):
        self.lock = threading.RLock()
        self._repositories = {}
        self._path = journal_path
        self._journal = None
        self._replay()
        self._open_journal("a")

    def repository(self, kind, name):
        return self._repositories.get((kind, name))

    def repositories(self, kind):
        with self.lock:
            return [r for r in self._repositories.values() if r.kind == kind]

    def snapshot(self):
        with self.lock:
            return Snapshot(self._repositories)

    def close(self):
        with self.lock:
            self._journal.close()

    def dump(self, name=None):
        """Everything that a caller of the API could notice, sorted; or of the
        repositories of that name alone."""
        with self.lock:
            return [
                {
                    **repository.record(),
                    "images": sorted(
                        (
                            image.record()
                            for image in repository.images.values()
                        ),
                        key=lambda image: image["digest"],
                    ),
                }
                for _, repository in sorted(self._repositories.items())
                if name in (None, repository.name)
            ]

    def forget_rows(self):
        """Rows and lists are made anew: what they show has changed."""
        with self.lock:
            for repository in self._repositories.values():
                repository.listings.clear()
                for image in repository.images.values():
                    image.row = None

    # Changes. Each is written to the journal with its arguments, and each is
    # made again from there: so they take plain values and ask no clock.

    def create_repository(self, **fields):
        fields.setdefault(
            "home", f"{fields['kind']}-{secrets.token_hex(4)}/{fields['name']}"
        )
        repository = Repository(**fields)
        self._repositories[repository.kind, repository.name] = repository
        self._note("create_repository", **fields)
        return repository

    def delete_repository(self, kind, name):
        del self._repositories[kind, name]
        self._note("delete_repository", kind=kind, name=name)

    def set_mutability(self, kind, name, mutability, exclusions):
        repository = self._repositories[kind, name]
        repository.mutability = mutability
        repository.exclusions = tuple(exclusions)
        self._note(
            "set_mutability",
            kind=kind,
            name=name,
            mutability=mutability,
            exclusions=list(exclusions),
        )

    def put_image(self, kind, name, image, tag=None):
        """Adds the image unless it is there, and moves `tag` to it."""
        repository = self._repositories[kind, name]
        kept = repository.images.get(image["digest"])
        if kept is None:
            kept = Image(**{**image, "tags": list(image["tags"])})
            repository.images[kept.digest] = kept
            for own in kept.tags:
                self._move(repository, own, kept)
        if tag is not None:
            self._move(repository, tag, kept)
        self._changed(repository)
        self._note("put_image", kind=kind, name=name, image=image, tag=tag)
        return kept

    def remove_tag(self, kind, name, tag):
        repository = self._repositories[kind, name]
        image = repository.by_tag.pop(tag)
        image.tags.remove(tag)
        image.row = None
        self._changed(repository)
        self._note("remove_tag", kind=kind, name=name, tag=tag)

    def delete_image(self, kind, name, digest):
        repository = self._repositories[kind, name]
        for tag in repository.images.pop(digest).tags:
            del repository.by_tag[tag]
        self._changed(repository)
        self._note("delete_image", kind=kind, name=name, digest=digest)

    def update_image(self, kind, name, digest, **fields):
        """Sets status, archived_at, activated_at or pushed_at."""
        repository = self._repositories[kind, name]
        image = repository.images[digest]
        for field, value in fields.items():
            setattr(image, field, value)
        image.row = None
        self._changed(repository)
        self._note(
            "update_image", kind=kind, name=name, digest=digest, **fields
        )

    def put_bulk(self, kind, name, **plan):
        """Many rows at once, from a plan that always gives the same ones."""
        repository = self._repositories[kind, name]
        for image in rows(**plan):
            repository.images[image.digest] = image
            for tag in image.tags:
                self._move(repository, tag, image)
        self._changed(repository)
        self._note("put_bulk", kind=kind, name=name, **plan)

    def clear(self):
        """Forgets everything; the journal starts anew."""
        with self.lock:
            self._repositories.clear()
            self._journal.close()
            self._open_journal("w")

    def _open_journal(self, mode):
        # Line-buffered: a change is in the file before it is answered.
        self._journal = self._path.open(mode, buffering=1, encoding="utf-8")

    @staticmethod
    def _move(repository, tag, image):
        before = repository.by_tag.get(tag)
        if before is not None and before is not image:
            before.tags.remove(tag)
            before.row = None
        repository.by_tag[tag] = image
        if tag not in image.tags:
            image.tags.append(tag)
        image.row = None

    @staticmethod
    def _changed(repository):
        repository.version += 1
        repository.listings.clear()

    def _note(self, change, **arguments):
        if self._journal is not None:
            self._journal.write(json.dumps([change, arguments]) + "\n")

    def _replay(self):
        if not self._path.exists():
            return
        whole = 0
        with open(self._path, "rb") as journal:
            for line in journal:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                change, arguments = json.loads(line)
                getattr(self, change)(**arguments)
        # A line without its end was cut by a kill, before it was answered.
        os.truncate(self._path, whole)
