"""Each operation's role is what the document says (x-role), for every route, and the server holds to it."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from conftest import LIMIT, Answer, Gale

ROLES = ["viewer", "user", "op", "admin"]
# The streams do not end by themselves; their status comes before their content.
METHODS = {"get", "post", "put", "patch", "delete"}


def password_of(role):
    return f"{role}-password"


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """A server, and a log-in's token for each role."""
    gale = Gale(tmp_path_factory.mktemp("roles") / "home")
    gale.start()
    tokens = {}
    for role in ROLES:
        user = {"username": f"a_{role}", "role": role, "password": password_of(role)}
        gale.call("POST", "/gale/users", user)
        given = {"username": user["username"], "password": user["password"]}
        tokens[role] = gale.call("POST", "/auth/token", given)["access_token"]
    yield gale, tokens
    gale.close()


def operations(gale):
    document = gale.call("GET", "/openapi.json")
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            if method in METHODS:
                yield path, method.upper(), operation


def status_of(gale, method, path, token):
    """The status of a request that names nothing that is there, and has a body that fits nothing."""
    address = gale.base + re.sub(r"\{\w+\}", "no-such-thing", path)
    request = urllib.request.Request(address, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = b'{"no such member": 1}' if method in ("POST", "PUT", "PATCH") else None
    try:
        with urllib.request.urlopen(request, data, timeout=LIMIT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_every_operation_is_open_to_its_role_and_to_no_lower_one(people):
    gale, tokens = people
    # Off unless their settings turn them on: then nobody may, and that is another 403.
    off = {"/api/v2/connections/test", "/api/v2/config", "/api/v2/config/section/{section}/option/{option}", "/gale/config"}
    # These end the session or the user that asks.
    ends_itself = {("/auth/logout", "POST")}
    wrong, guarded = [], 0
    for path, method, operation in operations(gale):
        needed = operation.get("x-role")
        name = f"{method} {path}"
        if needed is None or (path, method) in ends_itself:
            continue
        guarded += 1
        if status_of(gale, method, path, None) != 401:
            wrong.append(f"{name}: open without a log-in")
        for role in ROLES:
            status = status_of(gale, method, path, tokens[role])
            may = ROLES.index(role) >= ROLES.index(needed)
            if may and status == 403 and path in off:
                continue
            if may and status in (401, 403):
                wrong.append(f"{name}: {role} is refused ({status}), {needed} is needed")
            if not may and status != 403:
                wrong.append(f"{name}: {role} gets {status}, {needed} is needed")
            if status >= 500:
                wrong.append(f"{name}: {role} gets {status}")
    assert guarded > 50
    assert wrong == []


def test_what_changes_something_needs_more_than_a_viewer(people):
    gale, _ = people
    ones_own = {"/gale/me/password", "/gale/tokens", "/gale/tokens/{token_id}", "/auth/logout"}
    # Reads that take their filters in a body, and what concerns nobody but who asks.
    reads = re.compile(r"/list$|/favorite$|/unfavorite$")
    open_ones = [
        f"{method} {path}"
        for path, method, operation in operations(gale)
        if method != "GET"
        and operation.get("x-role") in (None, "viewer")
        and path not in ones_own
        and not path.startswith("/auth/")
        and not reads.search(path)
    ]
    assert open_ones == []


def test_a_role_changes_at_once_and_a_deleted_user_is_out(people):
    gale, _ = people
    gale.call("POST", "/gale/users", {"username": "mover", "role": "op", "password": "mover-password"})
    given = {"username": "mover", "password": "mover-password"}
    token = gale.call("POST", "/auth/token", given)["access_token"]
    made = gale.call("POST", "/gale/tokens", {"name": "ci"}, token=token)["token"]
    for one in (token, made):
        assert gale.call("GET", "/api/v2/variables", token=one)["total_entries"] == 0
    gale.call("PATCH", "/gale/users/mover", {"role": "viewer"})
    for one in (token, made):
        with pytest.raises(Answer) as refused:
            gale.call("GET", "/api/v2/variables", token=one)
        assert refused.value.status == 403
    gale.call("DELETE", "/gale/users/mover")
    for one in (token, made):
        with pytest.raises(Answer) as refused:
            gale.call("GET", "/api/v2/dags", token=one)
        assert refused.value.status == 401


def test_the_command_line_manages_users(people):
    gale, _ = people
    gale.run("users", "create", "-u", "cli", "-r", "Op", "-p", "cli-password", "-e", "x@y", "-f", "a", "-l", "b")
    rows = json.loads(gale.run("users", "list", "-o", "json").stdout)
    assert {row["username"]: row["role"] for row in rows}["cli"] == "op"
    given = {"username": "cli", "password": "cli-password"}
    token = gale.call("POST", "/auth/token", given)["access_token"]
    shown = gale.run("users", "reset-password", "-u", "cli", "--use-random-password").stdout
    password = re.search(r"Password: (\w+)", shown)[1]
    with pytest.raises(Answer) as refused:
        gale.call("GET", "/api/v2/dags", token=token)
    assert refused.value.status == 401
    token = gale.call("POST", "/auth/token", {"username": "cli", "password": password})["access_token"]
    gale.run("users", "set-role", "-u", "cli", "-r", "Viewer")
    with pytest.raises(Answer) as refused:
        gale.call("GET", "/api/v2/variables", token=token)
    assert refused.value.status == 403
    gale.run("users", "delete", "-u", "cli")
    assert gale.run("users", "delete", "-u", "cli", check=False).returncode == 1
    assert gale.run("users", "create", "-u", "x", "-r", "King", "-p", "long-enough", check=False).returncode == 2
    assert gale.run("users", "create", "-u", "x", "-r", "Op", "-p", "short", check=False).returncode == 2
    only = gale.run("users", "delete", "-u", "a_admin")
    assert only.returncode == 0  # admin is left
    last = gale.run("users", "delete", "-u", "admin", check=False)
    assert last.returncode == 1 and "last active admin" in last.stderr


def test_the_settings_users_and_configuration(tmp_path):
    gale = Gale(tmp_path / "home")
    try:
        gale.start(
            AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS="bob:op,eve:viewer",
            AIRFLOW__API__EXPOSE_CONFIG="True",
            AIRFLOW__CORE__FERNET_KEY="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        )
        password = re.search(r"'bob' .* password '(\w+)'", gale.log())[1]
        token = gale.call("POST", "/auth/token", {"username": "bob", "password": password})["access_token"]
        sections = gale.call("GET", "/gale/config", token=token)["sections"]
        options = {(s["name"], o["key"]): o for s in sections for o in s["options"]}
        assert options["core", "fernet_key"] == {"key": "fernet_key", "value": "< hidden >", "source": "env var"}
        assert options["core", "parallelism"]["source"] == "default"
        assert options["database", "sql_alchemy_conn"]["value"] == "< hidden >"
        text = gale.call("GET", "/api/v2/config", token=token, accept="text/plain")
        assert "[core]\n" in text and "AAECAwQ" not in text
    finally:
        gale.close()
