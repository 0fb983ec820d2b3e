"""A sequence encoder: a recurrent network that learns from the events alone what comes next, then a head for the share.

Self-supervised: from what it has read of a customer's events, the network says the next one's sign, gap and size; no
outcome is needed for that, so it learns from every customer and day there is. Its state after the last event is then the
input of the same booster that the aggregates have. A gated recurrent unit (Cho et al. 2014) of 32 states, JAX and Optax.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from brambling.kit.errors import ExtraMissing
from brambling.wealth.structure.features.histories import EVENT_SIZE
from brambling.wealth.structure.model.boosting import ShareBooster
from brambling.wealth.structure.shapes import Floats

STATES = 32
TARGETS = 3  # of the next event: gap, sign, size
STEPS = 400
BATCH = 128
RATE = 3e-3


def available() -> bool:
    """Whether the extra ``train`` is installed."""
    return find_spec("jax") is not None and find_spec("optax") is not None


class ShareEncoder:
    """``fit`` learns the encoder on events (row, event, number) and the head on ``share``; ``predict`` gives shares."""

    def __init__(self, seed: int = 7) -> None:
        if not available():
            raise ExtraMissing("train", "the sequence encoder")
        self.seed = seed

    def fit(self, events: Floats, balance: Floats, share: Floats, weight: Floats) -> ShareEncoder:
        """Learn to foretell events first, the share from the states then."""
        self._weights = _trained(events.astype(np.float32), self.seed)
        self._head = ShareBooster(self.seed).fit(self._rows(events, balance), share, weight)
        return self

    def predict(self, events: Floats, balance: Floats) -> Floats:
        """The share of each row."""
        return self._head.predict(self._rows(events, balance))

    def _rows(self, events: Floats, balance: Floats) -> Floats:
        states = _states(self._weights, events.astype(np.float32))
        # the head sees the balance and how long ago the last event was: the states know neither
        return np.column_stack([states, np.log1p(balance / 100), events[:, -1, 6]])


def _start(rng: np.random.Generator) -> dict[str, Any]:
    def drawn(*shape: int) -> Any:
        return (rng.normal(0, 1 / np.sqrt(shape[0]), shape)).astype(np.float32)

    return {
        "into": drawn(EVENT_SIZE, 3 * STATES),
        "over": drawn(STATES, 3 * STATES),
        "bias": np.zeros(3 * STATES, dtype=np.float32),
        "out": drawn(STATES, TARGETS),
        "end": np.zeros(TARGETS, dtype=np.float32),
    }


def _read(weights: Any, events: Any) -> Any:
    """States after each event (event, row, state)."""
    import jax
    import jax.numpy as jnp

    def step(state: Any, event: Any) -> Any:
        given, kept = event @ weights["into"] + weights["bias"], state @ weights["over"]
        update = jax.nn.sigmoid(given[:, :STATES] + kept[:, :STATES])
        reset = jax.nn.sigmoid(given[:, STATES : 2 * STATES] + kept[:, STATES : 2 * STATES])
        new = jnp.tanh(given[:, 2 * STATES :] + reset * kept[:, 2 * STATES :])
        there = event[:, -1:]
        after = jnp.where(there > 0, (1 - update) * state + update * new, state)
        return after, after

    _, states = jax.lax.scan(step, jnp.zeros((events.shape[0], STATES)), jnp.swapaxes(events, 0, 1))
    return states


def _loss(weights: Any, events: Any) -> Any:
    """Squared error of gap and size, logistic loss of the sign, of each event that follows another."""
    import jax.numpy as jnp

    states = _read(weights, events.at[:, :, 6].set(0.0))[:-1]
    said = states @ weights["out"] + weights["end"]
    came = jnp.swapaxes(events, 0, 1)[1:]
    there = jnp.swapaxes(events, 0, 1)[:-1, :, -1]
    sign = jnp.logaddexp(0.0, -said[:, :, 1] * came[:, :, 1])
    parts = (said[:, :, 0] - came[:, :, 0]) ** 2 + sign + (said[:, :, 2] - came[:, :, 2]) ** 2
    return (parts * there).sum() / jnp.maximum(there.sum(), 1.0)


def _trained(events: Any, seed: int) -> Any:
    import jax
    import jax.numpy as jnp
    import optax

    rng = np.random.default_rng(seed)
    weights = {name: jnp.asarray(part) for name, part in _start(rng).items()}
    teacher = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.cosine_decay_schedule(RATE, STEPS)))
    state = teacher.init(weights)

    @jax.jit
    def step(weights: Any, state: Any, batch: Any) -> Any:
        slope = jax.grad(_loss)(weights, batch)
        change, after = teacher.update(slope, state)
        return optax.apply_updates(weights, change), after

    size = min(BATCH, events.shape[0])
    for _ in range(STEPS):
        batch = jnp.asarray(events[rng.integers(0, events.shape[0], size)])
        weights, state = step(weights, state, batch)
    return jax.tree.map(np.asarray, weights)


def _states(weights: Any, events: Any) -> Floats:
    """The state after the last event. What the network read of the time until the evening is left out, as in training."""
    import jax

    plain = events.copy()
    plain[:, :, 6] = 0.0
    read = jax.jit(lambda part: _read(weights, part)[-1])
    parts = [np.asarray(read(part)) for part in np.array_split(plain, max(1, -(-plain.shape[0] // 2048)))]
    out: Floats = np.concatenate(parts).astype(np.float64)
    return out
