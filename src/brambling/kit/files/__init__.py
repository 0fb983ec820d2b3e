"""Files in and out: encodings found, columns typed, rejections that name file, row and column; writes whole or not at all.

- :mod:`reading` bytes to text and to raw rows (UTF-8 or GB18030, gzip, size limits)
- :mod:`tables` typed tables from CSV, Parquet, JSON lines or any dataframe
- :mod:`writing` atomic writes by suffix
"""

from brambling.kit.files.reading import open_text, read_rows, read_text
from brambling.kit.files.tables import Column, names_by_file, read_frame, read_table
from brambling.kit.files.writing import write_bytes, write_table, write_text

__all__ = [
    "Column",
    "names_by_file",
    "open_text",
    "read_frame",
    "read_rows",
    "read_table",
    "read_text",
    "write_bytes",
    "write_table",
    "write_text",
]
