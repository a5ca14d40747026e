"""What the service files and the container file promise; systemd's own check reads them too where it is at hand."""

import re
import shutil
import subprocess
from configparser import ConfigParser

import pytest

from shell.access import EXIT_REFUSED
from tests.deploy.front import CONFIGURATION
from tests.journeys.servers import ROOT

DEPLOY = ROOT / "deploy"
SERVICE, BACKUP = DEPLOY / "avanzamento@.service", DEPLOY / "avanzamento-backup.service"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def directives(unit) -> dict[str, str]:
    """The [Service] part; of a directive that is given twice the last line, which is enough here."""
    read = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    read.read_string(unit.read_text(encoding="utf-8"))
    return dict(read["Service"])


@pytest.mark.parametrize("unit", [SERVICE, BACKUP], ids=lambda unit: unit.name)
def test_a_service_is_nobody_in_particular_and_writes_only_its_own_folder(unit):
    found = directives(unit)
    expected = {
        "User": "avanzamento", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
        "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "StateDirectoryMode": "0700", "UMask": "0077",
        "EnvironmentFile": "/etc/avanzamento/env", "SystemCallArchitectures": "native",
    }  # fmt: skip
    assert {name: found.get(name) for name in expected} == expected
    assert "ReadWritePaths" not in found


@pytest.mark.parametrize(("unit", "most"), [(SERVICE, 20), (BACKUP, 50)], ids=["service", "backup"])
def test_systemd_itself_finds_little_exposed(unit, most):
    command = shutil.which("systemd-analyze")
    if command is None:
        pytest.skip("systemd is not on this machine")
    found = subprocess.run(
        [command, "security", "--offline=true", f"--threshold={most}", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_services_and_the_container_start_uvicorn_on_the_ports_that_nginx_knows():
    started = directives(SERVICE)["ExecStart"]
    assert "-m uvicorn app:app --host 127.0.0.1 --port %i --lifespan on " in started
    assert '"--lifespan", "on"' in CONTAINER
    named = re.search(r"avanzamento@(\d+) avanzamento@(\d+)", SERVICE.read_text(encoding="utf-8"))
    assert named
    assert set(named.groups()) == set(re.findall(r"server 127\.0\.0\.1:(\d+)", CONFIGURATION.read_text(encoding="utf-8")))
    assert re.search(r'^CMD \["/venv/bin/python", "-m", "uvicorn", "app:app"', CONTAINER, re.MULTILINE)


def test_a_service_that_refuses_its_settings_is_not_started_again_and_one_without_a_store_is():
    found = directives(SERVICE)
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("always", str(EXIT_REFUSED))


def test_nobody_forwards_for_the_services_but_nginx_on_the_same_machine():
    assert "--forwarded-allow-ips 127.0.0.1 " in directives(SERVICE)["ExecStart"]


def test_the_container_installs_by_hash_in_a_stage_of_its_own_and_runs_as_nobody():
    stages = re.split(r"^FROM ", CONTAINER, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert "--require-hashes" in stages[0]
    assert "--only-binary=:all:" in stages[0]
    assert "pip" not in stages[1]
    assert re.findall(r"^USER (.+)$", stages[1], re.MULTILINE) == ["10001:10001"]
    assert stages[1].index("USER ") < stages[1].index("CMD ")
    assert re.search(r"^HEALTHCHECK .*\n.*/healthz", stages[1], re.MULTILINE)
    assert "--read-only" in CONTAINER
    assert "podman build --format docker " in CONTAINER  # in its own format it leaves HEALTHCHECK out


def test_neither_the_store_nor_the_environment_gets_into_the_container():
    kept_out = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "data", ".streamlit/secrets.toml"} <= set(kept_out)
