"""All rules by id: the one list. A new kind of rule is a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from tools.constraints.model import Constraint
from tools.errors import ToolError
from tools.verify import (
    await_rules,
    cycles,
    databases,
    dependencies,
    entries,
    hollow,
    ignores,
    imports,
    layers,
    orms,
    parsing,
    protected,
    queries,
    removed,
    tests_weakened,
    transport,
    versions,
)
from tools.verify.rule import Rule

_MODULES = (
    parsing,
    layers,
    hollow,
    queries,
    transport,
    databases,
    orms,
    await_rules,
    dependencies,
    versions,
    removed,
    imports,
    cycles,
    entries,
    protected,
    tests_weakened,
    ignores,
)
RULES: Mapping[str, Rule] = {rule.id: rule for module in _MODULES for rule in module.RULES}


def rule_ids() -> tuple[str, ...]:
    """Every id that a finding can carry, sorted."""
    return tuple(sorted(RULES))


def get_rule(rule_id: str) -> Rule:
    """The rule of that id; raises ToolError with the choices."""
    if rule_id not in RULES:
        raise ToolError(f"There is no rule {rule_id!r}. Choose from: {', '.join(rule_ids())}.")
    return RULES[rule_id]


def rules_for(constraint: Constraint) -> tuple[str, ...]:
    """Ids of the rules that verify a constraint; empty for advice that nothing checks."""
    return tuple(rule.id for rule in RULES.values() if constraint.kind in rule.kinds)
