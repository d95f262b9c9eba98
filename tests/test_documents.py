"""The documents beside README.md agree with the code."""

import dataclasses
import re

import pytest

from service.openapi import VERSION
from service.settings import Settings
from tests.conftest import ROOT


def test_the_newest_version_in_the_changelog_is_the_apis():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", text, flags=re.M)
    assert versions[0] == VERSION
    assert versions == sorted(versions, key=lambda v: [int(n) for n in v.split(".")], reverse=True)


def test_the_changelog_has_known_headings_alone():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (.*)$", text, flags=re.M)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert all(re.fullmatch(r"\[Unreleased\]|\[[\d.]+\] - [\d-]+", row) for row in re.findall(r"^## (.*)$", text, flags=re.M))


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"])
def test_links_commands_and_paths_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"`make ([a-z][a-z-]+)|^make ([a-z-]+)", text, flags=re.M)) <= {(t, "") for t in targets} | {
        ("", t) for t in targets
    }
    for path in re.findall(r"`((?:client|docker|schemas|seeds|service|tests|training)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_every_setting_is_in_the_readme_and_nothing_else():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.M)
    assert rows == [field.name.upper() for field in dataclasses.fields(Settings)]


def test_every_variable_that_is_read_is_in_the_readme():
    """Those that the settings do not read; GUNICORN_FD and LISTEN_FDS are for whoever hands the socket in."""
    files = [*(ROOT / "service").rglob("*.py"), *(ROOT / "docker").glob("*.py"), *(ROOT / "schemas").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    names = set(re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\"([A-Z_]+)\"|\"([A-Z_]+)\" (?:not )?in os\.environ", code))
    found = {name for pair in names for name in pair if name}
    assert "PROMETHEUS_MULTIPROC_DIR" in found
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in found if f"`{name}`" not in text} == set()
