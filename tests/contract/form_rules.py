"""The rules that every schema with a form keeps; `docs/schemas.md` states them for hosts.

Each rule takes a schema and gives what breaks it, as sentences with the place. The same rules hold
for published schemas and for live ones.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from salesforce_connector.metadata.option_sources import SOURCES

Schema = dict[str, Any]
Rule = Callable[[Schema], Iterator[str]]

WIDGETS: Final = {
    "combobox": {"string"},
    "fail-when": {"union"},
    "file": {"string"},
    "filter": {"array"},
    "json": {"array", "object", "any", "union"},
    "keyvalue": {"object"},
    "multiline": {"string"},
    "records": {"array"},
    "secret-multiline": {"string"},
    "soql": {"string"},
    "tags": {"array"},
    "value": {"union"},
}
FORMATS: Final = {
    *("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "ipv4", "ipv6"),
    *("uri", "uri-reference", "iri", "uuid", "regex", "json-pointer"),
}
RANKS: Final = {"important": 1, "": 2, "advanced": 3, "internal": 4}
DYNAMIC_SCHEMAS: Final = {"fields", "flow_inputs", "action_inputs", "quick_action_fields"}
LONGEST_DESCRIPTION: Final = 120
FIELDS_BEFORE_FOLD: Final = 8

_CLASS_NAME = re.compile(r"_?[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+|Input|Output")


def subschemas(schema: Any, where: str = "$") -> Iterator[tuple[str, Schema]]:
    """Yield each schema within a schema, with where it stands."""
    if not isinstance(schema, dict):
        return
    yield where, schema
    for key in ("properties", "$defs", "patternProperties"):
        for name, part in schema.get(key, {}).items():
            yield from subschemas(part, f"{where}.{name}")
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for at, part in enumerate(schema.get(key, ())):
            yield from subschemas(part, f"{where}.{key}[{at}]")
    for key in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from subschemas(schema.get(key), f"{where}.{key}")


def resolve(part: Schema, root: Schema) -> Schema:
    """Return a schema with what it refers to."""
    reference = part.get("$ref", "")
    target: Schema = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
    return {**target, **part}


def kind_of(part: Schema, root: Schema) -> str:
    """Describe what kind of input a schema needs."""
    part = resolve(part, root)
    if "anyOf" in part or "oneOf" in part:
        branches = [resolve(branch, root) for branch in part.get("anyOf") or part["oneOf"]]
        kinds = {branch.get("type", "string" if "const" in branch else "") for branch in branches}
        kinds -= {"null"}
        return kinds.pop() if kinds == {"string"} else "union"
    types = part.get("type", [])
    kinds = {types} if isinstance(types, str) else set(types) - {"null"}
    if "array" in kinds and kinds <= {"array", "string"}:
        return "array"
    return kinds.pop() if len(kinds) == 1 else "any"


def nullables_are_flat(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        if "default" in part and part["default"] is None:
            yield f"{where} has a default of null"
        for key in ("anyOf", "oneOf"):
            branches = part.get(key, ())
            others = [branch for branch in branches if branch.get("type") != "null"]
            if branches and len(others) < 2 and not all("const" in other for other in others):
                yield f"{where}: {key} has one branch beside null"


def branches_have_titles(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        for key in ("anyOf", "oneOf"):
            for at, branch in enumerate(part.get(key, ())):
                if not resolve(branch, root).get("title") and branch.keys() != {"required"}:
                    yield f"{where}.{key}[{at}] has no title"


def titles_are_no_class_names(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        title = part.get("title", "")
        if "const" in part:
            continue  # the label of a picklist value is the org's
        if isinstance(title, str) and _CLASS_NAME.fullmatch(title):
            yield f"{where} is titled {title!r}"


def properties_have_a_type(root: Schema) -> Iterator[str]:
    typing = {"type", "enum", "const", "$ref", "anyOf", "oneOf"}
    for where, part in subschemas(root):
        for name, field in part.get("properties", {}).items():
            if not typing & field.keys() and ".if" not in where and ".then" not in where:
                yield f"{where}.{name} does not say its type"
            if kind_of(field, root) == "any" and field.get("x-widget") != "json":
                yield f"{where}.{name} takes any value and has no JSON widget"


def properties_are_in_the_order_of_a_form(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        properties = part.get("properties", {})
        if ".if" in where or ".then" in where or "x-compound" in part:
            continue
        required = part.get("required", [])
        ranks = [
            0 if name in required else RANKS[field.get("x-visibility", "")]
            for name, field in properties.items()
        ]
        if ranks != sorted(ranks):
            yield f"{where}: {list(properties)} is not the order of a form"
        if len(properties) > 1 and part.get("ui:order") != list(properties):
            yield f"{where}: ui:order is not the order of the properties"
        groups = [field.get("x-group", "") for field in properties.values()]
        for rank in set(ranks):
            of_rank = [g for g, r in zip(groups, ranks, strict=True) if r == rank and g]
            runs = [g for at, g in enumerate(of_rank) if at == 0 or of_rank[at - 1] != g]
            if len(runs) != len(set(runs)):
                yield f"{where}: a group is in two places: {runs}"


def descriptions_are_short(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        text = part.get("description", "")
        if len(text) > LONGEST_DESCRIPTION:
            yield f"{where}: {len(text)} characters"
        if text.endswith("..."):
            yield f"{where}: the first sentence is too long: {text}"


def formats_are_json_schemas(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        if part.get("format", "date") not in FORMATS:
            yield f"{where} has the format {part['format']!r}"


def widgets_are_known_and_fit(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        widget = part.get("x-widget")
        if widget is None:
            continue
        if widget not in WIDGETS:
            yield f"{where} has the unknown widget {widget!r}"
        elif (kind := kind_of(part, root)) not in WIDGETS[widget]:
            yield f"{where}: {widget} does not fit a value of kind {kind}"


def what_a_plain_form_cannot_enter_has_a_widget(root: Schema) -> Iterator[str]:
    """A union, a list, an object of any names: a host must know what to show."""
    for where, part in subschemas(root):
        for name, field in part.get("properties", {}).items():
            if ".if" in where or ".then" in where or "oneOf[" in where or "anyOf[" in where:
                continue
            kind, whole = kind_of(field, root), resolve(field, root)
            simple = kind in {"string", "integer", "number", "boolean"}
            listed = kind == "object" and "properties" in whole
            groups = where.startswith("$.") and name in {"all", "any", "none"}  # of `filter`
            if not (simple or listed or groups or "x-widget" in whole):
                yield f"{where}.{name} ({kind}) has no widget"


def names_are_declared_in_scope(root: Schema) -> Iterator[str]:
    """Every name that a keyword depends on is a property of an object around it."""
    definitions = root.get("$defs", {})

    def walk(
        part: Any, where: str, scopes: tuple[frozenset[str], ...], observed: frozenset[str]
    ) -> Iterator[str]:
        if not isinstance(part, dict):
            return
        own = frozenset(part.get("properties", ()))
        reference = part.get("$ref", "").removeprefix("#/$defs/")
        within = (*scopes, own) if own else scopes
        names = [
            *part.get("x-dynamic-options", {}).get("depends_on", ()),
            *part.get("x-show-when", ()),
            *part.get("x-required-when", ()),
        ]
        spec = part.get("x-dynamic-schema", {})
        names += [
            name for name in spec.get("depends_on", ()) if name not in spec.get("optional", ())
        ]
        for name in names:
            if not any(name in scope for scope in scopes):
                yield f"{where} depends on {name!r}, which no object around it has"
        for key in ("x-dynamic-options", "x-dynamic-schema"):
            spec = part.get(key, {})
            if not set(spec.get("optional", ())) <= set(spec.get("depends_on", ())):
                yield f"{where}: {key}.optional is not among depends_on"
        if reference and reference not in observed:
            yield from walk(definitions[reference], where, scopes, observed | {reference})
        for name, field in part.get("properties", {}).items():
            yield from walk(field, f"{where}.{name}", within, observed)
        for key in ("items", "additionalProperties", "propertyNames"):
            yield from walk(part.get(key), f"{where}.{key}", within, observed)
        for key in ("patternProperties",):
            for field in part.get(key, {}).values():
                yield from walk(field, f"{where}.{key}", within, observed)
        for key in ("anyOf", "oneOf", "allOf"):
            for at, item in enumerate(part.get(key, ())):
                yield from walk(item, f"{where}.{key}[{at}]", scopes, observed)

    yield from walk(root, "$", (), frozenset())


def conditions_name_values_that_there_are(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        properties = part.get("properties", {})
        for name, field in properties.items():
            for key in ("x-show-when", "x-required-when"):
                for other, values in field.get(key, {}).items():
                    allowed = properties[other].get("enum")
                    if properties[other].get("type") == "boolean":
                        allowed = [True, False]
                    if allowed is not None and not set(values) <= set(allowed):
                        yield f"{where}.{name}: {other} is never one of {values}"
        for rule in part.get("x-one-of", ()):
            inputs = {name for names in rule["choices"] for name in names}
            if rule.keys() != {"title", "choices", "required"} or len(rule["choices"]) < 2:
                yield f"{where}: {rule} is no choice"
            if not inputs <= properties.keys():
                yield f"{where}: x-one-of names {inputs - properties.keys()}"
            if {names[0] for names in rule["choices"]} & set(part.get("required", ())):
                yield f"{where}: a choice is a required property"


def sources_are_known(root: Schema) -> Iterator[str]:
    for where, part in subschemas(root):
        options = part.get("x-dynamic-options")
        if options is not None:
            if options["source"] not in SOURCES:
                yield f"{where}: no source {options['source']!r}"
            if options.get("size") not in {"small", "large"}:
                yield f"{where}: does not say how many choices there are"
        dynamic = part.get("x-dynamic-schema")
        if dynamic is not None and dynamic["source"] not in DYNAMIC_SCHEMAS:
            yield f"{where}: no source of schemas {dynamic['source']!r}"


def ids_have_choices(root: Schema) -> Iterator[str]:
    """A builder picks a record by its name; nobody knows ids by heart."""
    for where, part in subschemas(root):
        is_id = str(part.get("pattern", "")).startswith("^[a-zA-Z0-9]{15}")
        if is_id and "x-dynamic-options" not in part and "oneOf" not in part:
            yield f"{where} is an id without choices"


def the_root_is_an_object_without_unions(root: Schema) -> Iterator[str]:
    """Several model APIs refuse a tool with a union at its root."""
    if root.get("type") != "object":
        yield "$ is no object"
    for key in ("anyOf", "oneOf", "allOf", "not", "if", "enum"):
        if key in root:
            yield f"$ has {key}"


def few_fields_are_shown_at_first(root: Schema) -> Iterator[str]:
    shown = [
        name
        for name, field in root.get("properties", {}).items()
        if name in root.get("required", ())
        or (
            field.get("x-visibility", "") not in {"advanced", "internal"}
            and "x-show-when" not in field
        )
    ]
    if len(shown) > FIELDS_BEFORE_FOLD:
        yield f"{len(shown)} fields before the fold: {shown}"


ALL: Final[Mapping[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        nullables_are_flat,
        branches_have_titles,
        titles_are_no_class_names,
        properties_have_a_type,
        properties_are_in_the_order_of_a_form,
        descriptions_are_short,
        formats_are_json_schemas,
        widgets_are_known_and_fit,
        what_a_plain_form_cannot_enter_has_a_widget,
        names_are_declared_in_scope,
        conditions_name_values_that_there_are,
        sources_are_known,
        ids_have_choices,
        the_root_is_an_object_without_unions,
        few_fields_are_shown_at_first,
    )
}

FOR_OUTPUTS: Final[Mapping[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        nullables_are_flat,
        branches_have_titles,
        titles_are_no_class_names,
        descriptions_are_short,
        formats_are_json_schemas,
    )
}
