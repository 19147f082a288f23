"""What is pushed to a URL is read with libraries that were not written here: http_ece (RFC 8188, 8291) and py_vapid
(RFC 8292) from PyPI, signed in by HTTP Basic.

    python web_push_is_read.py ORIGIN ADDRESS PASSWORD

It subscribes with keys to a push service of its own on this machine (the gateway must allow that), reads the code and
tells it, changes a mailbox, and reads what is pushed of it.
"""

import base64
import http.server
import json
import os
import queue
import sys
import threading
import urllib.request

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

ORIGIN, ADDRESS, PASSWORD = sys.argv[1:4]
CORE, MAIL = "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"
VAPID = "urn:ietf:params:jmap:webpush-vapid"


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def ask(path: str, body=None):
    credentials = base64.b64encode(f"{ADDRESS}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(ORIGIN + path, data, headers), timeout=30) as answer:
        return json.load(answer)


def call(name: str, arguments: dict) -> dict:
    answer = ask("/jmap/api", {"using": [CORE, MAIL], "methodCalls": [[name, arguments, "0"]]})
    answered, result, _ = answer["methodResponses"][0]
    assert answered == name, answer
    return result


pushes: queue.Queue = queue.Queue()


class PushService(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        pushes.put((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PushService)
threading.Thread(target=service.serve_forever, daemon=True).start()

session = ask("/.well-known/jmap")
server_key = session["capabilities"][VAPID]["applicationServerKey"]
account = session["primaryAccounts"][MAIL]
secret, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
public = secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def next_push() -> dict:
    headers, body = pushes.get(timeout=30)
    assert headers["Content-Encoding"] == "aes128gcm" and int(headers["TTL"]) > 0, headers
    assert headers["Authorization"].endswith(f", k={server_key}"), headers
    # py_vapid takes no space after the comma, though RFC 9110 has one there.
    assert Vapid02.verify(headers["Authorization"].replace(", ", ",")), headers
    return json.loads(http_ece.decrypt(body, private_key=secret, auth_secret=auth, version="aes128gcm"))


subscription = {
    "deviceClientId": "web_push_is_read.py",
    "url": f"http://127.0.0.1:{service.server_port}/push",
    "keys": {"p256dh": base64url(public), "auth": base64url(auth)},
    "types": ["Mailbox"],
}
made = call("PushSubscription/set", {"create": {"s": subscription}})["created"]["s"]
verification = next_push()
assert verification["@type"] == "PushVerification", verification
assert verification["pushSubscriptionId"] == made["id"], verification
code = {"verificationCode": verification["verificationCode"]}
assert made["id"] in call("PushSubscription/set", {"update": {made["id"]: code}})["updated"]

created = call("Mailbox/set", {"accountId": account, "create": {"m": {"name": "Pushed"}}})
change = next_push()
assert change == {"@type": "StateChange", "changed": {account: {"Mailbox": created["newState"]}}}, change
call("Mailbox/set", {"accountId": account, "destroy": [created["created"]["m"]["id"]]})
assert call("PushSubscription/set", {"destroy": [made["id"]]})["destroyed"] == [made["id"]]
print("http_ece and py_vapid read what was pushed")
