"""Bulk jobs of the connector's, from rows to results, on the local org; its clock is moved."""

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from memory_connection import MemoryConnection
from recorded_sleeps import with_recorded_sleeps

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.errors import RecordsFailed, Rejected, Retryable
from salesforce_connector.http.client import Client
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Act = Callable[[str, dict[str, Any]], Any]


@pytest.fixture
def wait_through(local_org: Org, connection: MemoryConnection) -> Iterator[Act]:
    """Run an action to its end; when it waits, the org's clock moves on by as much."""
    transport = OrgTransport(local_org)
    client = Client(connection, transport=transport)

    def run(action: str, inputs: dict[str, Any]) -> Any:
        message = with_recorded_sleeps(
            ACTIONS[action], lambda pause: local_org.clock.advance(timedelta(seconds=pause))
        )
        return client.run(message, inputs).output

    yield run
    client.close()
    transport.close()


def moved(org: Org, seconds: float = 60) -> None:
    org.clock.advance(timedelta(seconds=seconds))


def test_a_job_that_fails_as_a_whole_is_an_error_with_its_reason(
    local_org: Org, connection: MemoryConnection, request: pytest.FixtureRequest
) -> None:
    connection.settings["check_fields"] = False
    wait_through: Act = request.getfixturevalue("wait_through")
    csv = "LastName,Account.Nope__c\nDoe,A-1\n"
    with pytest.raises(
        Rejected, match=r"InvalidBatch : Field name not found : Account\.Nope__c"
    ) as error:
        wait_through("bulk_write", {"sobject": "Contact", "operation": "insert", "csv": csv})
    assert error.value.code == "JOB_FAILED"


def test_a_quote_that_is_not_doubled_does_not_fail_the_whole_job(
    wait_through: Act, local_org: Org
) -> None:
    csv = 'Name\nthe "big" one\n"the ""small"" one"\n'
    inputs = {"sobject": "Account", "operation": "insert", "csv": csv, "fail_when": "none"}
    done = wait_through("bulk_write", inputs)

    assert (done["succeeded"], done["failed"]) == (1, 1)
    [refused] = [row for row in done["records"] if not row["ok"]]
    assert (refused["index"], "Line 2" in refused["message"]) == (0, True)


def test_a_job_that_is_not_allowed_is_refused_at_once(act: Act, local_org: Org) -> None:
    rows = [{"id": "001000000000001AAA"}]
    with pytest.raises(Rejected) as error:
        act("bulk_write", {"sobject": "Account", "operation": "hardDelete", "records": rows})
    assert error.value.code == "FEATURENOTENABLED"

    with pytest.raises(Rejected) as error:
        act("bulk_query", {"soql": "SELECT Name FROM Account GROUP BY Name"})
    assert error.value.code == "FUNCTIONALITY_NOT_ENABLED"


def test_each_row_gets_its_own_result(wait_through: Act) -> None:
    """Rows that fail and rows that do not are told apart by index, whatever order results have."""
    wait_through(
        "create_record",
        {"sobject": "Account", "fields": {"Name": "Old", "Phone": "1", "External_Id__c": "A-1"}},
    )
    done = wait_through(
        "bulk_write",
        {
            "sobject": "Account",
            "operation": "upsert",
            "external_id_field": "External_Id__c",
            "records": [
                {"External_Id__c": "A-2", "Name": 'New, "quoted"\nand broken'},
                {"External_Id__c": "A-3", "Name": "x" * 300},
                {"External_Id__c": "A-1", "Name": "Newer", "Phone": None},
            ],
            "fail_when": "all",
        },
    )

    assert [(row["index"], row["ok"], row["created"]) for row in done["records"]] == [
        (0, True, True),
        (1, False, None),
        (2, True, False),
    ]
    refused = done["records"][1]
    assert (refused["code"], refused["fields"]) == ("STRING_TOO_LONG", ["Name"])
    assert (done["succeeded"], done["failed"], done["complete"]) == (2, 1, True)
    result = wait_through(
        "query", {"soql": "SELECT Name, Phone FROM Account WHERE External_Id__c = 'A-1'"}
    )
    assert [(row["Name"], row["Phone"]) for row in result["records"]] == [("Newer", None)]


