"""Who calls, and what they may do: a small IAM.

A principal's `allow` and `deny` are lists of action patterns ("ecr:Put*"),
each optionally bound to resources ("ecr:PutImage arn:aws:ecr:*:app").
Without `allow` everything is allowed: most tests are not about IAM.
"""

import dataclasses
import fnmatch
import secrets

from .errors import ApiError

ROLE_KEY_PREFIX = "ASIA"


@dataclasses.dataclass(frozen=True)
class Principal:
    """A caller, its keys and the rules that bind it."""

    arn: str
    user_id: str
    access_key: str
    secret_key: str
    account: str
    allow: tuple = ("*",)
    deny: tuple = ()
    expires: float | None = None
    session_token: str | None = None


class Directory:
    """Finds principals by access key, and opens sessions of roles."""

    def __init__(self, settings, sealer, clock):
        self._settings = settings
        self._sealer = sealer
        self._clock = clock

    def by_key(self, access_key, session_token=None):
        """The principal, or None; a session needs its own token."""
        user = self._settings["users"].get(access_key)
        if user is not None:
            return None if session_token else self._user(access_key, user)
        session = self._sealer.open("session", session_token or "")
        if session is None or session["key"] != access_key:
            return None
        return self._session(session, session_token)

    def open_session(self, role_arn, name, seconds):
        """A new session of the role, with keys of its own."""
        key = ROLE_KEY_PREFIX + secrets.token_hex(8).upper()
        session = {
            "key": key,
            "role": role_arn,
            "name": name,
            "expires": self._clock.now() + seconds,
        }
        return self._session(session, self._sealer.seal("session", session))

    def role(self, role_arn):
        """The settings of a role, or None where it does not exist."""
        account, name = role_arn.split(":")[4], role_arn.split(":role/")[-1]
        roles = self._settings["roles"]
        if account != self._settings["account"] and name not in roles:
            return None
        return roles.get(name, roles.get("*"))

    def _user(self, key, user):
        account = user.get("account", self._settings["account"])
        name = user.get("name", key)
        return Principal(
            arn=f"arn:aws:iam::{account}:user/{name}",
            user_id="AIDA" + self._sealer.derive(key, 16).upper(),
            access_key=key,
            secret_key=user["secret"],
            account=account,
            allow=tuple(user.get("allow", ["*"])),
            deny=tuple(user.get("deny", [])),
        )

    def _session(self, session, token):
        role = self.role(session["role"]) or {}
        account = session["role"].split(":")[4]
        partition = session["role"].split(":")[1]
        name = session["role"].split(":role/")[-1].rsplit("/", 1)[-1]
        role_id = "AROA" + self._sealer.derive(session["role"], 16).upper()
        return Principal(
            arn=f"arn:{partition}:sts::{account}:assumed-role/{name}"
            f"/{session['name']}",
            user_id=f"{role_id}:{session['name']}",
            access_key=session["key"],
            secret_key=self._sealer.derive(session["key"]),
            account=account,
            allow=tuple(role.get("allow", ["*"])),
            deny=tuple(role.get("deny", [])),
            expires=session["expires"],
            session_token=token,
        )


def authorise(principal, action, resource):
    """Nothing when allowed, else AccessDeniedException in AWS's words."""
    if _matches(principal.deny, action, resource):
        why = "with an explicit deny in an identity-based policy"
    elif not _matches(principal.allow, action, resource):
        why = f"because no identity-based policy allows the {action} action"
    else:
        return
    raise ApiError(
        "AccessDeniedException",
        f"User: {principal.arn} is not authorized to perform: {action} "
        f"on resource: {resource} {why}",
    )


def _matches(rules, action, resource):
    for rule in rules:
        pattern, _, resources = rule.partition(" ")
        if fnmatch.fnmatchcase(action, pattern) and fnmatch.fnmatchcase(
            resource, resources or "*"
        ):
            return True
    return False
