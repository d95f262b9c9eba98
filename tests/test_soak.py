"""The proofs under load and fault in their short versions, over the fake engine; `make soak` runs the long ones with the model."""

from pathlib import Path

import pytest

from tests.soak import proofs

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="wants /proc to find the workers")


def test_article_text_is_never_logged(tmp_path):
    proofs.canary(tmp_path, real=False)


def test_a_stop_loses_no_request(tmp_path):
    assert proofs.terminate(tmp_path, real=False, seconds=1)["answers"]["200"]


def test_a_killed_worker_takes_only_its_own_requests_along(tmp_path):
    proofs.kill(tmp_path, real=False, seconds=1)


def test_slow_callers_harm_no_other(tmp_path):
    proofs.slow(tmp_path, real=False, seconds=2, number=60)


def test_three_times_the_capacity(tmp_path):
    proofs.overload(tmp_path, real=False, seconds=6)


def test_the_same_answers_in_every_way(tmp_path):
    assert proofs.same(tmp_path, real=False, number=20)["events"] == 20
