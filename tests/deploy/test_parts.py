"""What is shipped: the lock, the list of parts, their licences, and asking for known weaknesses."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name
from PIL import features

from deploy import audit, licences, parts, sbom
from deploy.parts import LOCK, ROOT, Unknown, locked
from tests.journeys.servers import free_port

DEV = ROOT / "requirements-dev.txt"
LOCKS = {"requirements.in": LOCK, "requirements-dev.in": DEV}


# The lock


@pytest.mark.parametrize("lock", LOCKS.values(), ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_pinned_to_a_version_and_to_hashes(lock):
    found = locked(lock.read_text(encoding="utf-8"))
    named = set(re.findall(r"^([\w.-]+)[^\n]*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    assert {canonicalize_name(name) for name in named} == {package.name for package in found}
    assert [package.name for package in found if not package.hashes] == []


@pytest.mark.parametrize(
    "line", ["loose==1.0\n", "loose\n", "loose>=1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n", "loose @ file:///x\n"]
)
def test_a_line_without_version_or_hashes_is_told(line):
    with pytest.raises(Unknown, match="loose"):
        locked(LOCK.read_text(encoding="utf-8") + line)


@pytest.mark.parametrize(("wanted", "lock"), LOCKS.items(), ids=LOCKS)
def test_a_lock_holds_what_is_asked_for_in_the_version_that_is_asked_for(wanted, lock):
    found = locked(lock.read_text(encoding="utf-8"))
    for one in parts.requirements((ROOT / wanted).read_text(encoding="utf-8")):
        versions = [package.version for package in found if package.name == canonicalize_name(one.name)]
        assert versions, f"{one} is not in the lock: run `make lock`"
        assert [version for version in versions if not one.specifier.contains(version)] == [], one


def test_the_lock_holds_nothing_that_nobody_asks_for_and_lacks_nothing_of_this_system():
    """Followed from requirements.in through the metadata of the wheels: a package taken out there is told here."""
    reached: set[str] = set()
    waiting = parts.direct()
    while waiting:
        reached |= waiting
        waiting = {need for name in waiting for need in parts.needs(name)} - reached
    assert {package.name for package in parts.packages()} - reached == set()
    here = [package for package in parts.packages() if package.here]
    assert len(here) == len({package.name for package in here})


def test_the_app_and_its_tests_run_on_the_same_versions():
    tools = {(package.name, package.version): package.hashes for package in locked(DEV.read_text(encoding="utf-8"))}
    assert [p.name for p in parts.packages() if tools.get((p.name, p.version)) != p.hashes] == []


def test_no_lock_names_where_its_packages_came_from():
    text = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS.values())
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


# The list of parts


def test_the_list_is_of_the_form_it_says_and_names_every_package_with_its_hashes_and_licence():
    text = sbom.FILE.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {(c["name"], c.get("version")): c for c in json.loads(text)["components"]}
    for package in parts.packages():
        component = listed[package.name, package.version]
        assert {h["content"] for r in component["externalReferences"] for h in r["hashes"]} == set(package.hashes)
        assert component["licenses"]
    assert {name for name, _ in listed} == {p.name for p in parts.packages()} | {p.name for p in parts.others()}


def test_two_writings_are_equal_to_the_byte_and_the_kept_one_is_up_to_date():
    command = [sys.executable, "-c", "from deploy import sbom; print(sbom.document(), end='')"]
    again = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env={"PYTHONHASHSEED": "7"}).stdout
    assert again.decode() == sbom.document() == sbom.FILE.read_text(encoding="utf-8")
    assert "timestamp" not in json.loads(again)["metadata"]


def test_nothing_of_the_tools_is_in_the_list():
    listed = {c["name"] for c in json.loads(sbom.FILE.read_text(encoding="utf-8"))["components"]}
    assert listed & {"pytest", "mypy", "ruff", "pip-audit", "playwright", "hypothesis"} == set()


# Licences


def test_the_page_of_licences_is_up_to_date():
    assert licences.FILE.read_text(encoding="utf-8") == licences.page()


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("MIT", []),
        ("Apache-2.0 OR BSD-2-Clause", []),
        ("MIT AND (GPL-3.0-or-later WITH GCC-exception-3.1)", []),
        ("GPL-3.0-or-later", ["GPL-3.0-or-later"]),
        ("MIT AND GPL-3.0-or-later", ["GPL-3.0-or-later"]),
        ("AGPL-3.0-only WITH GCC-exception-3.1", ["AGPL-3.0-only WITH GCC-exception-3.1"]),
        ("Proprietary", ["Proprietary"]),
    ],
)
def test_a_licence_that_is_not_on_the_list_is_named(expression, wrong):
    assert licences.forbidden(expression) == wrong


def test_a_part_under_another_licence_stops_the_page(monkeypatch):
    strange = parts.Part("Strange", "somewhere", "SSPL-1.0", "nowhere")
    monkeypatch.setattr(licences, "others", lambda: [strange])
    with pytest.raises(Unknown, match=r"Strange: SSPL-1\.0"):
        licences.page()


def test_pillow_comes_without_its_one_part_under_the_gpl():
    assert not features.check_feature("libimagequant")


# Known weaknesses


@contextmanager
def answering(answer: dict[str, object], status: int = 200) -> Iterator[str]:
    """An advisory service on this machine that says the same of every package."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def asked_of(url: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = audit.main(["--vulnerability-service", "osv", "--osv-url", url, "--timeout", "2", *options])
    return code, "".join(capsys.readouterr())


def test_an_audit_that_every_package_passed_says_how_many(capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with answering({}) as url:
        code, said = asked_of(url, capsys)
    here = sum(package.here for package in parts.packages())
    assert (code, said.strip()) == (0, f"{here} packages looked up, no vulnerability known.")


def test_an_audit_names_what_is_known(capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    known = {"id": "TEST-2026-1", "summary": "a weakness", "affected": []}
    with answering({"vulns": [known]}) as url:
        code, said = asked_of(url, capsys)
    assert code == 1
    assert "streamlit (TEST-2026-1)" in said


def test_an_audit_that_nobody_answers_fails_and_says_so(capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    code, said = asked_of(f"http://127.0.0.1:{free_port()}/", capsys)
    assert code == 3
    assert said.startswith("Nothing was checked: none of")


def test_an_audit_that_is_refused_fails_and_says_so(capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with answering({}, status=503) as url:
        code, said = asked_of(url, capsys)
    assert code == 3
    assert said.startswith("Nothing was checked: none of")


def test_an_audit_without_a_network_fails_though_pip_audit_itself_is_content(capsys, monkeypatch):
    """As measured at a place whose index knows no advisories: every package is skipped and pip-audit ends with 0."""
    nobody = f"http://127.0.0.1:{free_port()}"
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody)
    assert audit.main(["--timeout", "2"]) == 3
    assert "Nothing was checked" in capsys.readouterr().err


def test_packages_that_were_skipped_are_not_passed_over():
    wanted = {"one", "two"}
    assert audit.verdict({"one": []}, wanted, "not found")[0] == 3
    assert audit.verdict({}, wanted, "not found")[0] == 3
    assert audit.verdict({"one": [], "two": []}, wanted, "")[0] == 0
    assert audit.verdict({"one": [], "two": ["X"]}, wanted, "")[0] == 1
    assert audit.verdict({"other": [], "third": []}, wanted, "")[0] == 3
