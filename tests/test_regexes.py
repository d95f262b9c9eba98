"""Every regular expression of the service reads hostile text in linear time: eight times the text takes about eight times as long."""

import ast
import importlib
import itertools
import re
import time

import pytest
import regex

from service import gazetteer_build
from tests.conftest import ROOT

CALLS = {"compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer"}
SIGNS = " \n.,-(/'1a„|Äя中ي\u0301"  # a sign of each kind that the patterns tell apart
PAIRS = list(map("".join, itertools.permutations(SIGNS, 2)))
HOSTILE = [*itertools.product(SIGNS, ("", "!", "Ab\n")), *itertools.product([*PAIRS, "Xa. ", "12:30 ", "am Ab ", "3. März ", "Dr. "], "!")]
SHORT, LONG = 500, 4_000  # characters
# these read the names of the packages that the gazetteer is built from, never a text
TRUSTED = {gazetteer_build.UNQUALIFIED.pattern, gazetteer_build.LOCAL_NAME.pattern}
QUADRATIC = 24  # times longer for eight times the text: between linear, 8, and quadratic, 64


def written() -> list:
    """The patterns written in service/, compiled: (file:line, pattern); those made of names at run time are looked up in REBUILT."""
    found = []
    for path in sorted((ROOT / "service").rglob("*.py")):
        if path.name == "__main__.py":
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS and node.args):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id in ("re", "regex")):
                continue
            wanted = node if node.func.attr == "compile" else node.args[0]
            try:
                value = eval(compile(ast.Expression(wanted), str(path), "eval"), vars(importlib.import_module(name)))
            except NameError:
                value = None  # made of a function's own values
            made = value if value is None or hasattr(value, "finditer") else {"re": re, "regex": regex}[node.func.value.id].compile(value)
            found.append((f"{path.relative_to(ROOT)}:{node.lineno}", made))
    return found


PATTERNS = written()
MADE_LATER = {place.split(":")[0] for place, made in PATTERNS if made is None}


def seconds(pattern, text: str) -> float:
    """The processor time of one go over a text."""
    begun = time.process_time()
    for _found in pattern.finditer(text):
        pass
    return time.process_time() - begun


def grows(pattern, unit: str, tail: str) -> float:
    """How many times longer the long text takes; 0 where both are too short to tell."""
    long = seconds(pattern, unit * (LONG // len(unit)) + tail)
    return long / max(seconds(pattern, unit * (SHORT // len(unit)) + tail), 1e-6) if long > 0.005 else 0.0


def test_patterns_are_found():
    assert len(PATTERNS) > 10
    assert MADE_LATER <= {"service/countries.py", "service/kinds.py", "service/tables.py"}  # alternatives of escaped names


@pytest.mark.parametrize("place", [place for place, made in PATTERNS if made is not None and made.pattern not in TRUSTED])
def test_a_pattern_is_linear(place):
    pattern = dict(PATTERNS)[place]
    slow = {}
    for unit, tail in HOSTILE:
        if grows(pattern, unit, tail) > QUADRATIC and (times := min(grows(pattern, unit, tail) for _ in range(3))) > QUADRATIC:
            slow[unit, tail] = round(times)
    assert not slow, f"{place} {pattern.pattern[:80]!r}"


def test_the_check_sees_what_is_not_linear():
    assert grows(re.compile(r"\s*\n\s*"), " ", "!") > QUADRATIC
    assert grows(re.compile(r"(?<!\s)\s*\n\s*"), " ", "!") < QUADRATIC
