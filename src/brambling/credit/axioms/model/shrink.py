"""From a find to the smallest pair: as few fields away from an ordinary application, and as near each other, as can be.

Greedy and in the same order every time: give back what was changed beyond need, set every other field to the value of
the most ordinary application, bring the two values of a field together by halving, and prefer round numbers. Each step
is kept only if the axiom is still broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from brambling.credit.axioms.model.asking import Asker
from brambling.credit.axioms.model.places import on_grid
from brambling.credit.axioms.rules import Axiom, Breach, Consistency, judge, judge_pair
from brambling.credit.axioms.shapes import Application, CounterExample, Field, Outcome, Space

ASKS_MAX = 600
ASKS_MAX_REMOTE = 120
_HALVINGS = 30

Test = Callable[[Application, Outcome], Breach | None]


@dataclass(frozen=True)
class Find:
    """A breach and the application (or pair) that shows it; ``test`` judges one application where rules alone cannot."""

    breach: Breach
    a: Application
    b: Application | None = None
    test: Test | None = None


def shrink(axiom: Axiom, found: Find, asker: Asker, space: Space) -> CounterExample:
    """The smallest counter-example that the steps reach; the find itself where the scorer does not repeat it."""
    work = _Shrinking(axiom, found, asker, space)
    if work.broken(found.a, found.b) is None:
        return _told(found.breach, found.a, found.b, asker, steady=False)
    if found.b is not None:
        work.give_back()
    work.make_ordinary()
    if found.b is not None and not isinstance(axiom, Consistency):
        work.bring_together()
    work.make_round()
    breach = work.broken(work.a, work.b)
    if breach is None:
        return _told(found.breach, found.a, found.b, asker, steady=False)
    return _told(breach, work.a, work.b, asker, steady=True)


def _told(breach: Breach, a: Application, b: Application | None, asker: Asker, *, steady: bool) -> CounterExample:
    fa = asker.ask(a) or {}
    fb = None if b is None else asker.ask(b) or {}
    changed = () if b is None else tuple(name for name in a if a[name] != b.get(name))
    return CounterExample(breach, dict(a), dict(fa), b and dict(b), fb and dict(fb), changed, steady)


class _Shrinking:
    def __init__(self, axiom: Axiom, found: Find, asker: Asker, space: Space) -> None:
        self.axiom, self.asker, self.space = axiom, asker, space
        self.a, self.b, self.test = found.a, found.b, found.test
        self.left = ASKS_MAX_REMOTE if asker.scorer.remote else ASKS_MAX

    def broken(self, a: Application, b: Application | None) -> Breach | None:
        """The breach that these answers show; None also where the budget is spent."""
        fa = self.asker.ask(a)
        if fa is None:
            return None
        if b is None:
            return self.test(a, fa) if self.test is not None else judge(self.axiom, a, fa)
        fb = self.asker.ask(b)
        return None if fb is None else judge_pair(self.axiom, a, fa, b, fb)

    def _keep(self, a: Application, b: Application | None) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        if self.broken(a, b) is None:
            return False
        self.a, self.b = a, b
        return True

    def _changed(self) -> list[str]:
        return [] if self.b is None else [name for name in self.a if self.a[name] != self.b[name]]

    def give_back(self) -> None:
        """Undo changes of ``b`` that the breach does not need."""
        for name in self._changed():
            if self.b is not None and len(self._changed()) > 1:
                self._keep(self.a, {**self.b, name: self.a[name]})

    def make_ordinary(self) -> None:
        """Every field that is the same in both as in the most ordinary application."""
        changed = set(self._changed())
        for name, usual in self.space.typical.items():
            if name not in changed and self.a.get(name) != usual:
                self._keep(_with(self.a, name, usual), None if self.b is None else _with(self.b, name, usual))
        for name in list(self.a):
            one = self.space.fields[name]
            if name not in changed and one.numeric and self.a[name] != self.space.typical[name]:
                self._towards(name, one)

    def _towards(self, name: str, one: Field) -> None:
        """A number that must differ from the ordinary one, as near to it as can be."""
        near, far = self.space.typical[name], self.a[name]
        if near is None or far is None:
            return
        for _ in range(_HALVINGS):
            middle = on_grid(one, (near + far) / 2)
            if middle in (near, far):
                return
            if self._keep(_with(self.a, name, middle), None if self.b is None else _with(self.b, name, middle)):
                far = middle
            else:
                near = middle

    def bring_together(self) -> None:
        """The two values of each changed number as near each other as can be, on the grid of the file."""
        for name in self._changed():
            one = self.space.fields[name]
            if not one.numeric or self.b is None or self.a[name] is None or self.b[name] is None:
                continue
            for _ in range(_HALVINGS):
                middle = on_grid(one, (self.a[name] + self.b[name]) / 2)
                if middle in (self.a[name], self.b[name]):
                    break
                if not (
                    self._keep(self.a, _with(self.b, name, middle)) or self._keep(_with(self.a, name, middle), self.b)
                ):
                    break

    def make_round(self) -> None:
        """Shorter numbers where they serve as well."""
        for name in list(self.a):
            one = self.space.fields[name]
            if not one.numeric or self.a[name] is None:
                continue
            same = self.b is None or self.b[name] == self.a[name]
            if same and self.a[name] == self.space.typical[name]:
                continue
            for value in _rounder(one, self.a[name]):
                if not same and self.b is not None and value == self.b[name]:
                    continue
                if self._keep(_with(self.a, name, value), _with(self.b, name, value) if same and self.b else self.b):
                    break


def _with(application: Application, name: str, value: Any) -> Application:
    return {key: value if key == name else item for key, item in application.items()}  # the order of fields stays


def _rounder(one: Field, value: float) -> Iterator[Any]:
    """The value to one, two and three leading digits, where that is shorter and on the grid."""
    for digits in (1, 2, 3):
        rounded = on_grid(one, float(f"{value:.{digits}g}"))
        if rounded != value and one.low <= rounded <= one.high:
            yield rounded
