"""Every error as RFC 9457 problem details: one table from the kind of error to what the caller sees."""

import logging

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

# kind → (status, title); the kind is the last part of `type`
PROBLEMS = {
    "not-json": (400, "The body is not valid JSON"),
    "not-utf-8": (400, "What was sent is not valid UTF-8"),
    "bad-request": (400, "The request is malformed"),
    "unauthorized": (401, "An API key is needed"),
    "forbidden": (403, "The API key is not known"),
    "not-found": (404, "There is nothing at this address"),
    "method-not-allowed": (405, "This address does not answer this method"),
    "body-timeout": (408, "The body did not come in time"),
    "length-required": (411, "The request gives no length"),
    "too-large": (413, "The body is too large"),
    "address-too-long": (414, "The address is too long"),
    "unsupported-media-type": (415, "The body's content type is not supported"),
    "invalid-field": (422, "A field is invalid"),
    "too-many-requests": (429, "The rate limit is reached"),
    "headers-too-large": (431, "The headers are too large"),
    "client-gone": (499, "The caller has gone"),  # nginx's number; nobody reads it but the log
    "internal": (500, "The service failed"),
    "not-ready": (503, "The service is not ready"),
    "overloaded": (503, "The service has more to do than it can"),
    "deadline-passed": (504, "The time limit has passed"),
}
KIND_OF_STATUS = {status: kind for kind, (status, _) in reversed(PROBLEMS.items())} | {400: "bad-request"}
DETAILS = {  # where Flask finds out, whose own words are meant for people who type addresses
    "not-found": "No route has this address; /docs lists those that there are.",
    "method-not-allowed": "The header Allow names the methods that this address answers.",
}
RETRY_AFTER = {"not-ready": 5, "overloaded": 1}  # seconds, where the problem itself does not know better


class Problem(Exception):
    """An error with its kind (a key of PROBLEMS), the reason, the invalid fields, if any, and when to try again in seconds."""

    def __init__(self, kind: str, detail: str, errors: list[dict] | None = None, retry_after: int | None = None):
        super().__init__(detail)
        self.kind, self.detail, self.errors = kind, detail, errors
        self.retry_after = retry_after or RETRY_AFTER.get(kind)


def problem_body(problem: Problem, request_id: str) -> dict:
    """The JSON of a problem."""
    status, title = PROBLEMS[problem.kind]
    body = {
        "type": f"urn:problem:{problem.kind}",
        "title": title,
        "status": status,
        "detail": problem.detail,
        "request_id": request_id,
    }
    return body | ({"errors": problem.errors} if problem.errors else {})


def problem_response(problem: Problem) -> Response:
    """The answer to a request that met a problem."""
    response = jsonify(problem_body(problem, g.request_id))
    response.status_code = PROBLEMS[problem.kind][0]
    response.content_type = "application/problem+json"
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.kind == "unauthorized":
        response.headers["WWW-Authenticate"] = 'Bearer realm="events"'
    return response


def flatten(messages: dict | list, path: str = "") -> list[dict]:
    """marshmallow's nested messages as a list of `{field, reason}`; a list's items are `types[0]`."""
    if isinstance(messages, list):
        return [{"field": path, "reason": " ".join(str(m) for m in messages)}]
    found = []
    for key, value in messages.items():
        name = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else str(key)
        found += flatten(value, name)
    return found


def invalid(errors: list[dict]) -> Problem:
    """A 422 that names each invalid field."""
    # a caller's own key may be long or hold control signs: show the start, in ASCII
    shown = [{"field": ascii(e["field"][:100])[1:-1], "reason": e["reason"]} for e in errors[:20]]
    return Problem("invalid-field", "; ".join(f"{e['field']}: {e['reason']}" for e in shown), shown)


def where(error: BaseException) -> str:
    """The file and line where an error was raised; all that a log may hold beside its type, as its message may quote an article."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"


def internal(error: Exception) -> Problem:
    """The problem for a fault of the service, which is logged by its type and place."""
    log.error("request %s failed: %s at %s", g.get("request_id"), type(error).__name__, where(error))
    return Problem("internal", "The request could not be answered; its id is in the log.")


def register(app: Flask) -> None:
    """Answer every exception of an app with a problem."""

    @app.errorhandler(Problem)
    def known(error: Problem):
        return problem_response(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException):
        kind = KIND_OF_STATUS.get(error.code or 500)
        if kind is None:
            kind = "bad-request" if 400 <= (error.code or 500) < 500 else "internal"
        response = problem_response(Problem(kind, DETAILS.get(kind) or error.description or PROBLEMS[kind][1]))
        if error.code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception):
        return problem_response(internal(error))
