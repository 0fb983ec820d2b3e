"""The cash-flow twin of one business: statements read, checked and categorised; and what comes next.

- ``read_statement`` a file or frame into a checked :class:`Statement`
- ``categorise`` rows into sales, payroll, rent, tax, ...; ``late_payers`` who pays later than it used to
- ``customer_twin`` the one twin of a customer on a day, with what the bank itself knows
- ``twin`` the joint paths of the next weeks, from which every question is answered; ``twin_many`` for many businesses
- ``fit_calibration`` a bank's own calibration of its twins
- ``import_statement``, ``import_many``, ``load_statement``, ``correct`` the same inside the bank
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.perception.cashflow.calibration import Calibration
    from brambling.perception.cashflow.customer import CustomerTwin, customer_twin
    from brambling.perception.cashflow.fitting import fit_calibration
    from brambling.perception.cashflow.service import (
        categorise,
        correct,
        import_many,
        import_statement,
        late_payers,
        load_statement,
        read_statement,
    )
    from brambling.perception.cashflow.shapes import (
        CATEGORIES,
        Correction,
        Imported,
        KnownFlow,
        KnownFlows,
        LatePayer,
        Statement,
        days_covered,
    )
    from brambling.perception.cashflow.twin_shapes import Twin
    from brambling.perception.cashflow.twins import twin, twin_many

_HOMES = {
    "read_statement": "service",
    "categorise": "service",
    "late_payers": "service",
    "import_statement": "service",
    "import_many": "service",
    "load_statement": "service",
    "correct": "service",
    "CATEGORIES": "shapes",
    "Correction": "shapes",
    "Imported": "shapes",
    "KnownFlow": "shapes",
    "KnownFlows": "shapes",
    "CustomerTwin": "customer",
    "customer_twin": "customer",
    "LatePayer": "shapes",
    "Statement": "shapes",
    "days_covered": "shapes",
    "Calibration": "calibration",
    "Twin": "twin_shapes",
    "fit_calibration": "fitting",
    "twin": "twins",  # a module with the verb's own name would hide the verb
    "twin_many": "twins",
}

__all__ = [
    "CATEGORIES",
    "Calibration",
    "Correction",
    "CustomerTwin",
    "Imported",
    "KnownFlow",
    "KnownFlows",
    "LatePayer",
    "Statement",
    "Twin",
    "categorise",
    "correct",
    "customer_twin",
    "days_covered",
    "fit_calibration",
    "import_many",
    "import_statement",
    "late_payers",
    "load_statement",
    "read_statement",
    "twin",
    "twin_many",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
