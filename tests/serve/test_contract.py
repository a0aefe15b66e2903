"""The API does what its description says: schemathesis makes up requests from it and judges the answers."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from onrecord.serve import Access, create_app
from onrecord.store import Store
from tests.fixtures.readings import emoji_story, eventful_story, kim_story, world_stories

OFTEN = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
ROUTES = [
    "statements", "statements/{statement_id}", "events", "events/{event_id}", "articles",
    "articles/{article_id}/evidence", "articles/{article_id}", "actors", "actors/{actor_id}", "search", "facets",
    "stats", "export",
]  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    path = tmp_path_factory.mktemp("contract") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), eventful_story()]:
            store.add(page, reading)
    app = create_app(path, Access.allow(names=("testserver",)))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def test_no_route_is_left_out(described):
    assert [f"/api/v1/{route}" for route in ROUTES] == list(described.raw_schema["paths"])


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_to_what_is_allowed_is_one_that_is_described(described, route):
    @given(case=described[f"/api/v1/{route}"]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @OFTEN
    def ask(case):
        answer = case.call(timeout=60)
        # Queries and cursors mean more than a schema can say: text that is none is told so, as a problem.
        is_told = answer.status_code == 400 and answer.json()["code"] in ("bad-query", "usage")
        case.validate_response(answer, excluded_checks=[positive_data_acceptance] if is_told else [])

    ask()


@pytest.mark.slow
@pytest.mark.parametrize("route", [route for route in ROUTES if "{" not in route and route != "stats"])
def test_what_is_not_allowed_is_refused_as_described(described, route):
    @given(case=described[f"/api/v1/{route}"]["GET"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @OFTEN
    def ask(case):
        case.call_and_validate(timeout=60)

    ask()
