"""Speaks to the nodes of a newsroom as a client behind a balancer would: to the first that answers."""

import http.client
import json


class Unreachable(Exception):
    """No node answered."""


class Api:
    def __init__(self, addresses, token=None):
        self.addresses, self.token = list(addresses), token

    def with_token(self, token):
        return Api(self.addresses, token)

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, body, version=None):
        return self.send("POST", path, body, version)

    def patch(self, path, body, version):
        return self.send("PATCH", path, body, version)

    def send(self, method, path, body=None, version=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        for address in list(self.addresses):
            connection = http.client.HTTPConnection(address, timeout=20)
            try:
                connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                answer = connection.getresponse()
                text = answer.read()
                return answer.status, json.loads(text) if text else {}
            except (OSError, http.client.HTTPException):
                # The node is gone; whether it did what was asked is for the next reading to tell.
                self.addresses.append(self.addresses.pop(0))
            finally:
                connection.close()
        raise Unreachable
