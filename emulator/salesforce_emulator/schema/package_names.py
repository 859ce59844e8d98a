"""Names of what a package brings: its namespace, two underscores, the name.

https://developer.salesforce.com/docs/atlas.en-us.pkg1_dev.meta/pkg1_dev/register_namespace_prefix.htm
"""


def namespace_of(name: str) -> str | None:
    """Return the namespace of an API name such as `acme__Code__c`; None where it has none."""
    own = 2 if name.endswith("__s") else 1  # Place__Latitude__s is a part of Place__c
    return name.partition("__")[0] if name.count("__") > own else None


def developer_name(name: str) -> str:
    """Return an API name without namespace and suffix: `Code` of `acme__Code__c`."""
    return name.split("__")[1 if namespace_of(name) else 0]


def of_package(name: str, namespace: str | None) -> str:
    """Prefix a name with a package's namespace, unless it has one."""
    return f"{namespace}__{name}" if namespace and not name.startswith(f"{namespace}__") else name
