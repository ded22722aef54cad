"""Run a command against the local server: ``PYTHONPATH=tests python -m official kommunerapport fetch --root /tmp/here``."""

from __future__ import annotations

import os
import subprocess
import sys

from .server import OfficialServer

if __name__ == "__main__":
    with OfficialServer() as server:
        sys.exit(subprocess.run(sys.argv[1:], env=os.environ | server.environment(), check=False).returncode)
