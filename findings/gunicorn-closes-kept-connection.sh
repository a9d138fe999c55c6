#!/usr/bin/env bash
# gunicorn 27.0.1 with threads (gthread) answers `Connection: keep-alive`, and then closes the connection if the application has left the
# rest of the body unread, as one does that refuses a large webhook by its headers: the next request on that connection is lost, where
# waitress 3.0.2 takes it, and a server that means to close says so. A sender that doesn't make it again at once on a new
# connection counts a failure of the webhook after the one that was refused.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install_python gunicorn==27.0.1 waitress==3.0.2
cat >receiver.py <<'PY'
def application(environ, start_response):
    refused = environ.get("HTTP_X_WANTED") != "yes"
    if not refused:
        environ["wsgi.input"].read()
    start_response("401 Unauthorized" if refused else "200 OK", [("Content-Length", "0")])
    return [b""]
PY
expect_python 'gunicorn, read: 200 keep-alive, then 200
gunicorn, unread, 100 bytes: 401 keep-alive, then 200
gunicorn, unread, 1000000 bytes: 401 keep-alive, then the connection is closed
waitress, read: 200, then 200
waitress, unread, 100 bytes: 401, then 200
waitress, unread, 1000000 bytes: 401, then 200' <<'PY'
import socket
import subprocess
import time


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def connected(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit("nobody listens")


def ask(connection, length, wanted):
    head = f"POST / HTTP/1.1\r\nHost: example.com\r\nX-Wanted: {wanted}\r\nContent-Length: {length}\r\n\r\n"
    try:
        connection.sendall(head.encode() + b"x" * length)
        answer = b""
        while b"\r\n\r\n" not in answer:
            some = connection.recv(65536)
            if some == b"":
                return "the connection is closed"
            answer += some
    except (BrokenPipeError, ConnectionResetError):
        return "the connection is closed"
    lines = answer.decode().split("\r\n")
    keeps = [line.split(": ")[1] for line in lines if line.lower().startswith("connection: ")]
    return " ".join([lines[0].split(" ")[1], *keeps])


for name, command in (
    ("gunicorn", lambda port: ["gunicorn", "-k", "gthread", "--threads", "2", "-b", f"127.0.0.1:{port}", "receiver:application"]),
    ("waitress", lambda port: ["waitress-serve", f"--listen=127.0.0.1:{port}", "receiver:application"]),
):
    port = free_port()
    program, *arguments = command(port)
    server = subprocess.Popen([f"python/bin/{program}", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for what, length, wanted in (("read", 1_000_000, "yes"), ("unread, 100 bytes", 100, "no"), ("unread, 1000000 bytes", 1_000_000, "no")):
            with connected(port) as connection:
                first = ask(connection, length, wanted)
                time.sleep(0.5)
                print(f"{name}, {what}: {first}, then {ask(connection, 2, 'yes').split(' keep')[0]}")
    finally:
        server.terminate()
        server.wait()
PY
