"""Has a mail server that others wrote (aiosmtpd) take letters over TLS: from the first byte, by STARTTLS, and not at all
where its certificate is nobody's.

    check.py --server PATH

It starts the release binary over a new database for each way, asks for a new password, and waits for the letter.
"""

import argparse
import contextlib
import logging
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import time
import warnings

import httpx
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

ADMIN = "admin@news.example"
USER = "slugline"
PASSWORD = "a word for the mail server alone"
SECRET = "7b1f0c92e4d8a635-mail-5a90c3e7d1b84f26-0d1e2f"
PATIENCE = 20


class Letters:
    """What was handed in, and whether over TLS."""

    def __init__(self) -> None:
        self.taken: list[tuple[bool, str, str]] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        text = envelope.content.decode()
        over_tls = server.transport.get_extra_info("ssl_object") is not None
        self.taken.append((over_tls, ",".join(envelope.rcpt_tos), text))
        return "250 Taken"


def known(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def mail_server(context: ssl.SSLContext, *, at_once: bool):
    letters, port = Letters(), free_port()
    tls = {"ssl_context": context} if at_once else {"tls_context": context, "require_starttls": True}
    controller = Controller(
        letters, hostname="127.0.0.1", port=port, authenticator=known, auth_required=True,
        # aiosmtpd knows of no TLS that was there before its own command.
        auth_require_tls=not at_once, **tls,
    )
    controller.start()
    try:
        yield letters, port
    finally:
        controller.stop()


@contextlib.contextmanager
def slugline(binary: str, smtp: str, authority: pathlib.Path):
    with tempfile.TemporaryDirectory(prefix="slugline-mail-") as folder:
        port, log = free_port(), pathlib.Path(folder, "log")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUGLINE_")}
        environment = kept | {
            "DATABASE_URL": f"sqlite://{folder}/slugline.db",
            "SLUGLINE_DATA_DIR": folder,
            "SLUGLINE_SECRET": SECRET,
            "SLUGLINE_BIND": f"127.0.0.1:{port}",
            "SLUGLINE_SMTP_URL": smtp,
            "SLUGLINE_MAIL_FROM": "Newsroom <desk@news.example>",
            "SSL_CERT_FILE": str(authority),
            "SLUGLINE_DRAIN_SECONDS": "1",
        }
        made = [binary, "user", "create", "--email", ADMIN, "--name", "Admin", "--role", "admin"]
        subprocess.run(made, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        with log.open("w") as out:
            process = subprocess.Popen([binary, "serve"], env=environment, cwd=folder, stdout=out, stderr=out)
        try:
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}")
            until(lambda: client.get("/readyz").status_code == 200, lambda: "the server does not answer")
            yield client, log
        finally:
            process.terminate()
            process.wait(20)


def until(holds, sentence) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if holds():
                return
        time.sleep(0.05)
    raise SystemExit(sentence())


def ask(client: httpx.Client) -> None:
    answer = client.post("/v1/auth/password-resets", json={"email": ADMIN})
    assert answer.status_code == 202, (answer.status_code, answer.text)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--server", required=True)
    # It warns of logins without TLS, and does not count the TLS that was there before it; that a client hangs up on it is
    # what is wanted.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    binary = os.path.abspath(arguments.parse_args().server)
    with tempfile.TemporaryDirectory(prefix="slugline-mail-ca-") as folder:
        ours, others = trustme.CA(), trustme.CA()
        authority = pathlib.Path(folder, "ca.pem")
        ours.cert_pem.write_to_path(str(authority))
        context, strange = (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2))
        ours.issue_cert("localhost").configure_cert(context)
        others.issue_cert("localhost").configure_cert(strange)
        word = PASSWORD.replace(" ", "%20")
        ways = [
            ("from the first byte", True, f"smtps://{USER}:{word}@localhost:{{port}}"),
            ("by STARTTLS", False, f"smtp://{USER}:{word}@localhost:{{port}}?tls=required"),
        ]
        for way, at_once, url in ways:
            with (
                mail_server(context, at_once=at_once) as (letters, port),
                slugline(binary, url.format(port=port), authority) as (client, log),
            ):
                ask(client)
                until(lambda: letters.taken, lambda: f"no letter came {way}: {log.read_text()}")
                over_tls, whom, text = letters.taken[0]
                assert over_tls and whom == ADMIN, letters.taken
                assert re.search(r"password-reset#token=3?D?[\w=\r\n-]{20,}", text), text
                assert PASSWORD not in log.read_text()
            with (
                mail_server(strange, at_once=at_once) as (letters, port),
                slugline(binary, url.format(port=port), authority) as (client, log),
            ):
                ask(client)
                until(
                    lambda: letters.taken or "certificate is not trusted" in log.read_text(),
                    lambda: f"nobody says why: {log.read_text()}",
                )
                assert not letters.taken, "a stranger got a letter"
                assert PASSWORD not in log.read_text()
            print(f"Letters over TLS {way}: taken, and kept from a server that nobody vouches for.")


main()
