"""Records as choices: searched by Salesforce, a page at a time, by a keyset and not an offset.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from dataclasses import dataclass
from typing import Any, Final

from salesforce_connector.flow import Call, Flow
from salesforce_connector.paging import query_results
from salesforce_connector.soql.binding import bind
from salesforce_connector.soql.values import Parameter, Pattern

LONGEST_SEARCH: Final = 200  # characters; no label is longer than 255


@dataclass(frozen=True, slots=True)
class OptionQuery:
    """Records of an object as choices.

    Attributes:
        label: The field for labels, sorting and searching; empty: the object's name field.
        value: The field whose value is entered.
        detail: A field that helps to distinguish them.
        where: A condition on them all, as SOQL.
        equals: Fields with the text that they must equal.
        suffix: Words behind each label, such as the object's when several are searched.
    """

    sobject: str
    label: str = "Name"
    value: str = "Id"
    detail: str = ""
    where: str = ""
    equals: tuple[tuple[str, str], ...] = ()
    suffix: str = ""


def fetch_page(
    query: OptionQuery, search: str, after: tuple[str, str] | None, size: int
) -> Flow[tuple[list[dict[str, Any]], tuple[str, str] | None]]:
    """Fetch a page of choices, and the label and id of its last when there are more.

    Args:
        search: What a label must contain; wildcards in it mean themselves.
        after: Label and id of the last choice of the page before.
    """
    label, conditions = query.label, [query.where] if query.where else []
    parameters: dict[str, Parameter] = {}
    for at, (name, value) in enumerate(query.equals):
        conditions.append(f"{name} = :equal{at}")
        parameters[f"equal{at}"] = value
    if search and label != "Id":
        conditions.append(f"{label} LIKE :search")
        parameters["search"] = Pattern(contains=search[:LONGEST_SEARCH])
    if after is not None:
        parameters |= {"label": after[0], "id": after[1]}
        keyset = f"({label} > :label OR ({label} = :label AND Id > :id))"
        conditions.append("Id > :id" if label == "Id" else keyset)
        if label == "Id":
            del parameters["label"]
    names = ", ".join(
        dict.fromkeys(item for item in ("Id", label, query.value, query.detail) if item)
    )
    soql = f"SELECT {names} FROM {query.sobject}"  # noqa: S608 - names of ours or of describe's
    if conditions:
        soql += f" WHERE {' AND '.join(conditions)}"
    soql += " ORDER BY Id" if label == "Id" else f" ORDER BY {label}, Id"
    first = Call("GET", "/query", params={"q": bind(f"{soql} LIMIT {size + 1}", parameters)})
    records = (yield from query_results.fetch(first, size + 1)).records
    options = [
        {"value": row[query.value], "label": _label(row, label, query)} for row in records[:size]
    ]
    if len(records) <= size:
        return options, None
    last = records[size - 1]
    return options, (str(last.get(label) or ""), last["Id"])


def _label(row: dict[str, Any], label: str, query: OptionQuery) -> str:
    text = str(row.get(label) or row["Id"])
    detail = str(row.get(query.detail) or "") if query.detail else query.suffix
    return f"{text} ({detail})" if detail else text
