"""Errors of config files: each names the line, the key and the closest known name."""

from pathlib import Path

import pytest

from salesforce_emulator.config import ConfigFileError, load_config
from salesforce_emulator.opening import open_org

DELIVERY = '[[objects]]\nname = "Delivery__c"\n'
FIELD = "[[objects.fields]]\nname = 'A__c'\n"
RECORD_TYPE = "[[record_types]]\nobject = 'Account'\ndefault = true\n"
PICKLIST = "[[picklists]]\n"
ACCOUNT = f"{PICKLIST}object = 'Account'\n"
INDUSTRY = "field = 'Industry'\nchoices = [{ value = 'a' }]\n"
DEPENDENT = "type = 'picklist'\ncontroller = 'Status__c'\n"
BAD_CHOICE = "choices = [{ value = 'a', valid_for = ['b'] }]\n"
FLOW = '[[flows]]\nname = "Ship"\n'


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "org.toml")


@pytest.mark.parametrize(
    ("text", "line", "key", "why"),
    [
        ("[[object]]\n", 1, "object", "did you mean 'objects'?"),
        ("\n[settings]\nbulk_wiat = 1\n", 3, "settings.bulk_wiat", "did you mean 'bulk_wait'?"),
        ("[settings]\nbulk_wait = 'long'\n", 2, "settings.bulk_wait", "is a text, not a number"),
        ("[settings]\nhard_deletes = 1\n", 2, "settings.hard_deletes", "not true or false"),
        ("objects = 1\n", 1, "objects", "is a whole number, not a list"),
        ("settings = []\n", 1, "settings", "is a list, not a table"),
        ("[[objects]]\nlabel = 'X'\n", 1, "objects[0]", "the key 'name' is missing"),
        ("[limits]\nDailyApi = 1\n", 2, "limits.DailyApi", "no such limit"),
        ("[[objects]]\nname = 'Delivery'\n", 2, "objects[0].name", "does not end in __c"),
        ("[[objects]]\nname = '1__c'\n", 2, "objects[0].name", "is no API name"),
        ("[[objects]]\nname = 'Invoice__c'\n", 2, "objects[0].name", "already"),
        (f"{DELIVERY}prefix = 'b00'\n", 3, "objects[0].prefix", "a00 to azz"),
        (f"{DELIVERY}prefix = 'a00'\n", 3, "objects[0].prefix", "is taken"),
        (f"{DELIVERY}name_format = 'D-0'\n", 3, "objects[0].name_format", "no digits"),
        ("[[events]]\nname = 'Shipped__c'\n", 2, "events[0].name", "__e"),
        (f"{PICKLIST}object = 'Nope'\n{INDUSTRY}", 2, "picklists[0].object", "no object"),
        (f"{PICKLIST}object = 'Case'\n{INDUSTRY}", 3, "picklists[0].field", "no such standard"),
        (f"{ACCOUNT}field = 'Name'\nchoices = []\n", 3, "picklists[0].field", "no such standard"),
        (f"{ACCOUNT}field = 'Industry'\nchoices = []\n", 4, "picklists[0].choices", "is empty"),
        (f"{ACCOUNT}{INDUSTRY}default = 'b'\n", 5, "picklists[0].default", "none of the choices"),
        (
            f"{ACCOUNT}{INDUSTRY}controller = 'Name'\n",
            5,
            "picklists[0].controller",
            "no picklist or checkbox",
        ),
        (
            f"{ACCOUNT}field = 'Industry'\nchoices = [{{ value = 'a', valid_for = ['b'] }}]\n",
            4,
            "picklists[0].choices",
            "needs a controller",
        ),
        (
            f"{ACCOUNT}controller = 'Industry'\nfield = 'Rating'\n{BAD_CHOICE}",
            5,
            "picklists[0].choices[0].valid_for",
            "no value 'b'",
        ),
        (
            "[[records]]\nobject = 'Account'\nowner = 'x'\nfields = { Name = 'A' }\n",
            3,
            "records[0].owner",
            "no user or queue",
        ),
        (
            "[[records]]\nobject = 'Account'\nrecord_type = 'x'\nfields = { Name = 'A' }\n",
            3,
            "records[0].record_type",
            "no record type x",
        ),
        (
            f"{DELIVERY}{FIELD}type = 'string'\n{FIELD}type = 'txt'\n",
            8,
            "objects[0].fields[1].type",
            "it may be 'string'",
        ),
        (
            "[[fields]]\nobject = 'Acount'\nname = 'A__c'\ntype = 'url'\n",
            2,
            "fields[0].object",
            "no object Acount",
        ),
        (
            "[[fields]]\nobject = 'Account'\nname = 'External_Id__c'\ntype = 'url'\n",
            3,
            "fields[0].name",
            "already",
        ),
        (
            f"{RECORD_TYPE}name = 'A'\n{RECORD_TYPE}name = 'B'\n",
            7,
            "record_types[1].default",
            "another default",
        ),
        (
            "[[validation_rules]]\nobject = 'Lead'\nwhen = 'Nope = 1'\nmessage = 'x'\n",
            3,
            "validation_rules[0].when",
            "No such column 'Nope'",
        ),
        (
            "[[validation_rules]]\nobject = 'Lead'\nwhen = 'Name = '\nmessage = 'x'\n",
            3,
            "validation_rules[0].when",
            "MALFORMED_QUERY",
        ),
        (
            "[[validation_rules]]\nobject = 'Lead'\nwhen = \"Name = 'a' LIMIT 1\"\nmessage = 'x'\n",
            3,
            "validation_rules[0].when",
            "no more",
        ),
        (
            "[[duplicate_rules]]\nobject = 'Lead'\nfields = ['Emial']\n",
            3,
            "duplicate_rules[0].fields",
            "Lead has no field Emial",
        ),
        (
            "[[assignment_rules]]\nobject = 'Lead'\nowner = 'nobody'\n",
            3,
            "assignment_rules[0].owner",
            "no user or queue nobody",
        ),
        (
            "[[profiles]]\nname = 'P'\nhidden = { Lead = ['Nope'] }\n",
            3,
            "profiles[0].hidden.Lead",
            "no field Nope",
        ),
        (
            "[[users]]\nusername = 'u'\nlast_name = 'U'\nprofile = 'Nope'\n",
            4,
            "users[0].profile",
            "no profile Nope",
        ),
        ("[[apps]]\nname = 'sync'\n", 1, "apps[0]", "there already"),
        ("[[apps]]\nname = 'x'\nrun_as = 'u'\n", 3, "apps[0].run_as", "no user u"),
        (f"{FLOW}returns = {{ a = 1 }}\n", 3, "flows[0].returns.a", "no such output"),
        (
            f"{FLOW}outputs = [{{ name = 'a' }}]\nreturns = {{ a = '{{b}}' }}\n",
            4,
            "flows[0].returns",
            "{b} is no input",
        ),
        (f"{FLOW}steps = [{{ name = 'a' }}]\n", 3, "flows[0].steps[0]", "create or update"),
        (
            f"{FLOW}steps = [{{ create = 'Task', fields = {{ Nope = 1 }} }}]\n",
            3,
            "flows[0].steps[0].fields.Nope",
            "Task has no field",
        ),
        (f"{FLOW}calls = 'ship'\n", 3, "flows[0].calls", "not module:function"),
        (f"{FLOW}calls = 'no_module:f'\n", 3, "flows[0].calls", "cannot be imported"),
        (f"{FLOW}calls = 'json:nope'\n", 3, "flows[0].calls", "has no function"),
        (
            f"{FLOW}inputs = [{{ name = 'a', type = 'TEXT' }}]\n",
            3,
            "flows[0].inputs[0].type",
            "did you mean 'TEXTAREA'?",
        ),
        ("[[apex_rest]]\npath = 'x'\n", 2, "apex_rest[0].path", "slash"),
        (
            "[[quick_actions]]\nname = 'A'\ntarget = 'Case'\ntype = 'Update'\n",
            1,
            "quick_actions[0].object",
            "is run on one",
        ),
        (
            "[[approval_processes]]\nname = 'A'\nobject = 'Case'\napprovers = ['nobody']\n",
            4,
            "approval_processes[0].approvers",
            "no user nobody",
        ),
        (
            "[[reports]]\nname = 'A'\nobject = 'Case'\ncolumns = ['Nope']\n",
            1,
            "reports[0]",
            "Case has no field Nope",
        ),
        (
            "[[records]]\nobject = 'Case'\nfields = { AccountId = '@acme' }\n",
            3,
            "records[0].fields.AccountId",
            "no record 'acme'",
        ),
        ("[[records]]\nobject = 'Account'\nfields = {}\n", 1, "records[0]", "REQUIRED_FIELD"),
    ],
)
def test_an_error_names_the_line_and_the_key(
    path: str, text: str, line: int, key: str, why: str
) -> None:
    Path(path).write_text(text)

    with pytest.raises(ConfigFileError) as error:
        open_org(config=path)

    assert (error.value.line, error.value.key) == (line, key)
    assert str(error.value).startswith(f"{path}:{line}: {key}: ")
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("keys", "key_of_error"),
    [
        ("type = 'reference'", "to"),
        ("type = 'string'\nto = ['Account']", "to"),
        ("type = 'reference'\nto = ['Nope']", "to[0]"),
        ("type = 'picklist'", "values"),
        ("type = 'string'\nvalues = ['a']", "values"),
        ("type = 'picklist'\nvalues = ['a']\ndefault = 'b'", "default"),
        ("type = 'picklist'\nvalues = ['a']\nchoices = [{ value = 'a' }]", "choices"),
        ("type = 'picklist'\nvalues = ['a']\ncontroller = 'Nope__c'", "controller"),
        ("type = 'url'\ncontroller = 'Status__c'", "controller"),
        (
            f"{DEPENDENT}choices = [{{ value = 'a', valid_for = ['b'] }}]",
            "choices[0].valid_for",
        ),
        ("type = 'autonumber'", "format"),
        ("type = 'autonumber'\nformat = 'D'", "format"),
        ("type = 'boolean'\nunique = true", "unique"),
        ("type = 'double'\nscale = 19", "precision"),
        ("type = 'long_text'\nlength = 131073", "length"),
        ("type = 'url'\non_delete = 'cascade'", "on_delete"),
    ],
)
def test_contradicting_keys_of_a_field_are_refused(path: str, keys: str, key_of_error: str) -> None:
    Path(path).write_text(f"[[fields]]\nobject = 'Invoice__c'\nname = 'New__c'\n{keys}\n")

    with pytest.raises(ConfigFileError) as error:
        open_org(config=path)

    assert error.value.key == f"fields[0].{key_of_error}"


def test_invalid_toml_is_reported_with_its_line(path: str) -> None:
    Path(path).write_text("[settings]\nbulk_wait = \n")

    with pytest.raises(ConfigFileError, match=r"TOML: .*line 2"):
        load_config(path)


def test_a_missing_file_is_refused(path: str) -> None:
    with pytest.raises(ConfigFileError, match="cannot be read"):
        load_config(path)


@pytest.mark.parametrize("text", ["x = 1\n", "def configure(org:\n", "import no_such_module\n"])
def test_an_unusable_python_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "org.py"
    file.write_text(text)

    with pytest.raises(ConfigFileError):
        load_config(file)


def test_a_multi_line_string_that_looks_like_keys_shifts_no_line(path: str) -> None:
    """Lines inside a multi-line string declare no table and no key."""
    Path(path).write_text(
        '[[validation_rules]]\nobject = "Lead"\nmessage = """\n[[users]]\nwhen = 1\n"""\n'
        'when = "Nope = 1"\n'
    )
    with pytest.raises(ConfigFileError) as error:
        open_org(config=path)
    assert error.value.line == 7
