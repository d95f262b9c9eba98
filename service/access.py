"""Who may call, how often and from which pages: API keys, rate limits and CORS, each off unless a setting asks for it."""

import functools
import hashlib
import hmac
import time

from flask import Flask, Response, current_app, g, request
from flask_cors import CORS
from flask_limiter import Limiter, RateLimitExceeded, RequestLimit
from werkzeug.middleware.proxy_fix import ProxyFix

from service.problems import Problem, problem_response
from service.settings import Settings, read_keys, read_origins

KEYED = "/v1/"  # addresses below ask for a key and are counted; health, metrics and documentation are open
RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")  # requests, requests, seconds


def digest(key: str) -> bytes:
    """A key's SHA-256, so that all comparisons are over equal lengths and rate counters hold no key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def given_key() -> str:
    """The key that the request brings, in `Authorization: Bearer …` or `X-API-Key`; empty where it brings none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")


def check_key() -> None:
    """Refuse a call without a known key, where keys are set; raises Problem."""
    known: list[bytes] = current_app.extensions["api_keys"]
    if not known or not request.path.startswith(KEYED) or request.method == "OPTIONS":
        return
    if not (key := given_key()):
        raise Problem("unauthorized", "Give an API key as Authorization: Bearer KEY or as X-API-Key: KEY.")
    own = digest(key)
    # a list, not a generator: every key is compared, whichever fits
    if not any([hmac.compare_digest(own, one) for one in known]):
        raise Problem("forbidden", "The API key is not known.")
    g.caller = own.hex()


def caller() -> str:
    """Whom a rate is counted for: the checked key, else the address."""
    return g.get("caller") or request.remote_addr or "unknown"


def seconds_left(limit: RequestLimit) -> int:
    """Seconds until a limit lets the next call in; flask-limiter gives the whole second after it."""
    return max(1, int(limit.reset_at - time.time()))


def tell_rate(limiter: Limiter, response: Response) -> Response:
    """Say how much of the tightest limit is left. flask-limiter's own headers put a Retry-After on good answers too."""
    if limit := limiter.current_limit:
        values = (limit.limit.amount, limit.remaining, seconds_left(limit))
        response.headers.update({name: str(value) for name, value in zip(RATE_HEADERS, values)})
    return response


def over_rate(limiter: Limiter, error: RateLimitExceeded) -> Response:
    """The answer to one call too many."""
    wait = seconds_left(limiter.current_limit) if limiter.current_limit else 1
    return problem_response(Problem("too-many-requests", f"The limit is {error.description}.", retry_after=wait))


def register(app: Flask, settings: Settings) -> None:
    """Put keys, rate limit and CORS in front of an app's routes."""
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)
    app.extensions["api_keys"] = [digest(key) for key in read_keys(settings)]
    if origins := read_origins(settings):
        CORS(
            app,
            origins=origins,
            allow_headers=["Content-Type", "Authorization", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Server-Timing", "Retry-After", *RATE_HEADERS],
            max_age=600,
        )
    app.before_request(check_key)
    if settings.rate_limit:
        limiter = Limiter(
            caller,
            application_limits=[settings.rate_limit],
            storage_uri=settings.rate_storage,
            in_memory_fallback_enabled=True,  # where the shared count can't be reached, each process counts for itself
            strategy="moving-window",
        )
        limiter.request_filter(lambda: not request.path.startswith(KEYED) or request.method == "OPTIONS")
        limiter.init_app(app)
        app.after_request(functools.partial(tell_rate, limiter))
        app.register_error_handler(RateLimitExceeded, functools.partial(over_rate, limiter))
