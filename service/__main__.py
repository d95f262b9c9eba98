"""The command line: `python -m service extract|bulk|build|serve`; `--help` says what each takes."""

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path

from service.api import REQUEST, check_article, parse_json
from service.base import BaseModelError
from service.model import ModelError, build, verify
from service.problems import Problem, invalid, problem_body
from service.settings import SettingError, Settings, from_environment


def _ready_engine(settings: Settings):
    """The engine, its model folder built first where it is not there yet."""
    from service.engine import load_engine

    build(settings.base_model, settings.cache_dir, settings.model_dir)
    return load_engine(settings.model_dir, threads=os.cpu_count() or 1)


def extract(args: argparse.Namespace, settings: Settings) -> int:
    """Articles to JSON on standard output, one object a file."""
    engine = _ready_engine(settings)
    failed = 0
    for name in args.files or ["-"]:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            fields = {"text": raw.decode("utf-8").removeprefix("\ufeff"), "id": None if name == "-" else Path(name).name}
            fields |= {"published_at": args.published_at, "language": args.language}
            answer = engine.answer(check_article(fields))
            print(json.dumps(answer, ensure_ascii=False, indent=2 if args.pretty else None))
        except (OSError, UnicodeDecodeError, Problem) as error:
            failed += 1
            print(f"{name}: {error}", file=sys.stderr)
    return 1 if failed else 0


def _answer_line(engine, line: bytes) -> dict:
    """The response to one line of JSON Lines, or its id and problem."""
    id_ = None
    try:
        try:
            fields = parse_json(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Problem("not-utf-8", f"Byte {error.start} of the line starts no UTF-8 character.") from None
        if isinstance(fields, dict) and isinstance(fields.get("id"), str):
            id_ = fields["id"].encode("utf-8", "replace").decode("utf-8")
        if not isinstance(fields, dict):
            raise invalid([{"field": "(line)", "reason": "Must be an object."}])
        # such files often carry columns of their own
        fields = {name: value for name, value in fields.items() if name in REQUEST.fields}
        return engine.answer(check_article(fields))
    except Problem as problem:
        return {"id": id_, "problem": problem_body(problem, "")}


def bulk(args: argparse.Namespace, settings: Settings) -> int:
    """JSON Lines to JSON Lines, in order; a line that fails gives `{"id", "problem"}`; columns of other names are ignored."""
    engine = _ready_engine(settings)
    source = sys.stdin.buffer if args.input == "-" else open(args.input, "rb")
    target = sys.stdout if args.output == "-" else open(args.output, "w", encoding="utf-8")
    began, done, failed = time.monotonic(), 0, 0
    with source, target:
        for line in source:
            if not line.strip():
                continue
            answer = _answer_line(engine, line)
            target.write(json.dumps(answer, ensure_ascii=False) + "\n")
            target.flush()
            done += 1
            failed += "problem" in answer
            if done % 50 == 0:
                print(f"{done} documents, {done / (time.monotonic() - began):.1f} a second", file=sys.stderr)
    print(f"{done} documents, {failed} with a problem, {time.monotonic() - began:.1f} s", file=sys.stderr)
    return 1 if failed else 0


def build_model(args: argparse.Namespace, settings: Settings) -> int:
    """Make the ready model folder and check it."""
    folder = build(settings.base_model, settings.cache_dir, settings.model_dir)
    verify(folder)
    print(folder)
    return 0


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Make the model folder where it is not there yet, then become gunicorn, which checks it."""
    build(settings.base_model, settings.cache_dir, settings.model_dir)
    configuration = Path(__file__).parent.parent / "docker" / "gunicorn.conf.py"
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(configuration), "service:create_app()"])


def main() -> int:
    """Parse the arguments and run; exit code 0: all well, 1: some document failed, 2: wrong use, settings or model."""
    parser = argparse.ArgumentParser(prog="python -m service", description="Agreement and meeting events from news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("extract", help="articles to JSON on standard output")
    one.add_argument("files", nargs="*", metavar="FILE", help="UTF-8 text files; standard input where none is named")
    one.add_argument("--published-at", help="day of publication, ISO 8601; relative dates need it")
    one.add_argument("--language", help="ISO 639-1; detected where missing")
    one.add_argument("--pretty", action="store_true", help="indented JSON")
    one.set_defaults(run=extract)
    many = commands.add_parser("bulk", help="JSON Lines (id, text, published_at, language) to JSON Lines, in order")
    many.add_argument("input", metavar="IN", help="file, or - for standard input")
    many.add_argument("output", metavar="OUT", help="file, or - for standard output")
    many.set_defaults(run=bulk)
    commands.add_parser("build", help="make the ready model folder from base encoder and trained weights").set_defaults(run=build_model)
    commands.add_parser("serve", help="the HTTP service under gunicorn").set_defaults(run=serve)
    args = parser.parse_args()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        return args.run(args, from_environment())
    except (SettingError, BaseModelError, ModelError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