def test_a_file_of_many_rows_goes_up_in_several_jobs(
    wait_through: Act, local_org: Org, tmp_path: Path
) -> None:
    source = tmp_path / "contacts.csv"
    source.write_text(
        "LastName;Department\r\n" + "".join(f"Doe {n};0012\r\n" for n in range(500)),
        newline="",
    )

    done = wait_through(
        "bulk_write",
        {
            "sobject": "Contact",
            "operation": "insert",
            "path": str(source),
            "delimiter": "SEMICOLON",
            "records_per_job": 200,
            "results_folder": str(tmp_path),
        },
    )

    assert [job["processed"] for job in done["jobs"]] == [200, 200, 100]
    assert (done["succeeded"], done["failed"]) == (500, 0)
    lines = [len(Path(path).read_text().splitlines()) for path in done["files"]]
    assert lines == [201, 201, 101]
    (count,) = local_org.db.execute(
        'SELECT COUNT(*) FROM "Contact" WHERE "Department" = \'0012\''
    ).fetchone()
    assert count == 500


def test_a_job_is_created_now_and_its_results_are_fetched_later(act: Act, local_org: Org) -> None:
    started = act(
        "bulk_write",
        {
            "sobject": "Contact",
            "operation": "insert",
            "records": [{"LastName": "Doe"}, {"FirstName": "Jane"}],
            "wait": False,
        },
    )
    job_id = started["jobs"][0]["id"]
    assert act("get_bulk_job", {"job_id": job_id})["finished"] is False
    with pytest.raises(Retryable, match="not finished"):
        act("get_bulk_results", {"job_id": job_id})
    moved(local_org)

    looked = act("get_bulk_job", {"job_id": job_id})
    done = act("get_bulk_results", {"job_id": job_id})

    assert (looked["finished"], looked["job"]["state"]) == (True, "JobComplete")
    assert [(row["ok"], row["code"]) for row in done["records"]] == [
        (True, ""),
        (False, "REQUIRED_FIELD_MISSING"),
    ]
    assert done["records"][1]["fields"] == ["LastName"]
    assert done["records"][1]["values"] == {"LastName": "", "FirstName": "Jane"}


def test_failed_rows_are_written_once_their_parent_exists(
    act: Act, wait_through: Act, local_org: Org
) -> None:
    started = act(
        "bulk_write",
        {
            "sobject": "Contact",
            "operation": "insert",
            "csv": "LastName,Account.External_Id__c\nDoe,A-1\nRoe,\n",
            "wait": False,
        },
    )
    moved(local_org)
    act(
        "create_record",
        {"sobject": "Account", "fields": {"Name": "Acme", "External_Id__c": "A-1"}},
    )

    done = wait_through("retry_failed_records", {"job_id": started["jobs"][0]["id"]})

    assert (done["succeeded"], done["failed"]) == (1, 0)
    result = act("query", {"soql": "SELECT LastName, Account.Name FROM Contact ORDER BY LastName"})
    names = [(row["LastName"], (row["Account"] or {}).get("Name")) for row in result["records"]]
    assert names == [("Doe", "Acme"), ("Roe", None)]


