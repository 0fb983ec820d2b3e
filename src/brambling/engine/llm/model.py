"""The door itself. The only module of the house that talks to a language model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from brambling.engine.llm.shapes import Answer, NoModel, Prompt, Reason, Request, T
from brambling.engine.llm.store import Budget, Recorder, load_prompt
from brambling.kit.clock import Clock
from brambling.kit.errors import InputRejected, LimitExceeded
from brambling.kit.log import logger
from brambling.kit.settings import Settings

FRAME = load_prompt(Path(__file__).parent / "prompts", "frame")
TOKENS_OUT_MAX = 2000
TIMEOUT_S = 30.0
# One second chance to mend an answer that does not fit its shape; small models rarely mend it on a third.
_RETRIES = 1


class Door:
    """Asks the configured language model; without one every question gets ``NoModel("none")`` at once."""

    def __init__(
        self,
        *,
        base_url: str | None,
        model: str | None,
        api_key: str | None,
        budget: Budget,
        clock: Clock,
        recorder: Recorder | None = None,
    ) -> None:
        if (base_url is None) != (model is None):
            raise InputRejected(
                "half a language model is configured", expected="both BRAMBLING_LLM_BASE_URL and BRAMBLING_LLM_MODEL"
            )
        self._base_url, self._model, self._api_key = base_url, model, api_key
        self._budget, self._clock, self._recorder = budget, clock, recorder or Recorder()

    @classmethod
    def open(cls, settings: Settings, clock: Clock, recorder: Recorder | None = None) -> Door:
        """The door of this installation; the tokens of the day are counted under ``settings.home``."""
        key = settings.llm_api_key
        return cls(
            base_url=settings.llm_base_url,
            model=settings.llm_model,
            api_key=key.get_secret_value() if key else None,
            budget=Budget(settings.home / "llm", settings.llm_budget_tokens),
            clock=clock,
            recorder=recorder,
        )

    @property
    def model(self) -> str | None:
        """Name of the model that answers, None when there is none."""
        return self._model

    def ask(
        self,
        prompt: Prompt,
        shape: type[T],
        *,
        documents: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> Answer[T] | NoModel:
        """:meth:`ask_async` for plain code: workflows, commands, endpoints in the thread pool."""
        return asyncio.run(self.ask_async(prompt, shape, documents=documents, values=values, timeout_s=timeout_s))

    async def ask_async(
        self,
        prompt: Prompt,
        shape: type[T],
        *,
        documents: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> Answer[T] | NoModel:
        """One answer of the given shape, or why there is none.

        ``documents`` are data by name, ``values`` fill the prompt's fields; identity, account and phone numbers in
        both are masked before they leave. Raises InputRejected only for a prompt that does not fit its values.
        """
        request = Request.of(
            model=self._model or "", prompt=prompt, values=values or {}, documents=documents or {}, shape=shape
        )
        if self._recorder.mode == "replay":
            return self._replayed(request, shape)
        if self._model is None:
            return NoModel("none", "no language model is configured")
        day = self._clock.today()
        # Chinese takes up to a token a character; what is estimated too high is given back below
        estimate = len(request.instructions) + len(request.user_text) + len(FRAME.words) + TOKENS_OUT_MAX
        try:
            self._budget.spend(day, estimate)
        except LimitExceeded as error:
            return _none("budget", str(error), request)
        from openai import AsyncOpenAI  # noqa: F401 (loading the libraries takes seconds once, and is not the model's time)
        from pydantic_ai import Agent  # noqa: F401

        try:
            async with asyncio.timeout(timeout_s):
                value, tokens_in, tokens_out = await self._call(request, shape)
        except TimeoutError:
            return _none("timeout", f"no answer within {timeout_s:g} s", request)
        except Exception as error:  # whatever a vendor's library raises, the caller goes on by rules
            return _none(_reason(error), f"{type(error).__name__}: {error}", request)
        if tokens_in + tokens_out > 0:  # an endpoint that does not count keeps the estimate
            self._budget.settle(day, tokens_in + tokens_out - estimate)
        self._recorder.keep(request, value.model_dump(mode="json"), tokens_in, tokens_out)
        return Answer(value, request.model, request.prompt_version, request.key, tokens_in, tokens_out)

    def _replayed(self, request: Request, shape: type[T]) -> Answer[T] | NoModel:
        kept = self._recorder.find(request)
        if kept is None:
            return _none("not-recorded", "this question was not recorded", request)
        try:
            value = shape.model_validate(kept["value"])
        except ValidationError as error:
            return _none("bad-answer", f"the recording does not fit its shape: {error}", request)
        return Answer(
            value, request.model, request.prompt_version, request.key, kept["tokens_in"], kept["tokens_out"], True
        )

    async def _call(self, request: Request, shape: type[T]) -> tuple[T, int, int]:
        from openai import AsyncOpenAI
        from pydantic_ai import Agent, PromptedOutput
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
        from pydantic_ai.settings import ModelSettings

        # the key must not be empty for the client; local servers ask for none
        async with AsyncOpenAI(base_url=self._base_url, api_key=self._api_key or "none", max_retries=0) as client:
            agent: Agent[object, Any] = Agent(
                OpenAIChatModel(request.model, provider=OpenAIProvider(openai_client=client)),
                output_type=PromptedOutput(shape),
                instructions=f"{request.instructions}\n\n{FRAME.words}",
                model_settings=ModelSettings(temperature=0.0, max_tokens=TOKENS_OUT_MAX),
                retries=_RETRIES,
            )
            result = await agent.run(request.user_text)
        value: T = result.output
        return value, result.usage.input_tokens, result.usage.output_tokens


def _reason(error: Exception) -> Reason:
    from openai import OpenAIError
    from pydantic_ai.exceptions import ModelAPIError, ModelTimeoutError

    if isinstance(error, ModelTimeoutError):
        return "timeout"
    if isinstance(error, ModelAPIError | OpenAIError | OSError):
        return "unreachable"
    return "bad-answer"


def _none(reason: Reason, detail: str, request: Request) -> NoModel:
    logger("llm").warning("no answer", reason=reason, prompt=request.prompt_version, model=request.model)
    return NoModel(reason, detail)
