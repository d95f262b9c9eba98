"""The event-extraction service: `create_app` makes the WSGI application."""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from service.settings import Settings, from_environment

COMPRESSED = (
    "application/json",
    "application/ld+json",
    "application/problem+json",
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
    "image/svg+xml",
)


def create_app(settings: Settings | None = None, load: Callable | None = None) -> Flask:
    """The application. The model is loaded beside it, so that liveness answers at once; until then requests meet a 503.

    `load` takes the settings and returns an engine; tests hand in their own.
    """
    from flask_compress import Compress

    from service import access, batch, openapi, page, problems, trace
    from service.gate import Gate

    settings = settings or from_environment()
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # an address with a slash too many is another address, not a redirect
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    # not the streams of lines: each has to leave at once
    app.config.from_mapping(COMPRESS_ALGORITHM=["gzip"], COMPRESS_MIMETYPES=COMPRESSED, COMPRESS_STREAMS=False)
    Compress(app)
    app.extensions |= {"settings": settings, "engine": Loading(settings, load or load_model).engine, "gate": Gate(settings)}
    trace.register(app)
    problems.register(app)
    access.register(app, settings)
    for blueprint in (batch.blueprint, openapi.blueprint, page.blueprint):
        app.register_blueprint(blueprint)
    openapi.register(app, settings)
    return app


def load_model(settings: Settings):
    """The engine of the ready model folder; imports torch."""
    from service.engine import load_engine

    return load_engine(settings.model_dir, precision=settings.precision)


class Loading:
    """An engine on its way: loaded in a thread, then handed out."""

    def __init__(self, settings: Settings, load: Callable):
        self.found = None
        self.failed = False
        self.thread = threading.Thread(target=self._run, args=(settings, load), name="load-model", daemon=True)
        self.thread.start()

    def _run(self, settings: Settings, load: Callable) -> None:
        from service.metrics import MODEL

        try:
            found = load(settings)
            MODEL.labels(found.info.name, found.info.version).set(1)
            self.found = found
        except Exception as error:  # whatever it is, readiness has to say no and the log why
            self.failed = True
            logging.getLogger(__name__).error("the model could not be loaded: %s: %s", type(error).__name__, error)

    def engine(self):
        """The engine; raises Problem while it is loading, and for good where loading failed."""
        from service.problems import Problem

        if self.found is None:
            raise Problem("not-ready", "The model could not be loaded; see the log." if self.failed else "The model is still loading.")
        return self.found
