"""Any search is answered, with records or with an error."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["FIND", "{acme}", "{", "}", "IN", "ALL", "FIELDS", "RETURNING", "Account", "Group", "(", ")",
     "Id", ",", "Name", "WHERE", "=", "'x'", "AND", "NOT", "ORDER BY", "LIMIT", "5", "OFFSET",
     "WITH", "SNIPPET", "UPDATE", "TRACKING", "toLabel(Industry)", "FIELDS(ALL)", "COUNT()",
     "(SELECT Id FROM Contacts)", "TYPEOF Owner WHEN User THEN Id END", "USING ListView = x",
     "USING ListView = AllAccounts", "WITH HIGHLIGHT", "WITH METADATA = 'LABELS'", "PricebookId"]
)  # fmt: skip


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    head=st.sampled_from(["", "FIND {acme}", "FIND {acme} RETURNING Account("]),
    words=st.lists(WORDS | st.text(max_size=3), max_size=10),
)
def test_any_words_are_answered(client: httpx.Client, head: str, words: list[str]) -> None:
    """`reraises` lets an error that no rule foresaw fail this."""
    text = " ".join([head, *words]).encode("utf-8", "replace").decode()
    response = client.get("/search", params={"q": text})
    assert response.status_code in {200, 400}, text
