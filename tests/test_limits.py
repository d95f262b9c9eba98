"""Who is let in, how often and how many at once; what does not fit is told so at once."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest

from service.gate import Gate, Place
from service.problems import Problem
from service.settings import SettingError, Settings, from_environment, table
from tests.conftest import ROOT, FakeEngine, make_app, run_python
from tests.stub import call, connect, server, until
from tests.test_api import problem
from tests.test_metrics import value

KEYS = "first-key-of-the-tests,second-key-of-the-tests"
ARTICLE = {"text": "Treffen in Wien"}


class Held(FakeEngine):
    """An engine that waits until it is let go."""

    def __init__(self):
        self.begun, self.go, self.texts = threading.Semaphore(0), threading.Event(), []

    def answer(self, article):
        self.texts.append(article.text)
        self.begun.release()
        assert self.go.wait(20)
        return super().answer(article)


# keys


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "first-key-of-the-tests"},
        {"Authorization": "Bearer second-key-of-the-tests"},
        {"Authorization": "bearer third-key-from-the-file"},
    ],
)
def test_each_key_opens(tmp_path, headers):
    (tmp_path / "keys").write_text("# for the tests\nthird-key-from-the-file  # a comment\n\n")
    client = make_app(Settings(api_keys=KEYS, api_keys_file=str(tmp_path / "keys"))).test_client()
    assert client.post("/v1/events", json=ARTICLE, headers=headers).status_code == 200


def test_no_key_and_a_wrong_key():
    client = make_app(Settings(api_keys=KEYS)).test_client()
    for address in ("/v1/events", "/v1/events/batch"):
        answer = client.post(address, json=ARTICLE)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        problem(client.post(address, json=ARTICLE, headers={"X-API-Key": "first-key-of-the-test"}), 403)
        problem(client.post(address, json=ARTICLE, headers={"Authorization": "Bearer é" + KEYS}), 403)
    problem(client.get("/v1/model"), 401)


@pytest.mark.parametrize("address", ["/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"])
def test_health_and_documentation_ask_for_no_key(address):
    assert make_app(Settings(api_keys=KEYS)).test_client().get(address).status_code == 200


# rate


def test_rate_limit_says_when_to_try_again():
    client = make_app(Settings(rate_limit="2/hour")).test_client()
    assert [client.post("/v1/events", json=ARTICLE).status_code for _ in range(2)] == [200, 200]
    answer = client.post("/v1/events", json=ARTICLE)
    assert "2 per 1 hour" in problem(answer, 429)["detail"]
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert client.get("/health/live").status_code == 200


def test_answers_tell_what_is_left_of_the_rate():
    client = make_app(Settings(rate_limit="2/hour;9/day")).test_client()
    found = [client.get("/v1/model").headers for _ in range(3)]
    assert [h["X-RateLimit-Remaining"] for h in found] == ["1", "0", "0"]
    assert all(h["X-RateLimit-Limit"] == "2" and 0 < int(h["X-RateLimit-Reset"]) <= 3600 for h in found)
    assert ["Retry-After" in h for h in found] == [False, False, True]
    assert "X-RateLimit-Limit" not in make_app().test_client().get("/v1/model").headers


def test_a_rate_leaves_the_wait_of_other_problems_alone():
    app = make_app(Settings(rate_limit="9/hour"))
    app.extensions["gate"].most["place"] = 0
    assert int(app.test_client().post("/v1/events", json=ARTICLE).headers["Retry-After"]) <= 60


def test_rate_is_counted_for_each_key():
    client = make_app(Settings(api_keys=KEYS, rate_limit="1/hour")).test_client()
    status = [client.get("/v1/model", headers={"X-API-Key": key}).status_code for key in KEYS.split(",") * 2]
    assert status == [200, 200, 429, 429]


def test_rate_is_counted_for_each_address_behind_a_trusted_proxy():
    client = make_app(Settings(rate_limit="1/hour", proxies=1)).test_client()
    status = [client.get("/v1/model", headers={"X-Forwarded-For": f"9.9.9.9, 10.0.0.{i}"}).status_code for i in (1, 2, 1)]
    assert status == [200, 200, 429]
    untrusted = make_app(Settings(rate_limit="1/hour")).test_client()
    assert [untrusted.get("/v1/model", headers={"X-Forwarded-For": f"10.0.0.{i}"}).status_code for i in (1, 2)] == [200, 429]


# pages of other origins


def test_cors_is_off_unless_asked_for():
    assert "Access-Control-Allow-Origin" not in make_app().test_client().get("/v1/model", headers={"Origin": "https://a.example"}).headers


def test_cors_lets_in_the_origins_that_are_set():
    client = make_app(Settings(cors_origins="https://a.example", api_keys=KEYS, rate_limit="1/hour")).test_client()
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    client.options("/v1/events", headers=asked)
    preflight = client.options("/v1/events", headers=asked)  # neither asks for a key nor is counted
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "x-api-key" in preflight.headers["Access-Control-Allow-Headers"].lower()
    answer = client.post("/v1/events", json=ARTICLE, headers={"Origin": "https://a.example"})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"  # so that the page can read the problem
    assert "Access-Control-Allow-Origin" not in client.get("/health/live", headers={"Origin": "https://b.example"}).headers


# the queue


def test_beyond_the_queue_is_refused_at_once_and_the_rest_comes_in_order():
    engine = Held()
    app = make_app(Settings(queue=2), engine)

    def post(text):
        return app.test_client().post("/v1/events", json={"text": text})

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(post, "1")
        assert engine.begun.acquire(timeout=20)
        gate = app.extensions["gate"]
        waiting = []
        for number in (2, 3):
            waiting.append(pool.submit(post, str(number)))
            until(lambda n=number: sum(p.work is not None for p in gate.places) == n)
        answer = post("4")
        problem(answer, 503)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert app.test_client().get("/health/ready").status_code == 200
        engine.go.set()
        assert [f.result().status_code for f in (first, *waiting)] == [200, 200, 200]
    assert engine.texts == ["1", "2", "3"]
    assert post("5").status_code == 200


def test_more_streams_than_are_set_are_refused():
    engine = Held()
    app = make_app(Settings(streams=1), engine)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(app.test_client().post, "/v1/events/batch", json={"documents": [ARTICLE]})
        assert engine.begun.acquire(timeout=20)
        problem(app.test_client().post("/v1/events/batch", json={"documents": [ARTICLE]}), 503)
        engine.go.set()
        assert first.result().status_code == 200
    assert app.test_client().post("/v1/events/batch", json={"documents": [ARTICLE]}).status_code == 200


def test_past_its_deadline_a_request_gets_a_504_and_one_that_still_waits_is_never_read():
    engine = Held()
    app = make_app(Settings(deadline=1), engine)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(app.test_client().post, "/v1/events", json={"text": "1"})
        assert engine.begun.acquire(timeout=20)
        second = pool.submit(app.test_client().post, "/v1/events", json={"text": "2"})
        problem(first.result(), 504)
        problem(second.result(), 504)
    batch = app.test_client().post("/v1/events/batch", json={"documents": [ARTICLE]})
    assert [r["problem"]["status"] for r in batch.get_json()["results"]] == [504]
    engine.go.set()
    assert app.test_client().post("/v1/events", json={"text": "3"}).status_code == 200
    assert engine.texts == ["1", "3"]


def test_a_caller_who_has_gone_is_dropped_and_gives_up_the_place():
    gate = Gate(Settings(queue=1))
    go, gone = threading.Event(), threading.Event()
    far = time.monotonic() + 20

    def reading():
        with gate.place(lambda: False) as place:
            return gate.run(place, far, lambda: go.wait(20))

    def leaving():
        with gate.place(gone.is_set) as place:
            waiting.append(place)
            return gate.run(place, far, lambda: ran.append(1))

    waiting: list[Place] = []
    ran: list[int] = []
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(reading)
        until(lambda: any(p.work and p.work.running() for p in gate.places))
        second = pool.submit(leaving)
        until(lambda: waiting and waiting[0].work)
        with pytest.raises(Problem, match="limit"), gate.place(lambda: False):
            pass
        gone.set()
        with gate.place(lambda: False):  # the place of the one who has gone
            go.set()
            first.result()
        with pytest.raises(Problem, match="gone"):
            second.result()
    assert ran == []


def test_a_hung_up_connection_is_seen(tmp_path):
    """Under gunicorn: the article of a caller who hung up while it waited is not read."""
    with server(tmp_path / "log", WORKERS=1, QUEUE=8) as address:
        connections = []
        for text in ("slow 100 first", "slow 9999 never"):
            body = json.dumps({"text": text}).encode()
            connections.append(connect(address))
            head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            connections[-1].sendall(head.encode() + body)
            until(lambda n=len(connections): value(call(address + "/metrics")[2].decode(), "events_queue_length") == n - 1)
        connections[1].close()
        assert connections[0].recv(100).startswith(b"HTTP/1.1 200")
        assert call(address + "/v1/events", b'{"text": "next"}')[0] == 200  # 99 seconds later, had it been read
        connections[0].close()


def test_health_answers_while_every_place_is_taken_and_overload_is_refused(tmp_path):
    with server(tmp_path / "log", WORKERS=1, QUEUE=2, THREADS=16) as address, ThreadPoolExecutor(10) as pool:
        article = json.dumps({"text": "slow 30 Treffen"}).encode()
        calls = [pool.submit(call, address + "/v1/events", article) for _ in range(10)]
        assert call(address + "/health/live")[0] == call(address + "/health/ready")[0] == 200
        assert not all(c.done() for c in calls)
        answers = [c.result() for c in calls]
    assert sorted({status for status, _, _ in answers}) == [200, 503]
    assert sum(status == 200 for status, _, _ in answers) >= 3
    assert all(headers["Retry-After"] for status, headers, _ in answers if status == 503)


def test_articles_never_take_the_threads_of_health(tmp_path):
    with server(tmp_path / "log", WORKERS=1, QUEUE=100, THREADS=8, DEADLINE=3) as address, ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(call, address + "/v1/events", b'{"text": "slow 300 Treffen"}') for _ in range(12)]
        until(lambda: sum(c.done() for c in calls) == 8)  # of 8 threads, 4 may hold articles
        assert {c.result()[0] for c in calls if c.done()} == {503}
        assert call(address + "/health/ready")[0] == call(address + "/metrics")[0] == 200
        assert sum(c.done() for c in calls) == 8


def test_slow_senders_harm_no_other_and_are_given_up(tmp_path):
    with server(tmp_path / "log", WORKERS=1, THREADS=16, IDLE_TIMEOUT=1) as address:
        head = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        slow = [connect(address) for _ in range(8)]
        for connection in slow:
            connection.sendall(head)
        assert call(address + "/v1/events", b'{"text": "Treffen"}')[0] == 200
        assert all(connection.recv(100).startswith(b"HTTP/1.1 408") for connection in slow)
        for connection in slow:
            connection.close()


def test_callers_who_do_not_hang_up_keep_nobody_waiting(tmp_path):
    """Each would hold the thread that accepts connections for 2 s, one after the other: the last would wait longer than it can."""
    with server(tmp_path / "log", WORKERS=1, THREADS=64) as address:
        held = [connect(address) for _ in range(30)]
        for connection in held:
            connection.sendall(b"GET /health/live HTTP/1.0\r\nHost: x\r\n\r\n")
        while held[-1].recv(1000):  # up to where the server hangs up
            pass
        assert call(address + "/health/live")[0] == 200
        for connection in held:
            connection.close()


# settings


NO_NUMBERS = ("", "eighty", "1.5", "-1", "1e3", " 8", "٨", "9" * 5000)
NUMBERS = [f for f in fields(Settings) if f.type is int]
WORDS = [f for f in fields(Settings) if f.metadata["among"]]
WRONG = [
    *((f, value, f"{f.metadata['low']} to {f.metadata['high']}") for f in NUMBERS for value in NO_NUMBERS),
    *((f, str(value), "want a whole number") for f in NUMBERS for value in (f.metadata["low"] - 1, f.metadata["high"] + 1)),
    *((f, value, ", ".join(f.metadata["among"])) for f in WORDS for value in ("loud", f.default.upper())),
    *((f, "", "empty") for f in fields(Settings) if f.type is not int and f.default != ""),
]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        *((f.name.upper(), value, told) for f, value, told in WRONG),
        ("API_KEYS", "short", "16 to 256"),
        ("API_KEYS", "a-long-enough-key-é", "16 to 256"),
        ("API_KEYS_FILE", "/nowhere/keys", "readable"),
        ("RATE_LIMIT", "often", "60/minute"),
        ("RATE_STORAGE", "nothing://host", "memory://"),
        ("CORS_ORIGINS", "a.example", "https://example.org"),
        ("CORS_ORIGINS", "https://", "https://example.org"),
        ("CORS_ORIGINS", "https://a.example/path", "without a path"),
    ],
    ids=lambda value: value[:20],
)
def test_a_wrong_setting_is_named_with_its_range(name, value, told):
    with pytest.raises(SettingError, match=name) as caught:
        from_environment({name: value})
    assert told in str(caught.value)


def test_every_setting_has_a_value_that_is_refused():
    refused = {f.name for f, _, _ in WRONG} | {"api_keys", "api_keys_file", "rate_limit", "cors_origins"}
    assert refused == {f.name for f in fields(Settings)}


def test_the_ends_of_every_range_are_let_in():
    for end in ("low", "high"):
        found = from_environment({f.name.upper(): str(f.metadata[end]) for f in NUMBERS})
        assert all(getattr(found, f.name) == f.metadata[end] for f in NUMBERS)


def test_a_rate_storage_that_can_not_be_had():
    with pytest.raises(SettingError, match="RATE_STORAGE") as caught:
        from_environment({"RATE_LIMIT": "1/minute", "RATE_STORAGE": "nothing://user:secret@host"})
    assert "secret" not in str(caught.value)


def test_the_server_does_not_start_with_a_wrong_setting():
    command = ("-m", "gunicorn", "--check-config", "--config", "docker/gunicorn.conf.py", "service:create_app()")
    done = run_python(*command, QUEUE="many")
    assert done.returncode
    assert "QUEUE" in done.stderr
    assert "0 to 1000" in done.stderr


def test_no_key_is_shown():
    with pytest.raises(SettingError) as caught:
        from_environment({"API_KEYS": "öffentlich-niemals"})
    assert "niemals" not in str(caught.value)
    assert "first-key" not in repr(Settings(api_keys=KEYS))


def test_the_readme_has_the_table_of_settings():
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")
