"""What people paste as the address of their org, and where secrets may go."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.auth import my_domain
from salesforce_connector.auth.my_domain import api_host, trusted_url
from salesforce_connector.auth.salesforce_hosts import LOGIN_HOSTS, SALESFORCE_DOMAINS
from salesforce_connector.errors import Rejected

ACME = "https://acme.my.salesforce.com"
SANDBOX = "https://acme--dev.sandbox.my.salesforce.com"

REFUSED = {
    "nothing": "",
    "spaces": "   ",
    "a space within": "acme .my.salesforce.com",
    "a line break within": "acme\n.my.salesforce.com",
    "a tab within": "acme\t.my.salesforce.com",
    "somebody else's": "https://evil.com",
    "ours as a label of theirs": "acme.my.salesforce.com.evil.com",
    "ours behind a hyphen": "evil-salesforce.com",
    "ours without a dot": "evilsalesforce.com",
    "the bare domain": "salesforce.com",
    "ours as a user": "https://acme.my.salesforce.com@evil.com",
    "a user at ours": "https://me@acme.my.salesforce.com",
    "a user and a password at ours": "https://me:PASSWORD@acme.my.salesforce.com",
    "a password with another scheme": "ftp://me:PASSWORD@acme.my.salesforce.com",
    "an email address": "me@acme.com",
    "ours in the path": "https://evil.com/acme.my.salesforce.com",
    "ours in the query": "https://evil.com?acme.my.salesforce.com",
    "ours in the fragment": "https://evil.com#acme.my.salesforce.com",
    "a backslash before ours": "https://evil.com\\.my.salesforce.com",
    "a backslash and a user": "https://evil.com\\@acme.my.salesforce.com",
    "a percent sign": "https://evil.com%2f.my.salesforce.com",
    "punycode": "https://xn--acm-dma.my.salesforce.com",
    "a letter that looks like ours": "https://acme.my.sаlesforce.com",  # noqa: RUF001
    "a fullwidth full stop": "https://evil.com\uff0fx.my.salesforce.com",
    "an underscore": "https://ac_me.my.salesforce.com",
    "two dots": "https://acme..my.salesforce.com",
    "a dot in front": "https://.my.salesforce.com",
    "a port": "https://acme.my.salesforce.com:8443",
    "a port that is none": "https://acme.my.salesforce.com:port",
    "the https port by http": "https://acme.my.salesforce.com:80",
    "a broken IPv6 address": "https://[::1",
    "another scheme": "ftp://acme.my.salesforce.com",
    "a script": "javascript:alert(1)",
    "a number": "https://10.0.0.1",
    "all of this machine": "http://0.0.0.0:8000",
    "this machine": "http://127.0.0.1:8000",
    "this machine by name": "localhost",
    "this machine in IPv6": "http://[::1]:8000",
    "a host behind this machine's": "http://evil.com[::1]",
    "a word of every address": "my",
    "a word of instructions": "MyDomain",
    "the website": "https://www.salesforce.com",
    "the help": "https://help.salesforce.com/s/articleView?id=1",
    "a page of an experience site that is not told from its path": (
        "https://acme.my.site.com/help/article/1"
    ),
    "a path that may be a site's or a page's": f"{ACME}/help/article/1",
    "an experience site with an encoded path": "https://acme.my.site.com/%2e%2e/x",
    "a partition that there is not": "acme.prod",
    "a mistyped scheme": "htps://acme.my.salesforce.com",
    "a mistyped scheme without a colon": "htp//acme.my.salesforce.com",
    "a scheme alone": "https",
    "a scheme with a dot": "https.//acme.my.salesforce.com",
    "a name with a path": "acme/lightning/page/home",
    "a name with a query": "acme?x=1",
    "digits alone": "8800",
    "the id of an org": "00D5g00000ABCDEEA4",
    "an instance": "na139",
    "an instance in Lightning": "https://na139.lightning.force.com",
    "a username of a sandbox": "integration@acme.com.uat",
    "an example of a guide": "https://MyDomainName.my.salesforce.com",
    "an example of a guide in Lightning": "https://your-domain.lightning.force.com",
    "no name": "https://my.salesforce.com",
    "pages of a package without an org": "https://c.na1.visual.force.com/apex/x",
    "a placeholder": "https://${instance}.my.salesforce.com",
    "two addresses": f"{ACME} {ACME}",
    "a link in Markdown": f"[acme]({ACME})",
}


@pytest.mark.parametrize("pasted", REFUSED.values(), ids=REFUSED)
def test_refuses(pasted: str) -> None:
    with pytest.raises(Rejected) as raised:
        api_host(pasted)

    assert raised.value.code == "INVALID_MY_DOMAIN"
    assert raised.value.fields == ("my_domain_url",)
    assert raised.value.remedy
    assert "PASSWORD" not in str(raised.value)


TAKEN = {
    "as Setup shows it": (ACME, ACME),
    "without a scheme": ("acme.my.salesforce.com", ACME),
    "by http": ("http://acme.my.salesforce.com", ACME),
    "with the port of http": ("http://acme.my.salesforce.com:80", ACME),
    "with the port of https": ("https://acme.my.salesforce.com:443/", ACME),
    "with a slash": ("https://acme.my.salesforce.com/", ACME),
    "with a path": ("https://acme.my.salesforce.com/lightning/page/home?a=b#c", ACME),
    "in capitals": ("HTTPS://ACME.My.Salesforce.com", ACME),
    "with spaces around": ("  acme.my.salesforce.com\n", ACME),
    "with a dot at the end": ("acme.my.salesforce.com.", ACME),
    "the bare name": ("acme", ACME),
    "Lightning": ("https://acme.lightning.force.com/lightning/o/Account/list", ACME),
    "Setup": ("https://acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home", ACME),
    "a sandbox": ("https://acme--dev.sandbox.my.salesforce.com", SANDBOX),
    "a sandbox by its name": ("acme--dev", SANDBOX),
    "a sandbox by its name and kind": ("acme--dev.sandbox", SANDBOX),
    "a sandbox in Lightning": ("acme--dev.sandbox.lightning.force.com", SANDBOX),
    "a sandbox in Setup": ("acme--dev.sandbox.my.salesforce-setup.com", SANDBOX),
    "a sandbox of old": (
        "https://acme--dev.my.salesforce.com",
        "https://acme--dev.my.salesforce.com",
    ),
    "a scratch org": (
        "https://fun-bear-1-dev-ed.scratch.my.salesforce.com",
        "https://fun-bear-1-dev-ed.scratch.my.salesforce.com",
    ),
    "a developer edition": (
        "https://acme-dev-ed.develop.lightning.force.com/",
        "https://acme-dev-ed.develop.my.salesforce.com",
    ),
    "a playground": (
        "https://brave-otter.trailblaze.lightning.force.com",
        "https://brave-otter.trailblaze.my.salesforce.com",
    ),
    "the government's": ("acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
    "the government's Lightning": (
        "https://acme.lightning.crmforce.mil",
        "https://acme.my.salesforce.mil",
    ),
    "China's": ("acme.my.sfcrmproducts.cn", "https://acme.my.sfcrmproducts.cn"),
    "China's Lightning": (
        "https://acme.lightning.sfcrmapps.cn",
        "https://acme.my.sfcrmproducts.cn",
    ),
    "the alternative domain": ("acme.my-lightning.com", "https://acme.my-salesforce.com"),
    "an experience site": ("https://acme.my.site.com/help", "https://acme.my.site.com/help"),
    "an experience site of a sandbox": (
        "https://acme--uat.sandbox.my.site.com/BrokerPortal",
        "https://acme--uat.sandbox.my.site.com/BrokerPortal",
    ),
    "a page of an experience site": (
        "https://acme.my.site.com/BrokerPortal/s/login/?language=en_US",
        "https://acme.my.site.com/BrokerPortal",
    ),
    "an experience site whose path is as long as an id": (
        "https://acme.my.site.com/CustomerSupport",
        "https://acme.my.site.com/CustomerSupport",
    ),
    "an experience site on the My Domain": (
        "https://x-dev-ed.scratch.my.salesforce.com/AppCentral/",
        "https://x-dev-ed.scratch.my.salesforce.com/AppCentral",
    ),
    "a record's page": (f"{ACME}/0015g00000ABCDEAAZ/view", ACME),
    "a list of records": (f"{ACME}/001/o", ACME),
    "a page of old": (f"{ACME}/home/home.jsp", ACME),
    "a login page of old": (f"{ACME}/login.jsp?un=me", ACME),
    "a record in Lightning": (
        "https://acme.lightning.force.com/lightning/r/Account/0015g00000ABCDEAAZ/view",
        ACME,
    ),
    "another app in Lightning": ("https://acme.lightning.force.com/anything/below", ACME),
    "two hyphens that became a dash": ("acme\u2014dev.sandbox.lightning.force.com", SANDBOX),
    "a name that holds lightning": (
        "https://acme-lightning.my.salesforce.com",
        "https://acme-lightning.my.salesforce.com",
    ),
    "the branded domain": ("acme.cloudforce.com", "https://acme.cloudforce.com"),
    "an experience site without a path": (
        "https://acme.my.site.com/s/",
        "https://acme.my.site.com",
    ),
    "a developer edition by its name": (
        "acme-dev-ed.develop",
        "https://acme-dev-ed.develop.my.salesforce.com",
    ),
    "a scratch org by its name": ("x.scratch", "https://x.scratch.my.salesforce.com"),
    "a playground by its name": ("x.trailblaze", "https://x.trailblaze.my.salesforce.com"),
    "a demo org by its name": ("x.demo", "https://x.demo.my.salesforce.com"),
    "a trial by its name": ("x.trial", "https://x.trial.my.salesforce.com"),
    "the login host by its name": ("login", "https://login.salesforce.com"),
    "the login host as the website": ("www", "https://login.salesforce.com"),
    "production": ("Production", "https://login.salesforce.com"),
    "test": ("test", "https://test.salesforce.com"),
    "sandbox": ("sandbox", "https://test.salesforce.com"),
    "China's login host": ("login.sfcrmproducts.cn", "https://login.sfcrmproducts.cn"),
    "in quotes": ('"https://acme.my.salesforce.com"', ACME),
    "in backticks": ("`acme.my.salesforce.com`", ACME),
    "in angle brackets": ("<https://acme.my.salesforce.com>", ACME),
    "with a zero-width space": ("https://acme.my.salesforce.com\u200b", ACME),
    "with a byte order mark": ("\ufeffacme.my.salesforce.com", ACME),
    "an instance of old": ("https://na15.salesforce.com", "https://na15.salesforce.com"),
    "the login host": ("login.salesforce.com", "https://login.salesforce.com"),
    "with one slash": ("https:/acme.my.salesforce.com", ACME),
    "with three slashes": ("https:///acme.my.salesforce.com", ACME),
    "without slashes": ("https:acme.my.salesforce.com", ACME),
    "without a colon": ("https//acme.my.salesforce.com", ACME),
    "with two schemes": ("https://https://acme.my.salesforce.com", ACME),
    "with slashes alone": ("//acme.my.salesforce.com", ACME),
    "percent-encoded": ("https%3A%2F%2Facme.my.salesforce.com%2F", ACME),
    "with ideographic full stops": ("https://acme。my。salesforce。com", ACME),
    "with a fullwidth full stop": ("acme\uff0emy.salesforce.com", ACME),
    "out of a sentence": ("acme.my.salesforce.com,", ACME),
    "in parentheses": ("(acme.my.salesforce.com)", ACME),
    "with a query alone": ("https://acme.my.salesforce.com?c__x=1", ACME),
    "a page of Setup of old": (f"{ACME}/ui/setup/Setup", ACME),
    "a page of a folder of old": (f"{ACME}/changemgmt/list.apexp", ACME),
    "another page of a folder of old": (f"{ACME}/anything/page.apexp?a=b", ACME),
    "a file": ("https://acme.file.force.com/sfc/servlet.shepherd/version/x", ACME),
    "a Visualforce page": ("https://acme--c.vf.force.com/apex/Foo", ACME),
    "a Visualforce page of a package": ("https://acme--pack.vf.force.com/apex/Foo", ACME),
    "a Visualforce page of a sandbox": (
        "https://acme--dev--c.sandbox.vf.force.com/apex/Foo",
        SANDBOX,
    ),
    "a Visualforce page of old": ("https://acme--c.na1.visual.force.com/apex/Foo", ACME),
    "content of old": ("https://acme--c.documentforce.com/servlet/x", ACME),
    "the builder of sites": ("https://acme.builder.salesforce-experience.com/x", ACME),
    "the real-time service": ("https://acme.my.salesforce-scrt.com", ACME),
}


@pytest.mark.parametrize(("pasted", "base"), TAKEN.values(), ids=TAKEN)
def test_accepts_what_people_paste(pasted: str, base: str) -> None:
    assert api_host(pasted) == base


@pytest.mark.parametrize(
    ("pasted", "base"),
    [
        ("http://127.0.0.1:8800/", "http://127.0.0.1:8800"),
        ("http://localhost:8800/x", "http://localhost:8800"),
        ("https://[::1]:8800", "https://[::1]:8800"),
        ("127.0.0.1:8800", "https://127.0.0.1:8800"),
    ],
)
def test_accepts_this_machine_as_a_local_org(pasted: str, base: str) -> None:
    assert api_host(pasted, local_org=True) == base


@pytest.mark.parametrize(
    "pasted", ["acme", ACME, "http://10.0.0.1:8800", "http://127.0.0.1.evil.com"]
)
def test_a_local_org_is_on_this_machine_alone(pasted: str) -> None:
    with pytest.raises(Rejected, match="not this machine"):
        api_host(pasted, local_org=True)


@pytest.mark.parametrize(
    ("base", "serves_all"),
    [
        ("https://login.salesforce.com", True),
        ("https://test.salesforce.com", True),
        (ACME, False),
        ("https://login.salesforce.com.evil.com", False),
        ("https://login.sfcrmproducts.cn", True),
        ("https://test.sfcrmproducts.cn", True),
    ],
)
def test_knows_the_hosts_that_serve_every_org(base: str, serves_all: bool) -> None:
    assert my_domain.is_login_host(base) is serves_all


def is_salesforces(url: str) -> bool:
    """Judge a base URL on its own terms: https, no port, no user, a name under the list."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    path = parts.path.removeprefix("/")
    return (
        url == f"https://{host}{path and '/'}{path}"
        and (not path or path.replace("-", "").replace("_", "").isalnum())
        and host.isascii()
        and host.replace("-", "").replace(".", "").isalnum()
        and any(host.endswith(f".{domain}") for domain in SALESFORCE_DOMAINS)
    )


