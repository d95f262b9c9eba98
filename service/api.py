"""The HTTP routes: parse, answer, dump. Imports no torch: the engine is handed in."""

from flask import Blueprint, Response, current_app, g, jsonify, request

from schemas.article import Article
from schemas.ontology import ONTOLOGY
from service import metrics
from service.formats import FORMATS, convert
from service.gate import Gate, Place, client_gone
from service.parse import QUERY, check_query, read_article, read_format
from service.problems import Problem

blueprint = Blueprint("api", __name__)


@blueprint.before_request
def known_query() -> None:
    """Only a text/plain article has query parameters besides the format."""
    known = {"api.post_events": ("text", "format", *QUERY), "api.post_batch": ("format",)}
    check_query(known.get(request.endpoint, ()))


def answer(article: Article, place: Place, deadline: float) -> dict:
    """The response to one article, when its turn comes; counted. Raises Problem."""
    engine, gate = current_app.extensions["engine"](), current_app.extensions["gate"]
    try:
        turn = gate.run(place, deadline, lambda: (engine.answer(article), engine.windows(article.text)))
    except Exception as error:
        metrics.FAILED.labels(error.kind if isinstance(error, Problem) else "internal").inc()
        raise
    found, windows = turn.result
    for part, seconds in (("queue", turn.waited), ("model", turn.worked)):
        g.seconds[part] = g.seconds.get(part, 0.0) + seconds
    metrics.WAITED.observe(turn.waited)
    metrics.WORKED.observe(turn.worked)
    metrics.count_document(article, found, windows, engine.info.languages)
    return found


@blueprint.post("/v1/events")
def post_events():
    """The events of one article."""
    gate: Gate = current_app.extensions["gate"]
    current_app.extensions["engine"]()  # not ready: say so before the body is read
    with gate.count("request"):
        wanted = read_format()
        article = read_article(g.deadline)
        with gate.place(client_gone(request.environ)) as place:
            response = jsonify(convert(answer(article, place, g.deadline), wanted))
    response.content_type = FORMATS[wanted].media
    return response


@blueprint.get("/v1/model")
def get_model():
    """The model that answers, what it knows and how it scored."""
    info = current_app.extensions["engine"]().info
    return jsonify(
        {
            "name": info.name,
            "version": info.version,
            "base": info.base,
            "languages": list(info.languages),
            **ONTOLOGY.description(),
            "thresholds": info.thresholds,
            "scores": info.scores,
        }
    )


@blueprint.get("/health/live")
def get_live():
    """Whether the process answers at all."""
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
def get_ready():
    """Whether the model is loaded and has answered."""
    current_app.extensions["engine"]()
    return jsonify({"status": "ready"})


@blueprint.get("/metrics")
def get_metrics():
    """Prometheus text, over all workers."""
    text, kind = metrics.exposition()
    return Response(text, content_type=kind)
