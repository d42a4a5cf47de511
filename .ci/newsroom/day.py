"""A day in a newsroom, in half a minute: twenty people write, review, schedule, correct and withdraw at the same time,
while a webhook's receiver and a reader of the event stream each keep a picture of what is live. At the end both
pictures are what the public list says. On PostgreSQL two nodes serve, and one of them is killed in the middle.

    day.py --server PATH --database sqlite|postgres [--seconds N]

Ends with 1 and says why where anything differs, a server answers 5xx, or the audit log is not whole.
"""

import argparse
import contextlib
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

from client import Api, Unreachable
from pictures import Receiver, Stream

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "conformance"))
from postgres import Cluster  # noqa: E402

PASSWORD = "a long day in the newsroom"
PEOPLE = ["contributor"] * 4 + ["author"] * 6 + ["editor"] * 9 + ["admin"]
SCOPES = ["articles:read", "articles:write", "tags:read", "media:read"]
# What a client may be told when twenty people work on the same articles.
ORDINARY = {200, 201, 204, 403, 404, 409, 412, 422}


class Node:
    """A server process."""

    def __init__(self, server, folder, database, secret):
        self.server, self.folder = server, folder
        self.settings = ["--database-url", database, "--secret", secret, "--data-dir", str(folder / "data")]
        self.settings += ["--media-store", f"file://{folder}/media", "--log", "warn"]
        self.process = None

    def run(self, *arguments, stdin=None):
        command = [self.server, *arguments, *self.settings]
        return subprocess.run(command, cwd=self.folder, input=stdin, capture_output=True, text=True, timeout=60)

    def start(self):
        log = open(self.folder / f"log-{time.monotonic_ns()}", "w+")
        command = [self.server, "serve", *self.settings, "--bind", "127.0.0.1:0", "--outbound-allow", "127.0.0.0/8"]
        # Its editors are faster than people.
        command += ["--limit-account", "0", "--limit-token", "0"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if line.startswith("Slugline answers at "):
                return line.split()[-1].removeprefix("http://")
        log.seek(0)
        raise SystemExit(f"The server did not start: {log.read()}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)


class Newsroom:
    """What everybody works on."""

    def __init__(self):
        self.lock = threading.Lock()
        self.articles, self.statuses, self.faults = [], {}, []
        self.over = threading.Event()

    def note(self, what, status, answer):
        with self.lock:
            self.statuses[(what, status)] = self.statuses.get((what, status), 0) + 1
            if status not in ORDINARY:
                self.faults.append(f"{what}: {status} {answer}")

    def some_article(self, rng):
        with self.lock:
            return rng.choice(self.articles[-40:]) if self.articles else None


def soon(seconds):
    at = time.time() + seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"


def body_of(action, rng):
    return {
        "request-changes": {"reason": "The second paragraph needs a source."},
        "schedule": {"publish_at": soon(rng.uniform(0.5, 2.5))}
        | ({"unpublish_at": soon(rng.uniform(3, 5))} if rng.random() < 0.4 else {}),
        "correct": {"kind": "correction", "text": f"A name was misspelt ({rng.randrange(10**6)})."},
        "kill": {"notice": "This article was withdrawn.", "reason": "It was not true."},
        "flag": {"featured": rng.random() < 0.5},
    }.get(action, {})


ACTIONS = {
    "submit": 4, "approve": 4, "request-changes": 2, "publish": 8, "schedule": 6, "unschedule": 2, "unpublish": 2,
    "correct": 3, "kill": 1, "restore": 2, "archive": 1, "flag": 1,
}


def work(api, room, seed):
    """One person's day."""
    rng = random.Random(seed)
    while not room.over.is_set():
        try:
            one_step(api, room, rng)
        except Unreachable:
            time.sleep(0.05)
        time.sleep(rng.uniform(0, 0.03))


def one_step(api, room, rng):
    article = room.some_article(rng)
    if article is None or rng.random() < 0.15:
        headline = f"Story {rng.randrange(10**9)}"
        status, made = api.post("/v1/admin/articles", {"headline": headline, "body_markdown": "It *happened*."})
        room.note("create", status, made)
        if status == 201:
            with room.lock:
                room.articles.append(made["data"]["id"])
        return
    path = f"/v1/admin/articles/{article}"
    status, found = api.get(path)
    room.note("get", status, found)
    if status != 200:
        return
    found = found["data"]
    # Between reading and writing somebody else may have been faster.
    time.sleep(rng.uniform(0, 0.02))
    allowed = [action.replace("_", "-") for action in found["allowed_actions"]]
    choices = [action for action in ACTIONS if action in allowed]
    if "edit" in allowed and (not choices or rng.random() < 0.4):
        status, answer = api.patch(path, {"headline": f"Story {rng.randrange(10**9)}"}, found["version"])
        room.note("edit", status, answer)
    elif choices:
        action = rng.choices(choices, [ACTIONS[action] for action in choices])[0]
        status, answer = api.post(f"{path}/{action}", body_of(action, rng), found["version"])
        room.note(action, status, answer)


def live(api):
    """What the public list says: headline by article."""
    found, path = {}, "/v1/articles?limit=100&fields=headline"
    while path:
        status, page = api.get(path)
        if status != 200:
            raise SystemExit(f"The public list answered {status}.")
        found |= {card["id"]: card["headline"] for card in page["data"]}
        following = page["links"]["next"]
        path = following and following[following.index("/v1/"):]
    return found


# Seconds. Longer than a node that was killed keeps the lane of a webhook to itself, and what waits behind it is told.
AGREE_WITHIN = 90


def agree(api, pictures, seconds):
    """Waits until every picture is what the public list says; answers what differs, if time runs out."""
    end = time.monotonic() + seconds
    while True:
        truth = live(api)
        wrong = {}
        for name, picture in pictures.items():
            seen = picture.copy()
            differing = {id for id in truth.keys() | seen.keys() if truth.get(id) != seen.get(id)}
            if differing:
                wrong[name] = {id: (truth.get(id), seen.get(id)) for id in sorted(differing)}
        if not wrong or time.monotonic() > end:
            return truth, wrong
        time.sleep(0.2)


def staff(node, api):
    """Makes the people; answers a token each."""
    made = node.run("user", "create", "--email", "head@example.org", "--name", "Head", "--role", "admin",
                    "--password-stdin", stdin=PASSWORD)
    if made.returncode != 0:
        raise SystemExit(made.stderr)
    status, answer = api.post("/v1/auth/login", {"email": "head@example.org", "password": PASSWORD})
    if status != 200:
        raise SystemExit(f"Signing in: {status} {answer}")
    head = api.with_token(answer["access_token"])
    tokens = []
    for number, role in enumerate(PEOPLE):
        person = {"email": f"p{number}@example.org", "name": f"Person {number}", "role": role, "password": PASSWORD}
        status, made = head.post("/v1/admin/users", person)
        if status != 201:
            raise SystemExit(f"A user: {status} {made}")
        scopes = SCOPES if role == "contributor" else [*SCOPES, "articles:publish"]
        token = {"name": "day", "scopes": scopes, "user": made["data"]["id"]}
        status, made = head.post("/v1/admin/tokens", token)
        if status != 201:
            raise SystemExit(f"A token: {status} {made}")
        tokens.append(made["data"]["token"])
    return head, tokens


def day(options, folder, database):
    secret = "".join(random.SystemRandom().choices("abcdefghijkmnpqrstuvwxyz23456789", k=48))
    nodes = []
    for number in range(2 if options.database == "postgres" else 1):
        place = folder / f"node{number}"
        place.mkdir()
        nodes.append(Node(options.server, place, database, secret))
    with contextlib.ExitStack() as stack:
        addresses = []
        for node in nodes:
            addresses.append(node.start())
            stack.callback(node.stop)
        api = Api(addresses)
        head, tokens = staff(nodes[0], api)
        receiver = stack.enter_context(Receiver())
        status, hook = head.post("/v1/admin/webhooks", {"name": "day", "url": receiver.url})
        if status != 201:
            raise SystemExit(f"A webhook: {status} {hook}")
        receiver.secret = hook["data"]["secret"]
        stream = stack.enter_context(Stream(addresses))
        room = Newsroom()
        people = []
        for number, token in enumerate(tokens):
            # Half of them talk to the second node first.
            order = addresses[number % len(addresses):] + addresses[:number % len(addresses)]
            mine = Api(order).with_token(token)
            people.append(threading.Thread(target=work, args=(mine, room, options.seed * 100 + number)))
        for person in people:
            person.start()
        time.sleep(options.seconds / 2)
        if len(nodes) > 1:
            nodes[0].process.kill()
            nodes[0].process.wait()
            print("One of the two nodes was killed.")
        time.sleep(options.seconds / 2)
        room.over.set()
        for person in people:
            person.join()
        # The last schedules come true.
        time.sleep(5)
        truth, wrong = agree(api, {"webhook": receiver.live, "stream": stream.live}, AGREE_WITHIN)
        report(room, receiver, stream, truth)
        faults = room.faults[:5] + receiver.faults[:5] + stream.faults[:5]
        faults += [f"{name} differs: {entries}" for name, entries in wrong.items()]
        if not truth:
            faults.append("Nothing was live at the end of the day.")
        doctor = nodes[-1].run("doctor")
        if "audit" not in doctor.stdout.lower() or doctor.returncode != 0:
            faults.append(f"doctor: {doctor.stdout}{doctor.stderr}")
        return faults


def report(room, receiver, stream, truth):
    done = sum(count for (what, status), count in room.statuses.items() if status < 300 and what != "get")
    late = sum(count for (_, status), count in room.statuses.items() if status == 412)
    print(f"{len(room.articles)} articles, {done} changes, {late} came too late (412), {len(truth)} live at the end;"
          f" {receiver.count} webhook messages, {stream.count} events.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--database", choices=["sqlite", "postgres"], required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    options.server = str(pathlib.Path(options.server).resolve())
    print(f"Seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="slugline-day.") as name:
        folder = pathlib.Path(name)
        if options.database == "sqlite":
            faults = day(options, folder, f"sqlite://{folder}/slugline.db")
        else:
            folder.chmod(0o755)
            with Cluster(folder) as cluster:
                faults = day(options, folder, cluster.url)
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
