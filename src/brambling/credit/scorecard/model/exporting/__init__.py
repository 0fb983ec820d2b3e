"""The card for other engines: SQL, plain JSON, ONNX. The same whole numbers, so the same score to the last digit."""

from brambling.credit.scorecard.model.exporting.onnx import onnx
from brambling.credit.scorecard.model.exporting.sql import json_text, sql

__all__ = ["json_text", "onnx", "sql"]
