"""Amounts in an org with several currencies: in the record's own, the user's, the corporate one.

Totals and ORDER BY go by the corporate currency, convertCurrency() by the user's, and `USD5000` in
a condition by what it is worth.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_querying_currency_fields.htm
"""

from dataclasses import replace

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.names import ResolvedField
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Call, Literal

_DIGITS = 6  # that amounts are compared by, as rates have no more


def code_of(resolved: ResolvedField, context: QueryContext) -> Sql:
    """Return the SQL of the currency that an amount is in."""
    if context.currencies is None:
        raise TypeError(f"{resolved.path} is of an org with one currency")
    field = resolved.node.sobject.field("CurrencyIsoCode")
    if field is None:
        return Sql("?", (context.currencies.corporate,))
    return Sql(f"ifnull({resolved.node.column(field)}, ?)", (context.currencies.corporate,))


def converted(resolved: ResolvedField, context: QueryContext, call: Call) -> Sql:
    """Return the SQL of an amount in the user's currency.

    Raises:
        SoqlError: The org has one currency, or the field is no amount.
    """
    if context.currencies is None:
        raise errors.not_offered(f"{call.text}: it has one currency", call.at)
    if resolved.field.type != "currency":
        raise errors.wrong_function(resolved.field.name, "convertCurrency", call.at)
    own, rate = code_of(resolved, context), context.currencies.rates.get(context.currency, 1.0)
    corporate_value = _corporate_value(resolved, context)
    text = (
        f"CASE {own.text} WHEN ? THEN {resolved.sql}"
        f" ELSE round(({corporate_value.text}) * ?, {resolved.field.scale}) END"
    )
    return Sql(text, (*own.params, context.currency, *corporate_value.params, rate))


def refuse_total(call: Call) -> None:
    """Check that convertCurrency() has a field.

    Raises:
        SoqlError: It is of an aggregate, which is in the corporate currency and stays so.
    """
    if isinstance(call.args[0], Call):
        raise errors.malformed(
            f"The result of an aggregate function can not be converted: {call.text}", call.at
        )


def corporate(left: Operand, context: QueryContext) -> Operand:
    """Return an amount in the corporate currency; all else as it is."""
    resolved = left.resolved
    plain = resolved is not None and left.sql.text == resolved.sql
    if context.currencies is None or left.field.type != "currency" or resolved is None or not plain:
        return left
    return replace(left, sql=_corporate_value(resolved, context))


def compare(left: Operand, operator: str, value: Literal, context: QueryContext) -> Sql:
    """Compile `Amount > USD5000`.

    Raises:
        SoqlError: The org has one currency, the code is none of its active ones, or what is
            compared is a total.
    """
    if context.currencies is None:  # as Salesforce's parser reports it
        raise errors.unexpected_token(value.text, value.at)
    if value.currency not in context.currencies.active:
        raise errors.malformed(f"{value.currency} is no active currency", value.at)
    corporate_value = corporate(left, context).sql
    if corporate_value == left.sql:
        raise errors.malformed(
            f"An aggregate can not be compared with the amount {value.text}", value.at
        )
    amount = float(str(value.value)) / context.currencies.rates[value.currency]
    text = f"round({corporate_value.text}, {_DIGITS}) {operator} ?"
    return Sql(text, (*corporate_value.params, round(amount, _DIGITS)))


def _corporate_value(resolved: ResolvedField, context: QueryContext) -> Sql:
    if context.currencies is None:
        raise TypeError(f"{resolved.path} is of an org with one currency")
    others = {
        code: rate
        for code, rate in context.currencies.rates.items()
        if code != context.currencies.corporate
    }
    own = code_of(resolved, context)
    cases = " ".join(f"WHEN ? THEN {resolved.sql} / ?" for _ in others)
    params = tuple(item for pair in others.items() for item in pair)
    text = f"CASE {own.text} {cases} ELSE {resolved.sql} END" if others else resolved.sql
    return Sql(text, (*own.params, *params) if others else ())
