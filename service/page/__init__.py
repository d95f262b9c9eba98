"""The page at `/`, and the same picture of one article as a file of its own.

One template (`index.html`) makes both. The page loads its parts from the service and asks the API; the file holds them all, and the
article with its answer as JSON. Both are shut by a content security policy: nothing runs or is loaded but these files, and with
trusted types no text can turn into markup.
"""

import base64
import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, request
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from service.parse import check_query
from service.problems import Problem

FOLDER = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SCRIPTS = ("world.js", "words.js", "marks.js", "cards.js", "places.js", "timeline.js", "looking.js", "view.js")  # what both need
LANGUAGES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
}
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
POLICY = f"{SHUT}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # kept, but asked for again: page and parts must be of one version
}
blueprint = Blueprint("page", __name__)
blueprint.before_request(check_query)
template = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("index.html")


def read(name: str) -> str:
    """A part of the page."""
    return (FOLDER / name).read_text(encoding="utf-8")


def data(value) -> Markup:
    """JSON that may stand in a script element of type application/json: nothing in it can end the element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _source(content: str) -> str:
    """A content security policy's name for an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def picture(text: str, answer: dict) -> str:
    """An HTML file that shows an article with its answer (the response of the API) and needs nothing else."""
    style = read("style.css")
    code = "\n".join(map(read, SCRIPTS)) + "\nshowEmbedded();\n"
    policy = f"{SHUT}; script-src {_source(code)}; style-src {_source(style)}"
    parts = {"style": Markup(style), "code": Markup(code), "policy": Markup(policy)}
    return template.render(embedded=data({"text": text, "answer": answer}), **parts)


def _conditional(content: bytes, kind: str) -> Response:
    response = Response(content, content_type=f"{kind}; charset=utf-8", headers=HEADERS)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/")
def get_page():
    """The page."""
    examples = json.loads(read("examples.json"))
    html = template.render(scripts=(*SCRIPTS, "app.js"), examples=examples, examples_data=data(examples), languages=LANGUAGES)
    return _conditional(html.encode(), "text/html")


@blueprint.get("/page/<name>")
def get_part(name: str):
    """A part that the page loads."""
    path = FOLDER / name
    if path.suffix not in KINDS or name not in {p.name for p in FOLDER.iterdir()}:
        raise Problem("not-found", "The page has no such file.")
    return _conditional(path.read_bytes(), KINDS[path.suffix])
