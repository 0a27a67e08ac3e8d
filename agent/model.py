"""litellm behind one gateway: what is asked, what came back, what it cost, and when not to ask again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.errors import BudgetExceeded, ModelFault
from agent.journal import Journal, digest

Message = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """One call that the model asked for."""

    id: str
    name: str
    arguments: dict[str, Any]
    error: str = ""
    """Why the arguments cannot be read, for the model; empty when they can."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens and money; cost is None where the price is unknown."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of the model."""

    text: str
    calls: tuple[ToolCall, ...]
    message: Message
    """As it goes back into the conversation."""
    usage: Usage
    finish: str
    """The provider's finish reason; "length" means that the answer was cut off."""


class Transport(Protocol):
    """Brings a request to a model; returns litellm's response as plain data with ``usage`` and ``cost_usd``."""

    def send(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Ask once, with no retry of its own. Raises `TransportError`."""


class TransportError(Exception):
    """One attempt failed; says whether another can help."""

    def __init__(self, message: str, *, status: int | None, retryable: bool, wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retryable = retryable
        self.wait = wait


@dataclass
class Spent:
    """What the run has used so far."""

    calls: int = 0
    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cost_usd: float = 0.0
    unpriced_calls: int = 0

    def add(self, usage: Usage) -> None:
        """Count one answer."""
        self.calls += 1
        self.prompt += usage.prompt
        self.completion += usage.completion
        self.cached += usage.cached
        if usage.cost_usd is None:
            self.unpriced_calls += 1
        else:
            self.cost_usd += usage.cost_usd


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Caps that are looked at before a call is made; None means no cap."""

    cost_usd: float | None = None
    tokens: int | None = None
    calls: int | None = None
    deadline: float | None = None
    """On the monotonic clock, seconds."""

    def check(self, spent: Spent) -> None:
        """Raise `BudgetExceeded` when the next call would begin beyond a limit."""
        if self.cost_usd is not None and spent.cost_usd >= self.cost_usd:
            raise BudgetExceeded(f"The limit of ${self.cost_usd:.2f} is reached (--max-cost-usd).")
        if self.tokens is not None and spent.prompt + spent.completion >= self.tokens:
            raise BudgetExceeded(f"The limit of {self.tokens:,} tokens is reached (--max-tokens).")
        if self.calls is not None and spent.calls >= self.calls:
            raise BudgetExceeded(f"The limit of {self.calls} model calls is reached (ARCHWRIGHT_MAX_CALLS).")
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise BudgetExceeded("The time limit of the run is reached (--timeout).")


@dataclass
class Gateway:
    """The one way to the model: budget before, journal between, parsing after."""

    transport: Transport
    journal: Journal
    limits: Limits
    retry_waits: tuple[float, ...] = (1.0, 4.0, 15.0)
    """Seconds before the second, third, ... attempt when the provider names none."""
    spent: Spent = field(default_factory=Spent)

    def ask(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> Answer:
        """Return the model's answer; a request whose answer is in the journal is not paid again.

        Raises:
            BudgetExceeded: a limit is reached before the call.
            ModelFault: the provider failed for good.
        """
        key = digest([list(messages), list(tools)])
        stored = self.journal.answer_to(key)
        if stored is None:
            self.limits.check(self.spent)
            started = time.monotonic()
            stored = self._send(messages, tools)
            stored["seconds"] = round(time.monotonic() - started, 3)
            self.journal.store_answer(key, stored)
        answer = parse(stored)
        self.spent.add(answer.usage)
        return answer

    def _send(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            named = error.wait if isinstance(error, TransportError) else None
            # tenacity asks for the wait after the last attempt too, before it stops
            index = min(state.attempt_number, len(self.retry_waits)) - 1
            return named if named is not None else self.retry_waits[index]

        def record(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            self.journal.append(
                "retry", attempt=state.attempt_number, wait=state.upcoming_sleep, error=str(error)[:500]
            )

        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, TransportError) and error.retryable),
            stop=stop_after_attempt(len(self.retry_waits) + 1),
            wait=wait,
            before_sleep=record,
            reraise=True,
        )
        try:
            return retrying(self.transport.send, messages, tools)
        except TransportError as error:
            raise ModelFault(str(error)) from error


def parse(response: Mapping[str, Any]) -> Answer:
    """Read a stored response into an `Answer`; unreadable arguments become an error text, never an exception."""
    message = response["message"]
    calls = tuple(_tool_call(raw) for raw in message.get("tool_calls") or ())
    usage = response.get("usage") or {}
    return Answer(
        text=message.get("content") or "",
        calls=calls,
        message=_clean(message),
        usage=Usage(
            prompt=int(usage.get("prompt_tokens") or 0),
            completion=int(usage.get("completion_tokens") or 0),
            cached=int(usage.get("cached_tokens") or 0),
            cost_usd=response.get("cost_usd"),
        ),
        finish=response.get("finish") or "",
    )


def _tool_call(raw: Mapping[str, Any]) -> ToolCall:
    function = raw.get("function") or {}
    name, text = str(function.get("name") or ""), function.get("arguments")
    try:
        arguments = json.loads(text) if isinstance(text, str) and text.strip() else (text or {})
    except ValueError as error:
        return ToolCall(id=str(raw.get("id")), name=name, arguments={}, error=f"the arguments are not JSON: {error}")
    if not isinstance(arguments, dict):
        return ToolCall(id=str(raw.get("id")), name=name, arguments={}, error="the arguments must be a JSON object")
    return ToolCall(id=str(raw.get("id")), name=name, arguments=encodable(arguments))


def encodable(value: Any) -> Any:
    """Return JSON-able data without lone surrogates, which JSON allows and no file, pipe or provider takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {encodable(name): encodable(inner) for name, inner in value.items()}
    return [encodable(inner) for inner in value] if isinstance(value, list) else value


def _clean(message: Mapping[str, Any]) -> Message:
    """Keep what providers accept back; an assistant message without text and calls would be refused."""
    kept: Message = {"role": "assistant", "content": encodable(message.get("content") or "")}
    if message.get("tool_calls"):
        kept["tool_calls"] = message["tool_calls"]
    for name in ("thinking_blocks", "reasoning_content"):
        if message.get(name):
            kept[name] = message[name]
    return kept


class LitellmTransport:
    """The live way. litellm is imported when the first call is made: it takes seconds."""

    def __init__(self, *, model: str, api_key: str | None, api_base: str | None, timeout: float = 600.0) -> None:
        self.model = model
        # Key and address are passed as arguments, so that nothing in the environment can redirect them.
        self._fixed: dict[str, Any] = {
            "model": model,
            "api_key": api_key or "none",
            "timeout": timeout,
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
            "_skip_mcp_handler": True,  # private; saves 0.6 s and an import, pinned by a test
        }
        if api_base:
            self._fixed["api_base"] = api_base
        self._address = api_base or model

    def send(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Ask the provider once."""
        litellm = import_litellm()
        arguments = dict(self._fixed, messages=list(messages))
        if tools:
            arguments["tools"] = list(tools)
        try:
            response = litellm.completion(**arguments)
        except Exception as error:
            raise self._transport_error(error) from error
        return self._plain(litellm, response)

    def _plain(self, litellm: Any, response: Any) -> dict[str, Any]:
        if not response.choices:
            raise TransportError("The provider answered without a choice.", status=None, retryable=True)
        choice, usage = response.choices[0], response.usage
        details = getattr(usage, "prompt_tokens_details", None)
        try:
            cost = litellm.completion_cost(response, model=self.model) or None
        except Exception:  # noqa: BLE001  named boundary: an unknown price is no reason to stop
            cost = None
        return {
            "message": choice.message.model_dump(exclude_none=True),
            "finish": choice.finish_reason,
            "usage": {
                "prompt_tokens": getattr(usage, "prompt_tokens", 0),
                "completion_tokens": getattr(usage, "completion_tokens", 0),
                "cached_tokens": getattr(details, "cached_tokens", 0) or 0,
            },
            "cost_usd": cost,
        }

    def _transport_error(self, error: Exception) -> TransportError:
        status = getattr(error, "status_code", None)
        cause = f"{type(error.__cause__).__name__}" if error.__cause__ else type(error).__name__
        said = _provider_words(_NOISE.sub("", str(error)).strip())[:600]
        text = f"The model {self.model} could not be asked ({self._address}): {said}"
        if status in {401, 403}:
            variable = f"{self.model.partition('/')[0].upper().replace('-', '_')}_API_KEY, or "
            return TransportError(
                f"The key for the model {self.model} was refused ({self._address}, status {status}: {said}). Set "
                f"{variable if '/' in self.model else ''}ARCHWRIGHT_API_KEY to a valid key. `archwright check` and "
                "`archwright demo` need none.",
                status=status,
                retryable=False,
            )
        if status in {400, 404, 413, 422}:
            return TransportError(text, status=status, retryable=False)
        wait = _retry_after(error)
        return TransportError(f"{text} [{cause}]", status=status, retryable=True, wait=wait)


_NOISE = re.compile(r"^(?:litellm\.)?(?:\w+Error: )*(?:\w+Exception - )?")
"""litellm's own class names before the provider's words."""


def _provider_words(text: str) -> str:
    """The message inside a provider's JSON error; other text stays as it is."""
    with contextlib.suppress(ValueError):
        body = json.loads(text)
        inner = body.get("error", body) if isinstance(body, dict) else body
        message = inner.get("message") if isinstance(inner, dict) else inner
        if isinstance(message, str) and message:
            return message
    return text


def _retry_after(error: Exception) -> float | None:
    headers = getattr(error, "litellm_response_headers", None) or {}
    try:
        return min(120.0, float(headers["retry-after"]))
    except (KeyError, TypeError, ValueError):
        return None


def import_litellm() -> Any:
    """Import litellm with its environment fixed first: no price-table fetch, no ``.env`` loading, no output."""
    os.environ.update(  # noqa: TID251  litellm can be told in no other way
        LITELLM_LOCAL_MODEL_COST_MAP="true",  # only this exact word stops a network call
        LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS="true",
        LITELLM_MODE="PRODUCTION",  # else it reads a .env found by walking up the tree
        # Else every request goes through the openai client, which walks the whole history through its types: two
        # thirds of our time per turn after 100 turns (make bench).
        EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER="true",
    )
    import litellm

    litellm.suppress_debug_info = True
    return litellm
