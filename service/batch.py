"""Many articles in one request: a JSON batch, or a stream of lines that is answered while it is still being read."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

from flask import Response, current_app, g, jsonify, request, stream_with_context

from service import body, metrics
from service.api import answer, blueprint
from service.formats import convert
from service.gate import Gate, Place, client_gone
from service.parse import MAX_ARTICLE, check_article, check_media, decode, document_id, parse_json, read_format
from service.problems import Problem, internal, invalid, problem_body

MAX_BATCH = 16 * 1024 * 1024  # bytes of a JSON batch, which is held whole; a stream has no limit, but each line has an article's


def failure(problem: Problem, id_: str | None = None) -> dict:
    """What stands in a document's place that met a problem."""
    return {"id": id_, "problem": problem_body(problem, g.request_id)}


def result(fields, place: Place, wanted: str) -> dict:
    """A document's response, or its id and problem; a problem of one document harms no other. Each has the whole time limit."""
    try:
        deadline = time.monotonic() + current_app.extensions["settings"].deadline
        return convert(answer(check_article(fields), place, deadline), wanted)
    except Exception as error:
        problem = error if isinstance(error, Problem) else internal(error)
        if problem.kind == "client-gone":
            raise
        return failure(problem, document_id(fields))


def result_of_line(line: bytes | None, place: Place, wanted: str) -> dict:
    """The answer to a line; None stands for one that is too long."""
    try:
        if line is None:
            raise Problem("too-large", f"A line may hold {MAX_ARTICLE:,} bytes.")
        fields = parse_json(decode(line))
    except Problem as problem:
        return failure(problem)
    return result(fields, place, wanted)


def stream(place: Place, wanted: str) -> Iterator[str]:
    """A line of JSON for each line that comes in; blank ones are passed over. Holds one line at a time."""
    try:
        for line in body.lines(body.pieces(), MAX_ARTICLE):
            if line is None or line.strip():
                yield json.dumps(result_of_line(line, place, wanted), ensure_ascii=False) + "\n"
    except Problem as problem:  # the body stopped or broke off, or nobody is there any more: a last line says so
        yield json.dumps(failure(problem)) + "\n"


def documents(deadline: float) -> list:
    """The documents of a JSON batch, each still unchecked; raises Problem."""
    most = current_app.extensions["settings"].max_documents
    fields = parse_json(decode(body.read(MAX_BATCH, deadline)))
    if not isinstance(fields, dict) or not isinstance(fields.get("documents"), list):
        raise invalid([{"field": "documents", "reason": 'Must be a list: {"documents": [{"text": "…"}]}.'}])
    if unknown := [name for name in fields if name != "documents"]:
        raise invalid([{"field": name, "reason": "Unknown field."} for name in unknown])
    if not 1 <= len(fields["documents"]) <= most:
        raise invalid([{"field": "documents", "reason": f"Must hold 1 to {most:,} documents; use application/x-ndjson for more."}])
    return fields["documents"]


@blueprint.post("/v1/events/batch")
def post_batch():
    """The events of many articles, each with its own result or problem, in order."""
    gate: Gate = current_app.extensions["gate"]
    current_app.extensions["engine"]()
    wanted = read_format()
    check_media("application/json", "application/x-ndjson")
    body.check_length()
    place = Place(client_gone(request.environ))
    with ExitStack() as stack:
        stack.enter_context(gate.count("request"))
        stack.enter_context(gate.count("stream"))
        metrics.STREAMS.inc()
        stack.callback(metrics.STREAMS.dec)
        if request.mimetype == "application/json":
            return jsonify({"results": [result(fields, place, wanted) for fields in documents(g.deadline)]})
        response = Response(stream_with_context(stream(place, wanted)), content_type="application/x-ndjson")
        response.headers["X-Accel-Buffering"] = "no"  # nginx would else hold the lines back
        response.call_on_close(stack.pop_all().close)
        return response