def test_a_job_is_aborted_and_its_unprocessed_records_are_written_by_another(
    act: Act, wait_through: Act, local_org: Org
) -> None:
    local_org.settings.bulk_wait, local_org.settings.bulk_pace = 1, 200
    local_org.clock.set(local_org.clock.now())
    rows = "".join(f"Acme {number}\n" for number in range(1_000))
    started = act(
        "bulk_write",
        {"sobject": "Account", "operation": "insert", "csv": "Name\n" + rows, "wait": False},
    )
    job_id = started["jobs"][0]["id"]
    moved(local_org, 3)

    stopped = act("abort_bulk_job", {"job_id": job_id})["job"]
    moved(local_org)
    with pytest.raises(Rejected, match="Aborting already Aborted Job not allowed"):
        act("abort_bulk_job", {"job_id": job_id})
    left = act("get_bulk_results", {"job_id": job_id, "results": ["unprocessed"]})
    again = wait_through("retry_failed_records", {"job_id": job_id})

    assert (stopped["state"], left["succeeded"]) == ("Aborted", 400)
    assert [row["code"] for row in left["records"]] == ["UNPROCESSED"] * 600
    assert again["succeeded"] == 600
    names = [row["Name"] for row in local_org.db.execute('SELECT "Name" FROM "Account"')]
    assert sorted(names) == sorted(rows.splitlines())


@pytest.mark.parametrize("page", [50_000, 90])
def test_a_query_gives_rows_or_a_file_page_by_page(
    wait_through: Act, local_org: Org, tmp_path: Path, page: int
) -> None:
    local_org.settings.bulk_page = page
    rows = [{"Name": f'Acme "{number:03}"', "Phone": None} for number in range(200)]
    wait_through("bulk_write", {"sobject": "Account", "operation": "insert", "records": rows})
    soql = {
        "soql": "SELECT Name, Phone FROM Account WHERE Name LIKE :like ORDER BY Name",
        "parameters": {"like": "Acme%"},
    }
    path = tmp_path / "accounts.csv"

    values = wait_through("bulk_query", soql)
    written = wait_through("bulk_query", {**soql, "format": "csv", "path": str(path)})

    names = [row["Name"] for row in rows]
    assert (values["total"], values["complete"], written["total"]) == (200, True, 200)
    assert values["records"] == [{"Name": name, "Phone": None} for name in names]
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [["Name", "Phone"], *([name, ""] for name in names)]


def test_values_of_a_query_have_the_types_that_a_query_by_rest_gives(
    wait_through: Act, local_org: Org
) -> None:
    fields = {"Name": "Typed", "NumberOfEmployees": 7, "AnnualRevenue": 1_500, "Phone": "0012"}
    wait_through("create_record", {"sobject": "Account", "fields": fields})
    columns = "Name, NumberOfEmployees, AnnualRevenue, Phone, IsDeleted, CreatedDate, Fax"
    soql = {"soql": f"SELECT {columns} FROM Account WHERE Name = 'Typed'"}  # noqa: S608

    (typed,) = wait_through("bulk_query", soql)["records"]
    (plain,) = wait_through("query", soql)["records"]
    (text,) = wait_through("bulk_query", {**soql, "values": "text"})["records"]

    plain.pop("attributes")
    assert typed == plain
    assert (text["NumberOfEmployees"], text["IsDeleted"]) == ("7", "false")


def test_results_of_a_job_have_the_types_of_their_fields(wait_through: Act, local_org: Org) -> None:
    """What clears a field is null, and an empty cell, which leaves it, is an empty text."""
    table = "Name,NumberOfEmployees,AnnualRevenue,Phone,Fax\nA,7,#N/A,0012,\n"
    written = wait_through(
        "bulk_write", {"sobject": "Account", "operation": "insert", "csv": table}
    )
    results = {"job_id": written["jobs"][0]["id"]}

    (typed,) = wait_through("get_bulk_results", results)["records"]
    (text,) = wait_through("get_bulk_results", {**results, "values": "text"})["records"]

    sent = {"Name": "A", "NumberOfEmployees": 7, "AnnualRevenue": None, "Phone": "0012", "Fax": ""}
    assert typed["values"] == sent
    assert text["values"] == sent | {"NumberOfEmployees": "7", "AnnualRevenue": "#N/A"}


def test_an_earlier_query_is_fetched_by_its_job(act: Act, local_org: Org) -> None:
    started = act("bulk_query", {"soql": "SELECT Name FROM User", "wait": False})
    assert (started["complete"], started["records"]) == (False, [])
    moved(local_org)
    looked = act("get_bulk_job", {"job_id": started["job"]["id"], "kind": "query"})

    assert looked["finished"]
    assert looked["job"]["processed"] > 0


