"""Whatever is sent to the API, it answers with its own document: no 500, and problems are problem+json."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from starlette.testclient import TestClient
from tests.app.conftest import signed_in

from brambling.app.build import Bank
from brambling.app.server import api

EXAMPLES = 12


# Schemathesis draws with the random module inside its own strategies; the cases are not what is proven here.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
def test_no_request_that_fits_the_document_breaks_the_server(bank: Bank) -> None:
    app = api(bank)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    with TestClient(app) as client:
        headers = signed_in(bank, client, "officer", "desk")

    seen: set[str] = set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(max_examples=EXAMPLES)
        def probe(case: schemathesis.Case) -> None:
            answer = case.call(headers={**headers, "Idempotency-Key": "a key of ours"})
            assert answer.status_code < 500, case.as_curl_command()
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]

        probe()
        seen.add(operation.label)
    assert len(seen) >= 15
