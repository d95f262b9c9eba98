"""The command line: `python -m service extract|bulk|build|serve|settings`; `--help` says what each takes."""

import argparse
import errno
import functools
import json
import logging
import os
import sys
from pathlib import Path

from service.base import BaseModelError
from service.bulk import BulkError, load_model, run
from service.formats import DEFAULT, FORMATS, convert
from service.model import ModelError, build, verify
from service.parse import check_article
from service.problems import Problem
from service.settings import SettingError, Settings, from_environment, table


def _ready_engine(settings: Settings):
    """The engine, its model folder built first where it is not there yet."""
    return load_model(build(settings), settings.precision, os.cpu_count() or 1)


def reason(error: Exception) -> str:
    """What went wrong with a file or a text, without Python's own form."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte {error.start})"
    if isinstance(error, OSError) and error.strerror:
        full = "the disk is full: " if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        return f"{full}{error.strerror}" + (f": {error.filename}" if error.filename else "")
    return str(error)


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`; raises OSError and UnicodeDecodeError."""
    if name == "-" and sys.stdin.isatty():
        print("reading the article from standard input; end it with Ctrl-D", file=sys.stderr)
    raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    return raw.decode("utf-8").removeprefix("\ufeff")


def extract(args: argparse.Namespace, settings: Settings) -> int:
    """Articles to JSON on standard output, one object a file."""
    options = {"published_at": args.published_at, "language": args.language}
    try:
        check_article({"text": "-"} | options)  # before the model is loaded, which takes seconds
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    engine = _ready_engine(settings)
    failed = 0
    for name in args.files or ["-"]:
        try:
            article = check_article({"text": read_text(name), "id": None if name == "-" else Path(name).name} | options)
        except (OSError, UnicodeDecodeError, Problem) as error:
            failed += 1
            told = reason(error)
            print(told if name in told else f"{name}: {told}", file=sys.stderr)
            continue
        answer = engine.answer(article)
        print(json.dumps(convert(answer, args.format), ensure_ascii=False, indent=2 if args.pretty else None))
        if args.html:
            from service.page import picture

            Path(args.html).write_text(picture(article.text, answer), encoding="utf-8", newline="\n")
    return 1 if failed else 0


def bulk(args: argparse.Namespace, settings: Settings) -> int:
    """JSON Lines to JSON Lines, in order; a line that fails gives `{"id", "problem"}`."""
    load = functools.partial(load_model, build(settings), settings.precision)
    return 1 if run(args.input, args.output, load, args.processes, args.resume, args.format) else 0


def show_settings(args: argparse.Namespace, settings: Settings) -> int:
    """Every setting with its range, as README.md has them."""
    print(table(), end="")
    return 0


def build_model(args: argparse.Namespace, settings: Settings) -> int:
    """Make the ready model folder and check it."""
    folder = build(settings)
    verify(folder)
    print(folder)
    return 0


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Make the model folder where it is not there yet, then become gunicorn, which checks it."""
    build(settings)
    configuration = Path(__file__).parent.parent / "docker" / "gunicorn.conf.py"
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(configuration), "service:create_app()"])


def _processes(raw: str) -> int:
    if not raw.isdigit() or not 1 <= int(raw) <= 256:
        raise argparse.ArgumentTypeError("want a whole number from 1 to 256")
    return int(raw)


EXIT_CODES = """exit codes:
  0  all went well
  1  some document met a problem or could not be read (the others are answered)
  2  wrong use, a wrong setting, no model, a file that can't be written, or bulk's IN that can't be read
  130  interrupted; `bulk --resume` goes on
"""
EXAMPLES = """examples:
  echo "Die Minister trafen sich am Montag in Wien." | python -m service extract --published-at 2024-03-06 --pretty
  python -m service bulk articles.jsonl events.jsonl
  PORT=8080 python -m service serve

`COMMAND --help` says more. The first command makes the model folder, which takes a minute.