labels = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,8}", fullmatch=True)
pieces = st.sampled_from(
    [
        *"./\\@:#?%[]- \t\n。\uff0e\u2024",
        *SALESFORCE_DOMAINS,
        *("https://", "http://", "//", "..", "%2e", "xn--", "--", ".sandbox", ":443", ":80", ":1"),
        *("lightning.force.com", ".my.salesforce-setup.com", "evil.com", "acme", "acme--dev"),
        *("127.0.0.1", "localhost", "test", "login", "sandbox", ".develop", ".scratch"),
        *("my.site.com", "/portal", "/s/"),
    ]
)
addresses = st.lists(st.one_of(pieces, labels, st.text(max_size=3)), max_size=8).map("".join)


@given(addresses)
def test_any_pasted_address_is_a_salesforce_host_or_refused(pasted: str) -> None:
    try:
        base = api_host(pasted)
    except Rejected:
        return

    assert is_salesforces(base), base
    assert api_host(base) == base


hosts = st.from_regex(r"[a-z]([a-z-]{0,8}[a-z])?", fullmatch=True).map(
    lambda name: f"{name}.my.salesforce.com"
)
prefixes = st.text(st.sampled_from("htps:/.;"), max_size=12)


@given(prefixes, hosts, st.sampled_from(["", "/", "/x", "/x.jsp", "?a=b", "#a"]))
def test_text_before_a_host_never_becomes_the_host(prefix: str, host: str, behind: str) -> None:
    """A scheme that lacks a slash is not the name of an org, to which the secret would go."""
    try:
        base = api_host(prefix + host + behind)
    except Rejected:
        return

    base_host = urlsplit(base).hostname or ""
    typed = re.split(r"[:/;]", prefix)[-1].lstrip(".")  # "h." is a part of a name, as it is written
    assert base_host == typed + host


