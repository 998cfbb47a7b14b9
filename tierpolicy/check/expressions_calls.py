"""From calls to typed calls: the function found, its values counted, each read in the kind that its record asks for."""

from __future__ import annotations

from collections.abc import Sequence

from tierpolicy.check.expressions_kinds import kind, same, way_out, wrote
from tierpolicy.check.expressions_sides import Read, as_number, is_open
from tierpolicy.check.literals import Want, asked_by
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.model.builtins.plugins import installed
from tierpolicy.model.builtins.record import Builtin, Refusal
from tierpolicy.model.expressions import Call, Expr
from tierpolicy.model.types import Integer, Number, Type
from tierpolicy.syntax import ast

FOREIGN = {
    "coalesce": "first_known",
    "ifnull": "first_known",
    "nvl": "first_known",
    "isnull": "first_known",
    "least": "min",
    "minimum": "min",
    "greatest": "max",
    "maximum": "max",
    "datediff": "days_between",
    "date_diff": "days_between",
    "days": "days_between",
    "months": "months_between",
    "years": "years_between",
    "int": "round",
    "rnd": "round",
    "absolute": "abs",
}
"""What functions known from elsewhere are called here."""


def call(expr: ast.Call, want: Want | None, scope: Scope, read: Read) -> Expr | None:
    """A call of a function of the language or of a plugin."""
    record = _function(expr, scope)
    if record is None or not _counted(expr, record, scope):
        for argument in expr.arguments:  # mistakes inside stand on their own; open ones can't be judged
            if not is_open(argument, scope):
                read(argument, None, scope)
        return None
    arguments = _arguments(expr, record, want, scope, read)
    if arguments is None:
        return None
    result = record.result_type(tuple(argument.type for argument in arguments))
    if isinstance(result, Refusal):
        kinds = ", ".join(dict.fromkeys(kind(argument.type) for argument in arguments))
        scope.findings.report(
            codes.WRONG_ARGUMENTS,
            f"`{record.name}` {result.reason}; here stand: {kinds}",
            expr.span,
            help=f"it is called as {_signatures(record)}",
        )
        return None
    return Call(record.name, arguments, result, expr.span)


def _function(expr: ast.Call, scope: Scope) -> Builtin | None:
    name, functions = expr.function.text, installed()
    if name in functions.clashes:
        scope.findings.report(
            codes.UNKNOWN_FUNCTION,
            f"`{name}` is declared by {' and by '.join(functions.clashes[name])}",
            expr.function.span,
            help="remove one of these plugins, or have it give its function another name",
        )
        return None
    found = functions.functions.get(name)
    if found is None:
        known = tuple(functions.functions)
        said = FOREIGN.get(name.lower())
        help = f"say `{said}`" if said else scope.findings.did_you_mean(name, known)
        failed = f"; {functions.failures[0]}" if functions.failures else ""
        scope.findings.report(
            codes.UNKNOWN_FUNCTION,
            f"there is no function `{name}`",
            expr.function.span,
            help=(help or f"the functions are {', '.join(known)}") + failed,
        )
    return found


def _counted(expr: ast.Call, record: Builtin, scope: Scope) -> bool:
    count = len(expr.arguments)
    if record.least <= count and (record.most is None or count <= record.most):
        return True
    if record.most is None:
        takes = f"at least {record.least}"
    else:
        takes = str(record.least) if record.least == record.most else f"{record.least} or {record.most}"
    values = "value" if takes.endswith("1") else "values"
    stand = "1 stands" if count == 1 else f"{count or 'none'} stand"
    scope.findings.report(
        codes.WRONG_ARGUMENTS,
        f"`{record.name}` takes {takes} {values}, and {stand} here",
        expr.span,
        help=f"it is called as {_signatures(record)}",
    )
    return False


def _signatures(record: Builtin) -> str:
    return " or ".join(f"`{form})`" for form in record.signature.rstrip(")").split("), "))


def _arguments(expr: ast.Call, record: Builtin, want: Want | None, scope: Scope, read: Read) -> tuple[Expr, ...] | None:
    shared = [argument for at, argument in enumerate(expr.arguments) if record.argument(at).kind == "shared"]
    of_one_kind = iter(_shared(shared, want, scope, read))
    nodes: list[Expr | None] = []
    for at, argument in enumerate(expr.arguments):
        match record.argument(at).kind:
            case "shared":
                nodes.append(next(of_one_kind))
            case "own":
                nodes.append(read(argument, None, scope))
            case type_:
                nodes.append(_fitting(read(argument, Want(type_), scope), argument, type_, record, scope))
    known = [node for node in nodes if node is not None]
    return tuple(known) if len(known) == len(nodes) else None


def _shared(arguments: Sequence[ast.Expr], want: Want | None, scope: Scope, read: Read) -> list[Expr | None]:
    """Values that are to be of one kind: those that stand by themselves say which, the open ones take it."""
    nodes = [None if is_open(argument, scope) else read(argument, want, scope) for argument in arguments]
    known = [node for node in nodes if node is not None]
    leader = next((node for node in known if not isinstance(node.type, Integer | Number)), known[0] if known else None)
    can_judge = leader is not None or all(is_open(argument, scope) for argument in arguments)
    asked = asked_by(leader, scope) or want
    for at, argument in enumerate(arguments):
        if can_judge and nodes[at] is None and is_open(argument, scope):
            nodes[at] = read(argument, asked, scope)
            can_judge = nodes[at] is not None or leader is not None
            asked = asked or asked_by(nodes[at], scope)
    if any(node is not None and isinstance(node.type, Number) for node in nodes):
        return [node and as_number(node) for node in nodes]
    return nodes


def _fitting(node: Expr | None, wrote_: ast.Expr, type_: Type, record: Builtin, scope: Scope) -> Expr | None:
    """An argument in the type that the function asks for."""
    if node is None or same(node.type, type_):
        return node
    if isinstance(type_, Number) and isinstance(node.type, Integer):
        return as_number(node)
    scope.findings.report(
        codes.WRONG_ARGUMENTS,
        f"{wrote(wrote_)} is {kind(node.type)}, and `{record.name}` takes {kind(type_)} there",
        wrote_.span,
        help=way_out(wrote_, node.type, type_) or f"it is called as {_signatures(record)}",
    )
    return None