QUERY = (
    "SELECT Id, LastName, IsDeleted, CreatedDate, Birthdate, Account.Name, Account.AnnualRevenue, "
    "Account.NumberOfEmployees, Account.Owner.IsActive FROM Contact ORDER BY LastName"
)


def without_addresses(value: Any) -> Any:
    """Return records without the addresses of parents, which a bulk job does not tell."""
    if not isinstance(value, dict):
        return value
    return {
        name: {"type": element["type"]} if name == "attributes" else without_addresses(element)
        for name, element in value.items()
    }


@pytest.fixture
def contacts(wait_through: Act) -> None:
    account = {"Name": "Acme", "AnnualRevenue": 12.5, "NumberOfEmployees": 7}
    account_id = wait_through("create_record", {"sobject": "Account", "fields": account})["id"]
    records = [
        {
            "LastName": f"Doe {number:02}",
            "Birthdate": "1970-01-31",
            **({"AccountId": account_id} if number % 3 else {}),
        }
        for number in range(40)
    ]
    wait_through("create_records", {"sobject": "Contact", "records": records})


@pytest.mark.usefixtures("contacts")
def test_a_large_query_runs_in_bulk_and_gives_what_pages_give(wait_through: Act) -> None:
    """Numbers, booleans, times, parents and nulls are as the REST API has them."""
    paged = wait_through("query", {"soql": QUERY})
    bulk = wait_through("query", {"soql": QUERY, "bulk_above": 39})
    assert paged["bulk_job"] is None
    assert bulk["bulk_job"].startswith("750")
    assert (bulk["total"], bulk["complete"]) == (40, True)
    assert list(map(without_addresses, bulk["records"])) == list(
        map(without_addresses, paged["records"])
    )
    assert [record["attributes"] for record in bulk["records"]] == [
        record["attributes"] for record in paged["records"]
    ]


@pytest.mark.usefixtures("contacts")
@pytest.mark.parametrize(
    ("soql", "inputs"),
    [
        (QUERY, {"bulk_above": 40}),
        (QUERY, {"bulk_above": 10, "limit": 10}),
        ("SELECT Id, (SELECT Id FROM Cases) FROM Contact", {"bulk_above": 1}),
        ("SELECT Id FROM Contact ORDER BY Id LIMIT 30 OFFSET 5", {"bulk_above": 1}),
    ],
)
def test_queries_that_bulk_jobs_cannot_run_are_fetched_page_by_page(
    wait_through: Act, soql: str, inputs: dict[str, Any]
) -> None:
    """Few rows, few that are wanted, and what bulk jobs do not take."""
    output = wait_through("query", {"soql": soql, **inputs})
    assert output["bulk_job"] is None
    assert (
        output["records"]
        == wait_through("query", {"soql": soql, "limit": len(output["records"])})["records"]
    )


@pytest.mark.usefixtures("contacts")
def test_a_limit_holds_for_a_query_that_runs_in_bulk(wait_through: Act) -> None:
    output = wait_through("query", {"soql": QUERY, "bulk_above": 5, "limit": 7})
    assert [record["LastName"] for record in output["records"]] == [f"Doe {n:02}" for n in range(7)]
    assert (output["total"], output["complete"]) == (40, False)


CSV = "LastName,Birthdate,Title\nA,1990-01-31,Dr\nB,31.01.1990,\nC,,no,x\nD,,\n,,\n"


