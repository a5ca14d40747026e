"""Finds an nginx for the test of deploy/nginx.conf or installs one: `python -m tests.nginx` says which."""

import os
import shutil
import subprocess
import sys

PACKAGE = "nginx-light"
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))  # not in everybody's PATH


def nginx() -> str | None:
    """Path of nginx, if there is one."""
    return shutil.which("nginx", path=PLACES)


def main() -> int:
    """Say which nginx there is; as root on Debian, install one where there is none. The exit code."""
    if nginx() is None and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        command = f"apt-get update -q && apt-get install -qy --no-install-recommends {PACKAGE}"
        print(f"No nginx found. Running: {command}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["sh", "-c", command], check=False, stdin=subprocess.DEVNULL, env=environment)
    found = nginx()
    print(f"nginx: {found}" if found else f"No nginx found. Install it ({PACKAGE}).")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
