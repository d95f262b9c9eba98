"""The documents beside README.md agree with the code."""

import re

import pytest

from service.openapi import VERSION
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
