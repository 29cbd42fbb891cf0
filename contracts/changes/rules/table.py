"""All rules in one table, in the order in which `understudy diff --rules` lists them."""

from __future__ import annotations

from typing import Any

from contracts.changes.operations import OperationRule
from contracts.changes.rules.api import API_RULES
from contracts.changes.rules.body import BODY_RULES
from contracts.changes.rules.model import MODEL_RULES
from contracts.changes.rules.operation import OPERATION_RULES
from contracts.changes.rules.parameter import PARAMETER_RULES
from contracts.changes.rules.reply import REPLY_RULES
from contracts.changes.rules.schema import SCHEMA_RULES
from contracts.changes.types import Rule

OPERATIONS: tuple[OperationRule, ...] = (
    *OPERATION_RULES,
    *PARAMETER_RULES,
    *BODY_RULES,
    *REPLY_RULES,
)
"""The rules that look at an operation."""
RULES: tuple[Rule[Any], ...] = (*API_RULES, *OPERATIONS, *SCHEMA_RULES, *MODEL_RULES)