@given(addresses)
def test_no_answer_can_name_a_host_that_is_not_salesforces(address: str) -> None:
    trusted = trusted_url(address, local_org=False)

    assert trusted is None or is_salesforces(trusted)


@given(addresses)
def test_for_a_local_org_no_answer_can_name_another_machine(address: str) -> None:
    trusted = trusted_url(address, local_org=True)

    host = urlsplit(trusted or "http://localhost").hostname or ""
    assert host == "localhost" or ip_address(host).is_loopback


@pytest.mark.parametrize(
    ("names", "local_org", "base"),
    [
        (ACME, False, ACME),
        (f"{ACME}/services/data", False, ACME),
        ("https://na15.salesforce.com:443", False, "https://na15.salesforce.com"),
        ("http://acme.my.salesforce.com", False, None),
        ("https://acme.my.salesforce.com:8443", False, None),
        ("https://me@acme.my.salesforce.com", False, None),
        ("https://evil.com\\.salesforce.com", False, None),
        ("https://[broken", False, None),
        ("https://\N{LATIN SMALL LETTER E WITH ACUTE}vil.my.salesforce.com", False, None),
        ("https://evil.com%2f.my.salesforce.com", False, None),
        ("https://acme.my.salesforce.com:x", False, None),
        ("https://evil.com", False, None),
        ("", False, None),
        ("http://127.0.0.1:8800/x", False, None),
        (
            "https://acme.my.site.com/BrokerPortal",
            False,
            "https://acme.my.site.com/BrokerPortal",
        ),
        ("https://acme.my.site.com/a/b/c", False, None),
        (f"{ACME}\n", False, None),
        ("http://127.0.0.1:8800/x", True, "http://127.0.0.1:8800"),
        (ACME, True, None),
        ("ftp://127.0.0.1", True, None),
        ("http://me@127.0.0.1:8800", True, None),
    ],
)
def test_trusts_an_instance(names: str, local_org: bool, base: str | None) -> None:
    assert trusted_url(names, local_org=local_org) == base


NAMED = st.sampled_from(
    ["test", "login", "www", "sandbox", "production", "prod", "Test", " sandbox ", "acme", "my"]
)


@given(
    NAMED,
    st.sampled_from(["", ".sandbox", ".develop", ".scratch", "--dev", ".prod"]),
)
def test_a_bare_name_sends_secrets_to_an_org_of_that_name_or_to_a_login_host(
    name: str, partition: str
) -> None:
    """A word that means a login host to its reader is nobody's My Domain."""
    try:
        host = urlsplit(api_host(name + partition)).hostname or ""
    except Rejected:
        return

    if host in LOGIN_HOSTS:
        assert not partition
    else:
        assert host.split(".")[0].startswith(name.strip().lower())
        assert partition or name == "acme"
