"""Who is let in: names, origins, tokens, rates, sizes."""

from __future__ import annotations

from base64 import b64encode

import pytest
from starlette.testclient import TestClient

from onrecord.errors import UsageError
from onrecord.serve import Access, create_app
from onrecord.serve.guards import MAX_BODY_BYTES, MAX_CLIENTS, _Rates
from onrecord.store import Store
from tests.fixtures.readings import kim_story

TOKEN = "correct-horse-battery"
STATS = "/api/v1/stats"


@pytest.fixture
def ask(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.add(*kim_story())

    def ask_with(access: Access, address: str = STATS, base: str = "http://127.0.0.1", **how):
        with TestClient(create_app(path, access), base_url=base, raise_server_exceptions=False) as client:
            return client.request(how.pop("method", "GET"), address, **how)

    return ask_with


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "record.example"])
def test_off_this_machine_nothing_is_served_without_a_token(host):
    with pytest.raises(UsageError, match=r"a token is needed. Set one: export ONRECORD_TOKEN="):
        Access.allow(host)
    assert Access.allow(host, token=TOKEN).rate_per_s == 50


@pytest.mark.parametrize("token", ["", "short", "päss" * 8, "a\nb" * 9])
def test_a_token_that_can_be_guessed_or_sent_wrongly_is_refused(token):
    with pytest.raises(UsageError, match=r"16 characters"):
        Access.allow(token=token)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        ("Bearer wrong-horse-battery", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        ("Bearer", 401),
        (TOKEN, 401),
        ("Basic !!!", 401),
        ("Basic " + b64encode(b"anybody:wrong").decode(), 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        ("Basic " + b64encode(f"anybody:{TOKEN}".encode()).decode(), 200),
    ],
)
@pytest.mark.parametrize("address", [STATS, "/", "/static/onrecord.css", "/api/v1/openapi.json", "/api/v1/export"])
def test_with_a_token_nothing_is_told_without_it(ask, address, given, status):
    headers = {"authorization": given} if given else {}
    answer = ask(Access.allow(token=TOKEN), address, headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "Kim" not in answer.text
        assert TOKEN not in answer.text


def test_a_refusal_is_a_problem_to_programs_and_a_page_to_people(ask):
    access = Access.allow(token=TOKEN)
    assert ask(access).json()["code"] == "no-token"
    assert "<title>" in ask(access, "/").text


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1", 200), ("https://evil.example", 403), ("null", 403), ("http://127.0.0.1.evil.example", 403)],
)
def test_pages_of_other_sites_may_not_ask(ask, origin, status):
    answer = ask(Access.allow(), headers={"origin": origin})
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("name", "status"),
    [("localhost:8765", 200), ("record.example", 200), ("record.example:80", 200), ("RECORD.example", 200),
     ("evil.example", 400), ("record.example.evil", 400), ("record.example@evil", 400), ("[", 400), ("a b", 400)],
)  # fmt: skip
def test_only_known_names_are_answered(ask, name, status):
    access = Access.allow("0.0.0.0", token=TOKEN, names=("record.example",))
    headers = {"host": name, "authorization": f"Bearer {TOKEN}"}
    assert ask(access, headers=headers).status_code == status


def test_who_asks_too_fast_is_told_when_to_come_again(tmp_path):
    Store.open(tmp_path / "a.db").close()
    app = create_app(tmp_path / "a.db", Access.allow(rate_per_s=0.001))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answers = [client.get(STATS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 1001
    assert answers[-1].json()["code"] == "too-many"


def test_the_rate_is_each_clients_own_and_fills_again():
    rates = _Rates(2.0)
    assert [rates.wait("a", 0.0) > 0 for _ in range(9)] == [False] * 8 + [True]
    assert rates.wait("b", 0.0) == 0
    assert rates.wait("a", 0.5) == 0
    for number in range(MAX_CLIENTS + 50):
        rates.wait(str(number), 1.0)
    assert len(rates.buckets) == MAX_CLIENTS


def test_wrong_tokens_count_for_the_rate(tmp_path):
    Store.open(tmp_path / "a.db").close()
    app = create_app(tmp_path / "a.db", Access.allow(token=TOKEN, rate_per_s=0.001))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        statuses = [client.get(STATS, headers={"authorization": f"Bearer {n:020}"}).status_code for n in range(2)]
    assert statuses == [401, 429]


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 405), (MAX_BODY_BYTES + 1, 413)])
def test_a_large_body_is_refused(ask, size, status):
    assert ask(Access.allow(), method="POST", content=b"x" * size).status_code == status


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "9" * 30])
def test_a_length_that_is_none_is_refused(ask, length):
    assert ask(Access.allow(), headers={"content-length": length}).status_code == 413
