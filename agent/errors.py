"""Errors of a run, named after who must react, and the exit codes they end in."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command's exit code means (design, section 6)."""

    OK = 0
    FINDINGS = 1
    """Findings of severity error, or the task was not achieved."""
    USAGE = 2
    """Usage or configuration."""
    ENVIRONMENT = 3
    """Sandbox, database, git."""
    MODEL = 4
    """The model or its provider."""
    BUDGET = 5
    POLICY = 6
    """Blocked by policy, or approval is needed."""
    INTERRUPTED = 130


class ArchwrightError(Exception):
    """A run cannot go on; the message is one paragraph that says what to do."""

    exit_code = ExitCode.FINDINGS


class UserError(ArchwrightError):
    """The command or the configuration is wrong: the person mends it."""

    exit_code = ExitCode.USAGE


class ModelFault(ArchwrightError):
    """The model or its provider failed for good: retries are used up or would be pointless."""

    exit_code = ExitCode.MODEL


class BudgetExceeded(ArchwrightError):
    """A limit on money, tokens, calls or time is reached; what is verified is still delivered."""

    exit_code = ExitCode.BUDGET


class ApprovalNeeded(ArchwrightError):
    """Policy stops here until a person agrees."""

    exit_code = ExitCode.POLICY
