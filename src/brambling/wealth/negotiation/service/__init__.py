"""What can be asked of negotiation: on files (``files``), and as a talk that the bank keeps (``talks``)."""

from brambling.wealth.negotiation.service.files import kept, negotiate

__all__ = ["kept", "negotiate"]
