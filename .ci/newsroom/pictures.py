"""Two pictures of what is live: one from webhook messages, one from the event stream."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import threading


class Receiver:
    """A webhook's receiver. Takes each message once, by its `webhook-id`, and checks its signature."""

    def __init__(self):
        self.live, self.seen, self.faults, self.count, self.secret = {}, {}, [], 0, None
        self.lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.take(self.headers, body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def take(self, headers, body):
        with self.lock:
            self.count += 1
            id, time = headers["webhook-id"], headers["webhook-timestamp"]
            key = base64.b64decode(self.secret.removeprefix("whsec_"))
            expected = hmac.new(key, f"{id}.{time}.".encode() + body, hashlib.sha256).digest()
            if f"v1,{base64.b64encode(expected).decode()}" not in headers["webhook-signature"].split():
                self.faults.append(f"A wrong signature: {id}")
            message = json.loads(body)
            if not message["type"].startswith("article."):
                return
            data = message["data"]
            what = (message["type"], data["id"], data["version"], message["timestamp"])
            if self.seen.setdefault(what, id) != id:
                self.faults.append(f"Told twice under two ids: {what}")
            if data["live"]:
                self.live[data["id"]] = data["headline"]
            else:
                self.live.pop(data["id"], None)


class Stream:
    """A reader of the event stream that goes on where it was when a node dies."""

    def __init__(self, addresses):
        self.addresses, self.live, self.faults, self.count = list(addresses), {}, [], 0
        self.last, self.over, self.connected = None, False, threading.Event()

    def __enter__(self):
        threading.Thread(target=self.run, daemon=True).start()
        if not self.connected.wait(10):
            raise SystemExit("The event stream did not open.")
        return self

    def __exit__(self, *_):
        self.over = True

    def run(self):
        while not self.over:
            try:
                self.read()
            except (OSError, http.client.HTTPException):
                pass
            self.addresses.append(self.addresses.pop(0))

    def read(self):
        connection = http.client.HTTPConnection(self.addresses[0], timeout=60)
        headers = {"Accept": "text/event-stream"}
        if self.last is not None:
            headers["Last-Event-ID"] = self.last
        connection.request("GET", "/v1/events", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            self.faults.append(f"The stream answered {answer.status}.")
            return
        self.connected.set()
        event = {}
        for line in answer:
            line = line.decode().rstrip("\n")
            if not line:
                self.take(event)
                event = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(":")
                event[name] = event.get(name, "") + value.removeprefix(" ")

    def take(self, event):
        if "id" in event:
            # The beginning of a stream and its signs of life repeat the number up to which all is told; no event does.
            least = 0 if self.last is None else int(self.last) + ("event" in event)
            if int(event["id"]) < least:
                self.faults.append(f"Event {event['id']} came after {self.last}.")
            self.last = event["id"]
        kind = event.get("event")
        if kind == "reset":
            self.faults.append("The stream could not go on where it was.")
        if kind not in ("article.live", "article.changed", "article.gone"):
            return
        self.count += 1
        data = json.loads(event["data"])
        if kind == "article.gone":
            self.live.pop(data["id"], None)
        else:
            self.live[data["id"]] = data["headline"]
