"""Reinforcement with a reward that can be checked: a small policy network, trained in JAX, used without it.

Three actions: approve, decline, refer. The reward of each is known for every row, so the expected reward of the policy
is maximised itself, and no action has to be sampled:

- deciding as the person did earns 1; otherwise it costs 1, more where an approval later went bad;
- a referral costs a person's time;
- approving what an axiom vetoes costs ``broken_axiom`` on top. The monotone axioms need no charge: the weights of the
  network cannot break them.

The policy is ordered (one margin, two edges), so a network that keeps directions gives decisions that do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.expert.model.net import Net
from brambling.credit.expert.shapes.policy import Floats, Ints
from brambling.kit.errors import ExtraMissing

HIDDEN, STEPS, RATE = 12, 400, 0.02
ENTROPY, DECAY = 0.05, 0.002


@dataclass(frozen=True)
class Reward:
    """What a decision is worth: agreement is 1 by definition, the rest is told against it."""

    referral: float = 0.25  # a person's time
    bad_approval: float = 2.0  # an approval that later went bad, beyond disagreement
    good_decline: float = 0.5  # a decline of what later went well
    broken_axiom: float = 5.0  # an approval that a veto forbids


def rewards(y: Floats, bad: Floats, vetoed: Floats, reward: Reward) -> Floats:
    """The reward of approve, decline and refer on each row.

    Where the outcome is known it counts beside agreement: people are followed less where they were wrong.
    """
    approve, decline = np.where(y > 0, 1.0, -1.0), np.where(y > 0, -1.0, 1.0)
    known = np.isfinite(bad)
    approve = approve - np.where(known & (bad > 0), reward.bad_approval, 0.0)
    decline = decline - np.where(known & (bad == 0), reward.good_decline, 0.0)
    approve = approve - np.where(vetoed > 0, reward.broken_axiom, 0.0)
    return np.stack([approve, decline, np.full(len(y), -reward.referral)], axis=1)


def need_train() -> None:
    """Raises ExtraMissing where JAX, Flax or Optax is not installed."""
    try:
        import flax  # noqa: F401
        import jax  # noqa: F401
        import optax  # noqa: F401
    except ImportError:
        raise ExtraMissing("train", "the stage reinforcement") from None


def train_net(
    x: Floats,
    y: Floats,
    bad: Floats,
    vetoed: Floats,
    others: Floats,
    directions: Ints,
    *,
    seed: int,
    reward: Reward | None = None,
) -> Net:
    """The network of these rows; ``others`` are the log odds of learners that had not seen the row.

    Raises ExtraMissing without the extra ``train``.
    """
    need_train()
    low, high = x.min(axis=0), x.max(axis=0)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread < 1e-9] = 1.0
    z = (x - mean) / spread
    found = _trained(z, rewards(y, bad, vetoed, reward or Reward()), others, directions, seed)
    return Net(low, high, mean, spread, found["first"], found["bias"], found["second"], found["through"], found["end"])


def _trained(z: Floats, worth: Floats, others: Floats, directions: Ints, seed: int) -> Mapping[str, Any]:
    import jax
    import jax.numpy as jnp
    import optax

    model = _module(directions)
    inputs = (jnp.asarray(z, jnp.float32), jnp.asarray(others, jnp.float32))
    worth_ = jnp.asarray(worth, jnp.float32)
    variables = model.init(jax.random.PRNGKey(seed), *inputs)
    optimiser = optax.adamw(RATE, weight_decay=DECAY)

    def loss(params: Any) -> Any:
        margin, width = model.apply(params, *inputs)
        logits = jnp.stack([margin - width, -margin - width, jnp.zeros_like(margin)], axis=1)
        log_policy = jax.nn.log_softmax(logits, axis=1)
        policy = jnp.exp(log_policy)
        return -(policy * worth_).sum(axis=1).mean() + ENTROPY * (policy * log_policy).sum(axis=1).mean()

    @jax.jit
    def step(params: Any, state: Any) -> Any:
        updates, state = optimiser.update(jax.grad(loss)(params), state, params)
        return optax.apply_updates(params, updates), state

    params, state = variables, optimiser.init(variables)
    for _ in range(STEPS):
        params, state = step(params, state)
    return _weights(params, directions)


def _module(directions: Ints) -> Any:
    """The network as a Flax module: margin and half the width of the referrals."""
    import flax.linen as nn
    import jax.numpy as jnp

    signs = jnp.asarray(directions, jnp.float32)[:, None]

    class Policy(nn.Module):
        @nn.compact
        def __call__(self, z: Any, others: Any) -> Any:
            small = nn.initializers.normal(0.1)
            first = self.param("first", small, (z.shape[1], HIDDEN))
            bias = self.param("bias", small, (HIDDEN,))
            second = self.param("second", small, (HIDDEN,))
            through = self.param("through", nn.initializers.constant(0.5), ())
            end = self.param("end", nn.initializers.zeros, ())
            width = self.param("width", nn.initializers.zeros, ())
            kept = jnp.where(signs == 0, first, signs * jnp.abs(first))
            hidden = jnp.tanh(z @ kept + bias)
            return hidden @ jnp.abs(second) + nn.softplus(through) * others + end, width

    return Policy()


def _weights(params: Any, directions: Ints) -> Mapping[str, Any]:
    raw = {name: np.asarray(value, np.float64) for name, value in params["params"].items()}
    signs = directions[:, None]
    return {
        "first": np.where(signs == 0, raw["first"], signs * np.abs(raw["first"])),
        "bias": raw["bias"],
        "second": np.abs(raw["second"]),
        "through": float(np.logaddexp(0, raw["through"])),
        "end": float(raw["end"]),
    }
