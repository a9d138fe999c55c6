#!/usr/bin/env bash
# A POST may say its length, or come in chunks (RFC 9112, section 6). Under WSGI Django 5.2.19 reads as many bytes as Content-Length
# says, and so none of a body in chunks: request.body is empty, without an error, and a webhook's signature is wrong. gunicorn 27.0.1
# gives the whole body, and says so (wsgi.input_terminated), which Flask 3.1.3 reads. So it depends on the proxy in front whether
# webhooks arrive. Under ASGI, behind uvicorn 0.54.0, Django reads both.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install_python Django==5.2.19 Flask==3.1.3 gunicorn==27.0.1 uvicorn==0.54.0
cat >receiver.py <<'PY'
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from flask import Flask, request

settings.configure(SECRET_KEY="none", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
urlpatterns = [path("", lambda asked: HttpResponse(f"{len(asked.body)} bytes"))]
django_wsgi = get_wsgi_application()
django_asgi = get_asgi_application()
flask = Flask(__name__)
flask.post("/")(lambda: f"{len(request.get_data())} bytes")
PY
expect_python 'Django, gunicorn: with a length 23 bytes, in chunks 0 bytes
Flask, gunicorn: with a length 23 bytes, in chunks 23 bytes
Django, uvicorn: with a length 23 bytes, in chunks 23 bytes' <<'PY'
import http.client
import socket
import subprocess
import time

body = b'{"type":"invoice.paid"}'


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def post(port, in_chunks):
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            # http.client sends what has no length in chunks.
            connection.request("POST", "/", iter([body[:9], body[9:]]) if in_chunks else body)
            return connection.getresponse().read().decode()
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("nobody listens")


for name, command in (
    ("Django, gunicorn", lambda port: ["gunicorn", "--no-control-socket", "-b", f"127.0.0.1:{port}", "receiver:django_wsgi"]),
    ("Flask, gunicorn", lambda port: ["gunicorn", "--no-control-socket", "-b", f"127.0.0.1:{port}", "receiver:flask"]),
    ("Django, uvicorn", lambda port: ["uvicorn", "--lifespan", "off", "--port", str(port), "receiver:django_asgi"]),
):
    port = free_port()
    program, *arguments = command(port)
    server = subprocess.Popen([f"python/bin/{program}", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        print(f"{name}: with a length {post(port, False)}, in chunks {post(port, True)}")
    finally:
        server.terminate()
        server.wait()
PY
