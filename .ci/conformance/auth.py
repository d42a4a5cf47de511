"""Signs schemathesis in, and again whenever a case ended the session (logout, a deleted session, a new password).

The server counts failed logins by client address, and the cases fail many: `conformance.py` makes it believe
X-Forwarded-For of this machine, so that these logins come from an address of their own.
"""

import json
import os
import re
import urllib.request
import uuid

import schemathesis


@schemathesis.auth(refresh_interval=600)
class EditorialDoor:
    def get(self, case, context):
        body = {"email": os.environ["SLUGLINE_CI_EMAIL"], "password": os.environ["SLUGLINE_CI_PASSWORD"]}
        request = urllib.request.Request(
            os.environ["SLUGLINE_CI_URL"] + "/v1/auth/login",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-Forwarded-For": "192.0.2.77"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def set(self, case, token, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives each request a key of its own, of the same length: one that is used again is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        fresh = uuid.uuid4().hex
        case.headers["Idempotency-Key"] = fresh + key[len(fresh):]
