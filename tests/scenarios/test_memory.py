"""Secrets do not outlive their use: what is left of them in the program's memory
while it waits for ECR, the job's OIDC token spent and a role assumed."""

import concurrent.futures
import re
import time

from deployers import Held


def memory(pid):
    """What is on the heap, and in memory of other kinds that is no stack."""
    found = b""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as bytes_of:
        for line in maps:
            place, rights, _, _, file, *name = line.split()
            if rights.startswith("rw") and file == "0" and name in ([], ["[heap]"]):
                begin, end = (int(address, 16) for address in place.split("-"))
                bytes_of.seek(begin)
                found += bytes_of.read(end - begin) + b"\0"
    return found


def test_a_secret_is_kept_where_it_is_needed_and_nowhere_else(scene):
    scene.monorepo()
    api = f"{scene.prefix}api"
    scene.release("api", "1.0.0")
    url = scene.registry.endpoint
    env = {
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}/oidc/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "local-ecr-request-token",
    }
    role = {"app": "api", "role_to_assume": "arn:aws:iam::123456789012:role/ci"}
    held = Held(scene.registry, api, 1, "DescribeImages")
    with concurrent.futures.ThreadPoolExecutor() as beside:
        run = beside.submit(scene.action, env=env, **role)
        while not held.now():
            assert not run.done(), run.result().log
            time.sleep(0.05)
        left = memory(scene.process.pid)
        held.let_go()
        result = run.result()
    assert result.code == 0, result.log
    # Each is hidden as it is and in base64.
    token, _, key, _, session, _ = re.findall("^::add-mask::(.*)$", result.log, re.MULTILINE)
    assert left.count(scene.prefix.encode()) > 0, "this is not its memory"
    counts = {name: left.count(secret.encode()) for name, secret in
              {"token": token, "key": key, "session": session}.items()}
    # The log's list of what it hides has each; the credentials have two of
    # them; the request under way has the session in its headers, in libcurl's
    # and, where libcurl is new, in what it sent.
    assert counts in ({"token": 1, "key": 2, "session": 4}, {"token": 1, "key": 2, "session": 5})
