"""The metrics are right over all workers, whichever answers, and after one has died."""

import json
import re
import threading
from pathlib import Path

import pytest

from service import metrics
from tests.conftest import ROOT
from tests.stub import call, server, until

ARTICLE = json.dumps({"text": "slow 10 Treffen in Wien", "language": "de"}).encode()


def value(text: str, metric: str, /, **labels) -> float:
    """The sum of a metric's rows that have these labels."""
    rows = re.findall(rf"^{metric}(?:{{(.*)}})? (\S+)$", text, flags=re.M)
    return sum(float(number) for row, number in rows if all(f'{key}="{v}"' in row for key, v in labels.items()))


def test_without_workers_it_is_this_process(client):
    client.post("/v1/events", json={"text": "a"})
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    assert value(answer.text, "events_http_requests_total", route="/v1/events", status="200") >= 1


def test_labels_have_few_values(client):
    for number in range(50):
        client.get(f"/nothing/{number}")
        client.open("/v1/events", method=f"ODD{number}")
    text = client.get("/metrics").text
    assert "/nothing/" not in text
    assert "ODD" not in text
    assert metrics.language_label("xx", ("de",)) == "other"
    assert metrics.language_label(None, ("de",)) == "unknown"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="wants /proc to find the workers")
def test_across_two_workers(tmp_path):
    log = tmp_path / "log"
    with server(log, WORKERS=2) as address:
        calls = [threading.Thread(target=call, args=(address + "/v1/events", ARTICLE)) for _ in range(12)]
        for one in calls:
            one.start()
        for one in calls:
            one.join()
        call(address + "/v1/events", b"not json")
        call(address + "/v1/events/batch", json.dumps({"documents": [{"text": "Wien"}, {}]}).encode())
        pids = [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", log.read_text())]
        served = {pid for pid in pids if Path(f"/proc/{pid}").is_dir()}
        assert len(served) == 2
        for _ in range(5):  # the same from whichever worker answers
            text = call(address + "/metrics")[2].decode()
            assert value(text, "events_http_requests_total", route="/v1/events", method="POST", status="200") == 12
            assert value(text, "events_http_requests_total", route="/v1/events", status="400") == 1
            assert value(text, "events_http_requests_total", route="/v1/events/batch", status="200") == 1
            assert value(text, "events_documents_total", language="de") == 13
            assert value(text, "events_found_total", type="meeting", language="de") == 13
            assert value(text, "events_characters_total") == 12 * len("slow 10 Treffen in Wien") + 4
            assert value(text, "events_windows_total") == 13
            assert value(text, "events_model_seconds_count") == 13
            assert value(text, "events_queue_length") == 0
            assert value(text, "events_streams") == 0
            assert value(text, "events_model_info", name="fake", version="0") == 1

        with pytest.raises(OSError, match=r".*"):
            call(address + "/v1/events/batch", b'{"documents": [{"text": "crash"}]}')
        until(lambda: re.search("was sent code|exited with code", log.read_text()))
        # the dead worker's stream is no more, once gunicorn has seen to what it left
        until(lambda: value(call(address + "/metrics")[2].decode(), "events_streams") == 0)
        text = call(address + "/metrics")[2].decode()
        assert value(text, "events_http_requests_total", route="/v1/events", method="POST", status="200") == 12
        assert value(text, "events_queue_length") == 0


@pytest.mark.parametrize("name", ["grafana.json", "prometheus-rules.yaml"])
def test_dashboard_and_alerts_name_metrics_that_exist(client, name):
    known = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples} | {
        f"{family.name}{end}" for family in metrics.REGISTRY.collect() for end in ("", "_total", "_bucket", "_sum", "_count")
    }
    used = set(re.findall(r"\bevents_[a-z_]+", (ROOT / "docker" / name).read_text(encoding="utf-8")))
    assert used
    assert used <= known
