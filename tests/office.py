"""Finds a LibreOffice for the tests of exports or installs one: `python -m tests.office` says which."""

import os
import shutil
import subprocess
import sys

PACKAGES = "libreoffice-calc libreoffice-impress"


def soffice() -> str | None:
    """Path of LibreOffice's command, if there is one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def main() -> int:
    """Say which LibreOffice there is; as root on Debian, install one where there is none. The exit code."""
    if soffice() is None and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        command = f"apt-get update -q && apt-get install -qy --no-install-recommends {PACKAGES}"
        print(f"No LibreOffice found. Running: {command}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["sh", "-c", command], check=False, stdin=subprocess.DEVNULL, env=environment)
    found = soffice()
    print(f"LibreOffice: {found}" if found else f"No LibreOffice found. Install it ({PACKAGES}).")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
