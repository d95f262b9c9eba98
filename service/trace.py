"""What goes with every request: its id, how long its parts took, and its place in the metrics."""

import re
import time
import uuid

from flask import Flask, Response, current_app, g, request

from service import metrics

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def begin() -> None:
    """Start the request's clock, and keep the caller's request id where it is a sane one, else make one."""
    settings = current_app.extensions["settings"]
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.monotonic()
    g.deadline = g.began + settings.deadline
    g.seconds = {}
    if socket := request.environ.get("gunicorn.socket"):
        socket.settimeout(settings.idle_timeout)  # for each read and write; gunicorn sets it back before the next request


def end(response: Response) -> Response:
    """Tell the caller the id under which the log speaks of the request and where its time went; count it."""
    response.headers["X-Request-ID"] = g.request_id
    parts = g.seconds | {"total": time.monotonic() - g.began}
    response.headers["Server-Timing"] = ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in parts.items())
    response.headers["X-Content-Type-Options"] = "nosniff"
    route, method, began = request.url_rule.rule if request.url_rule else "(none)", request.method, g.began
    if method not in ("GET", "HEAD", "POST", "OPTIONS"):
        method = "other"  # a caller may send any word

    def count() -> None:
        metrics.REQUESTS.labels(route, method, str(response.status_code)).inc()
        metrics.LATENCY.labels(route).observe(time.monotonic() - began)

    if response.is_streamed:
        response.call_on_close(count)
    else:
        count()
    return response


def register(app: Flask) -> None:
    """Follow every request of an app; before anything else is registered that a request meets."""
    app.before_request(begin)
    app.after_request(end)
