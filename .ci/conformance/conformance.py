"""Holds a running server against the OpenAPI document with schemathesis, on one database.

    conformance.py --server PATH --document PATH --database sqlite|postgres [--examples N] [--keep FOLDER]

It starts the release binary over a new database with the demo newsroom in it, signs in, lets schemathesis run, and
fails on any failure, on a schema error, if an operation of the document was not tested, or if no link was followed.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree

from postgres import Cluster

HERE = pathlib.Path(__file__).resolve().parent
EMAIL = "conformance@news.example"
PASSWORD = "nine brown foxes read the proofs"
SECRET = "7b1f0c92e4d8a635-conformance-5a90c3e7d1b84f26"
SECONDS = 600
# Streams do not end; schemathesis.toml leaves them out.
STREAMS = {"GET /v1/events", "GET /v1/admin/events"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(folder: pathlib.Path, database: str, port: int) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}"
    # Nothing of the caller's settings may leak in.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUGLINE_")}
    return kept | {
        "DATABASE_URL": database,
        "SLUGLINE_DATA_DIR": str(folder / "data"),
        "SLUGLINE_MEDIA_STORE": f"file://{folder}/data/media",
        "SLUGLINE_BIND": f"127.0.0.1:{port}",
        "SLUGLINE_PUBLIC_URL": url,
        "SLUGLINE_SITE_URL": "https://news.example",
        "SLUGLINE_SECRET": SECRET,
        "SLUGLINE_TRUSTED_PROXIES": "127.0.0.1",
        "SLUGLINE_LOG": "warn",
        "SLUGLINE_LOG_FORMAT": "json",
        "SLUGLINE_DRAIN_SECONDS": "2",
        # It asks faster than any editor, and not for limits.
        "SLUGLINE_LIMIT_ACCOUNT": "0",
        "SLUGLINE_LIMIT_SIGN_IN": "0",
        "SLUGLINE_LIMIT_SEARCH": "0",
        "SLUGLINE_CI_URL": url,
        "SLUGLINE_CI_EMAIL": EMAIL,
        "SLUGLINE_CI_PASSWORD": PASSWORD,
    }


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError):
        return opener.open(url, timeout=5).status == 200
    return False


@contextlib.contextmanager
def server(binary: pathlib.Path, folder: pathlib.Path, variables: dict[str, str]):
    """The server over a demo newsroom with one more administrator."""
    (folder / "data").mkdir()
    log = folder / "server.log"
    with open(log, "wb") as out:
        command = [str(binary), "serve", "--demo"]
        running = subprocess.Popen(command, env=variables, cwd=folder, stdout=out, stderr=out)
    try:
        for _ in range(600):
            if answers(variables["SLUGLINE_CI_URL"] + "/readyz"):
                break
            if running.poll() is not None:
                raise SystemExit(f"The server ended at its start:\n{log.read_text(errors='replace')}")
            time.sleep(0.1)
        else:
            raise SystemExit("The server did not answer within a minute.")
        user = [str(binary), "user", "create", "--email", EMAIL, "--name", "Conformance", "--role", "admin"]
        subprocess.run(
            [*user, "--password-stdin"],
            env=variables, cwd=folder, input=PASSWORD.encode(), stdout=subprocess.DEVNULL, check=True, timeout=60,
        )
        yield log
        if running.poll() is not None:
            raise SystemExit(f"The server ended by itself:\n{log.read_text(errors='replace')[-4000:]}")
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()


def schemathesis(arguments, folder: pathlib.Path, variables: dict[str, str]) -> str:
    for name in ("schemathesis.toml", "auth.py"):
        shutil.copy(HERE / name, folder)
    command = [
        str(pathlib.Path(sys.executable).parent / "st"), "--config-file", str(folder / "schemathesis.toml"),
        "run", str(arguments.document.resolve()), "--url", variables["SLUGLINE_CI_URL"],
        "--checks", "all", "--mode", "all", "--seed", "1", "--continue-on-failure", "--no-shrink",
        "--max-examples", str(arguments.examples), "--report", "junit,ndjson",
        "--report-junit-path", "report.xml", "--report-ndjson-path", "report.ndjson",
    ]  # fmt: skip
    variables = variables | {"PYTHONPATH": str(folder), "SCHEMATHESIS_HOOKS": "auth"}
    output = folder / "schemathesis.log"
    with open(output, "wb") as out:
        done = subprocess.run(command, env=variables, cwd=folder, stdout=out, stderr=out, timeout=SECONDS)
    text = output.read_text(errors="replace")
    if done.returncode != 0:
        print(text[-20_000:])
        print(f"schemathesis ended with status {done.returncode}.")
    return text


def operations(document: dict) -> set[str]:
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    return {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item if method in methods}


def verdict(folder: pathlib.Path, text: str, document: dict) -> list[str]:
    """What is wrong, in sentences; prints what was done."""
    wrong = []
    suites = list(xml.etree.ElementTree.parse(folder / "report.xml").getroot().iter("testsuite"))
    failed = [
        case.get("name") for suite in suites for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]  # fmt: skip
    wrong += [f"failed: {name}" for name in failed]
    tested = {case.get("name") for suite in suites for case in suite.iter("testcase")}
    wrong += [f"not tested: {name}" for name in sorted(operations(document) - tested - STREAMS)]
    if "Schema Error" in text:
        wrong.append("schemathesis can't read a part of the document (Schema Error)")
    links = re.search(r"API Links:\s+(\d+) covered / (\d+) selected", text)
    covered = int(links[1]) if links else 0
    if covered == 0:
        wrong.append("no link was followed")
    cases = 0
    with open(folder / "report.ndjson", encoding="utf-8") as events:
        for line in events:
            scenario = json.loads(line).get("ScenarioFinished") or {}
            cases += len((scenario.get("recorder") or {}).get("cases") or {})
    total = links[2] if links else "0"
    print(f"{len(tested & operations(document))} operations, {cases} cases, {covered} of {total} links followed.")
    return wrong


def is_our_error(line: str) -> bool:
    """Whether a line of the log is an error of ours, and not of a client that sent garbage."""
    with contextlib.suppress(ValueError, AttributeError):
        entry = json.loads(line)
        return entry.get("level") == "ERROR" and entry.get("target", "").startswith("slugline")
    return False


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", type=pathlib.Path, required=True)
    parser.add_argument("--document", type=pathlib.Path, required=True)
    parser.add_argument("--database", choices=("sqlite", "postgres"), required=True)
    parser.add_argument("--examples", type=int, default=30)
    parser.add_argument("--keep", type=pathlib.Path, help="where the reports and the server's log are copied to")
    arguments = parser.parse_args()
    document = json.loads(arguments.document.read_text())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slugline-conformance-"))
    try:
        # The server user of PostgreSQL must reach its own folder in here.
        folder.chmod(0o755)
        with contextlib.ExitStack() as stack:
            sqlite = f"sqlite://{folder}/data/slugline.db"
            database = sqlite if arguments.database == "sqlite" else stack.enter_context(Cluster(folder)).url
            variables = environment(folder, database, free_port())
            log = stack.enter_context(server(arguments.server.resolve(), folder, variables))
            text = schemathesis(arguments, folder, variables)
            wrong = verdict(folder, text, document)
            errors = [line for line in log.read_text(errors="replace").splitlines() if is_our_error(line)]
            if errors:
                wrong.append(f"the server logged {len(errors)} errors, such as: {errors[0]}")
    finally:
        if arguments.keep:
            shutil.copytree(folder, arguments.keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("postgres", "data"))
        shutil.rmtree(folder, ignore_errors=True)
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
