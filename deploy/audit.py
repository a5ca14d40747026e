"""Asks for known vulnerabilities of what is shipped: `python -m deploy.audit`, with pip-audit's own options behind it.

pip-audit calls it a success when nobody answered it. Here that is a failure: 0 means that every package was looked up and
nothing is known, 1 that something is known, 3 that some package or all could not be looked up.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

from deploy.parts import LOCK, packages

NOTHING_KNOWN, KNOWN, NOT_CHECKED = 0, 1, 3
_COMMAND = ("pip_audit", "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")


def asked(options: Sequence[str]) -> tuple[dict[str, list[str]], str]:
    """(what is known by package looked up, why the others were not)."""
    command = [sys.executable, "-m", *_COMMAND, "--requirement", str(LOCK), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        rows = json.loads(ran.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return {}, ran.stderr.strip().rpartition("\n")[2]
    checked = {row["name"]: [found["id"] for found in row["vulns"]] for row in rows if "vulns" in row}
    return checked, next((row["skip_reason"] for row in rows if "skip_reason" in row), "")


def verdict(checked: dict[str, list[str]], wanted: set[str], reason: str) -> tuple[int, str]:
    """The exit code and the sentence that says why."""
    known = [f"{name} ({', '.join(found)})" for name, found in sorted(checked.items()) if found]
    missing = sorted(wanted - checked.keys())
    because = f" The first reason given: {reason}" if reason else ""
    if known:
        unknown = f" Not checked: {', '.join(missing)}." if missing else ""
        return KNOWN, f"Known vulnerabilities in {len(known)} of {len(wanted)} packages: {'; '.join(known)}.{unknown}"
    if not wanted & checked.keys():
        return NOT_CHECKED, f"Nothing was checked: none of {len(wanted)} packages could be looked up.{because}"
    if missing:
        return NOT_CHECKED, f"Not checked: {', '.join(missing)}, {len(missing)} of {len(wanted)} packages.{because}"
    return NOTHING_KNOWN, f"{len(wanted)} packages looked up, no vulnerability known."


def main(options: Sequence[str]) -> int:
    """Ask and say what came of it; the exit code."""
    checked, reason = asked(options)
    code, sentence = verdict(checked, {package.name for package in packages() if package.here}, reason)
    print(sentence, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