"""
SERVE = """examples:
  python -m service serve                                     # http://localhost:8000/ is a page to try it, /docs the API
  PORT=8080 WORKERS=1 LOG_LEVEL=warning python -m service serve

`python -m service settings` lists every setting with its default and range. SIGTERM ends it when all that came is answered.
"""
EXTRACT = """examples:
  python -m service extract article.txt --published-at 2024-03-06 --pretty
  python -m service extract de/*.txt > events.jsonl          # one line of JSON a file, `id` is the file's name
  python -m service extract article.txt --format jsonld      # schema.org events; or plover: CAMEO codes
  python -m service extract article.txt --html article.html  # to look at; for one article
  pdftotext report.pdf - | python -m service extract --language de
"""
BULK = """IN holds a JSON object a line: {"text": "…"} and, if you like, "id", "published_at", "language", "types", "statuses",
"min_confidence"; other columns are passed over. OUT gets a line for each, in order: the response of the HTTP API, or
{"id": …, "problem": {…}}. It is written anew unless --resume is given. Progress goes to standard error.

examples:
  python -m service bulk articles.jsonl events.jsonl
  python -m service bulk articles.jsonl events.jsonl --resume   # after a kill: goes on behind the last whole line of OUT
  zcat articles.jsonl.gz | python -m service bulk - - | jq -c 'select(.events != [])'
  python -m service bulk a.jsonl b.jsonl --processes 4          # each process holds the model once
"""


def main() -> int:
    """Parse the arguments and run; the exit code is one of EXIT_CODES."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m service",
        description="Agreement and meeting events from news articles.",
        epilog=EXAMPLES + EXIT_CODES,
        formatter_class=layout,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser(
        "extract", help="articles to JSON on standard output", epilog=EXTRACT + "\n" + EXIT_CODES, formatter_class=layout
    )
    one.add_argument("files", nargs="*", metavar="FILE", help="UTF-8 text files; standard input where none is named")
    one.add_argument("--published-at", help="day of publication, ISO 8601; relative dates need it")
    one.add_argument("--language", help="ISO 639-1; detected where missing")
    formats = {"choices": list(FORMATS), "default": DEFAULT, "help": "form of the answers (default: %(default)s)"}
    one.add_argument("--format", **formats)
    one.add_argument("--html", metavar="FILE", help="also write a page that shows the events in the text, one file that needs nothing else")
    one.add_argument("--pretty", action="store_true", help="indented JSON")
    one.set_defaults(run=extract)
    many = commands.add_parser("bulk", help="JSON Lines to JSON Lines, in order", epilog=BULK + "\n" + EXIT_CODES, formatter_class=layout)
    many.add_argument("input", metavar="IN", help="file, or - for standard input")
    many.add_argument("output", metavar="OUT", help="file, or - for standard output")
    many.add_argument("--format", **formats)
    many.add_argument(
        "--resume", action="store_true", help="keep the whole lines of OUT and go on behind them; a torn last line is dropped"
    )
    many.add_argument(
        "--processes", type=_processes, default=os.cpu_count() or 1, help="how many read at a time (default: %(default)s, the cores)"
    )
    many.set_defaults(run=bulk)
    commands.add_parser("build", help="make the ready model folder from base encoder and trained weights").set_defaults(run=build_model)
    served = "the HTTP service under gunicorn; its settings come from the environment"
    commands.add_parser("serve", help=served, epilog=SERVE, formatter_class=layout).set_defaults(run=serve)
    commands.add_parser("settings", help="every setting of the service with its default and range").set_defaults(run=show_settings)
    args = parser.parse_args()
    if getattr(args, "html", None) and len(args.files) > 1:
        one.error("--html shows one article: name one FILE")
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        return args.run(args, from_environment())
    except BrokenPipeError:  # whoever read has seen enough
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (OSError, SettingError, BaseModelError, ModelError, BulkError) as error:
        print(f"error: {reason(error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
