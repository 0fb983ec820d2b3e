"""Files of chains into nodes and edges: the folder formats, GB/T 4754, and questions of users."""

from brambling.perception.industry.readers.chains import read_chain
from brambling.perception.industry.readers.codes import read_codes
from brambling.perception.industry.readers.questions import Holding, read_events, read_portfolio, read_queries

__all__ = ["Holding", "read_chain", "read_codes", "read_events", "read_portfolio", "read_queries"]
