"""Runs a command beside a private PostgreSQL cluster, whose address it finds in DATABASE_URL.

with_postgres.py FOLDER COMMAND...
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))

from postgres import Cluster

folder, *command = sys.argv[1:]
with Cluster(pathlib.Path(folder)) as cluster:
    path = f"{cluster.bin}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(command, env={**os.environ, "PATH": path, "DATABASE_URL": cluster.url}, check=False)
sys.exit(ended.returncode)