@pytest.mark.parametrize("by", ["csv", "path"])
def test_invalid_rows_of_a_file_are_named_and_the_others_written(
    wait_through: Act, local_org: Org, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Salesforce would fail the whole job for the row with a cell too many."""
    file = tmp_path / "contacts.csv"
    file.write_text(CSV)
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", str(tmp_path))
    source = {"csv": CSV} if by == "csv" else {"path": str(file)}
    inputs = {"sobject": "Contact", "operation": "insert", **source, "fail_when": "none"}
    done = wait_through("bulk_write", inputs)

    assert (done["succeeded"], done["failed"]) == (2, 2)
    refused = {row["index"]: row for row in done["records"] if not row["ok"]}
    assert (refused[1]["fields"], "Line 3" in refused[1]["message"]) == (["Birthdate"], True)
    assert (refused[2]["code"], "Line 4" in refused[2]["message"]) == (
        "CELLS_DO_NOT_FIT_HEADER",
        True,
    )
    with pytest.raises(RecordsFailed, match="Line 3") as error:
        wait_through("bulk_write", {**inputs, "fail_when": "any"})
    assert error.value.sent is True


def test_a_file_of_invalid_rows_alone_writes_nothing_and_names_them(
    wait_through: Act, local_org: Org
) -> None:
    csv = "LastName,Birthdate\nA,soon\nB,later\n"
    inputs = {"sobject": "Contact", "operation": "insert", "csv": csv}
    done = wait_through("bulk_write", {**inputs, "fail_when": "none"})

    assert (done["jobs"], done["succeeded"], done["failed"]) == ([], 0, 2)
    with pytest.raises(RecordsFailed, match="Line 2") as error:
        wait_through("bulk_write", inputs)
    assert error.value.sent is False


def test_a_read_only_column_is_refused_before_a_job_is_created_or_dropped(
    wait_through: Act, local_org: Org
) -> None:
    csv = "LastName,CreatedDate\nA,2020-01-01T00:00:00Z\n"
    inputs = {"sobject": "Contact", "operation": "insert", "csv": csv}
    with pytest.raises(Rejected, match="CreatedDate is set by Salesforce") as error:
        wait_through("bulk_write", inputs)
    assert (error.value.code, error.value.fields) == ("INVALID_HEADER", ("CreatedDate",))

    assert wait_through("bulk_write", {**inputs, "read_only_fields": "drop"})["succeeded"] == 1


def test_texts_of_a_file_are_cut_on_demand(wait_through: Act, local_org: Org) -> None:
    csv = f"Name,Site\n{'x' * 300},Berlin\n"
    inputs = {"sobject": "Account", "operation": "insert", "csv": csv, "too_long": "truncate"}

    assert wait_through("bulk_write", inputs)["succeeded"] == 1


def test_a_connection_without_field_checks_sends_fields_unchanged(
    local_org: Org, connection: MemoryConnection, request: pytest.FixtureRequest
) -> None:
    connection.settings["check_fields"] = False
    wait_through: Act = request.getfixturevalue("wait_through")
    csv = "LastName,Birthdate\nA,soon\nB,\n"
    inputs = {"sobject": "Contact", "operation": "insert", "csv": csv, "fail_when": "none"}
    done = wait_through("bulk_write", inputs)

    assert (done["succeeded"], done["failed"], done["jobs"][0]["processed"]) == (1, 1, 2)


def test_a_column_with_a_parent_field_that_is_no_external_id_is_refused(
    wait_through: Act, local_org: Org
) -> None:
    inputs = {"sobject": "Contact", "operation": "insert"}
    with pytest.raises(Rejected, match=r"Account\.Name is not an external ID") as error:
        wait_through("bulk_write", {**inputs, "csv": "LastName,Account.Name\nA,Acme\n"})
    assert (error.value.code, "External_Id__c" in error.value.remedy) == ("INVALID_HEADER", True)


def test_a_file_with_columns_without_a_name_at_its_end_is_written(
    wait_through: Act, local_org: Org
) -> None:
    inputs = {"sobject": "Account", "operation": "insert", "csv": "Name,Site,,\nA,x,,\n,,,\n"}

    assert wait_through("bulk_write", inputs)["succeeded"] == 1
    with pytest.raises(Rejected, match="Column 2 has no name"):
        wait_through("bulk_write", {**inputs, "csv": "Name,,Site\nA,x,y\n"})
