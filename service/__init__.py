"""The event-extraction service: `create_app` makes the WSGI application."""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from service.settings import Settings, from_environment

MAX_BODY = 2 * 1024 * 1024  # bytes: 100,000 code points, each escaped as a surrogate pair in JSON, and the other fields


def create_app(settings: Settings | None = None, load: Callable | None = None) -> Flask:
    """The application. The model is loaded beside it, so that liveness answers at once; until then requests meet a 503.

    `load` takes the settings and returns an engine; tests hand in their own.
    """
    from service import api, problems

    settings = settings or from_environment()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    loading = Loading(settings, load or load_model)
    app.extensions["engine"] = loading.engine
    problems.register(app)
    app.register_blueprint(api.blueprint)
    return app


def load_model(settings: Settings):
    """The engine of the ready model folder; imports torch."""
    from service.engine import load_engine

    return load_engine(settings.model_dir)


class Loading:
    """An engine on its way: loaded in a thread, then handed out."""

    def __init__(self, settings: Settings, load: Callable):
        self.found = None
        self.failed = False
        self.thread = threading.Thread(target=self._run, args=(settings, load), name="load-model", daemon=True)
        self.thread.start()

    def _run(self, settings: Settings, load: Callable) -> None:
        try:
            self.found = load(settings)
        except Exception as error:  # whatever it is, readiness has to say no and the log why
            self.failed = True
            logging.getLogger(__name__).error("the model could not be loaded: %s: %s", type(error).__name__, error)

    def engine(self):
        """The engine; raises Problem while it is loading, and for good where loading failed."""
        from service.problems import Problem

        if self.found is None:
            raise Problem("not-ready", "The model could not be loaded; see the log." if self.failed else "The model is still loading.")
        return self.found
