"""A private PostgreSQL cluster on a socket in a temporary folder, never as root."""

import os
import pathlib
import shutil
import subprocess
import time


def binaries() -> pathlib.Path:
    folders = [pathlib.Path(part) for part in os.environ.get("PATH", "").split(":") if part]
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in [*versions, *folders]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise SystemExit("No PostgreSQL server was found.")


def as_server_user(*command) -> list[str]:
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] if os.geteuid() == 0 else []
    return user + [str(part) for part in command]


class Cluster:
    """Runs while the `with` block does."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder / "postgres"
        self.bin = binaries()

    def __enter__(self):
        self.folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        data = self.folder / "data"
        self.run("initdb", "--auth=trust", "--username=slugline", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", data)
        settings = ["-c", "fsync=off", "-c", "listen_addresses=", "-k", self.folder]
        log = open(self.folder / "log", "wb")
        command = as_server_user(self.bin / "postgres", "-D", data, *settings)
        self.server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(300):
            if self.run("pg_isready", "-q", "-h", self.folder, check=False).returncode == 0:
                break
            time.sleep(0.1)
        self.run("createdb", "-h", self.folder, "-U", "slugline", "slugline")
        return self

    def __exit__(self, *_):
        self.server.terminate()
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()

    def run(self, program: str, *arguments, check=True):
        command = as_server_user(self.bin / program, *arguments)
        return subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=check, timeout=60)

    @property
    def url(self) -> str:
        return f"postgres://slugline@/slugline?host={self.folder}"
