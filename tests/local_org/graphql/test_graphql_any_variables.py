"""Any variables are answered, with data or with errors."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUERY = (
    "query($w: X, $o: Y, $f: Int, $s: Z, $a: String) { uiapi { query {"
    " Account(where: $w, orderBy: $o, first: $f, scope: $s, after: $a)"
    " { totalCount edges { node { Id } } } } } }"
)
WORDS = st.sampled_from(
    ["Name", "Id", "AnnualRevenue", "CreatedDate", "Owner", "and", "or", "not", "eq", "in", "like",
     "value", "literal", "range", "order", "nulls", "ASC", "TODAY", "last_n_days"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=8,
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(variables=st.fixed_dictionaries({}, optional=dict.fromkeys("wofsa", VALUES)))
def test_any_variables_are_answered(client: httpx.Client, variables: dict[str, object]) -> None:
    """`reraises` lets an error that no rule foresaw fail this."""
    response = client.post("/graphql", json={"query": QUERY, "variables": variables})
    body = response.json()
    assert (response.status_code, body["data"] is None) == (200, bool(body["errors"]))
