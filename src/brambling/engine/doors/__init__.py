"""What every door shares: command options, progress, JSON output, HTML report, charts, page frame, problem+json.

- :mod:`options` command options (``--json --out --report --lang --seed --map``)
- :mod:`output` JSON and progress: results on standard output, everything else on standard error
- :mod:`report` HTML report that opens offline
- :mod:`charts` ECharts options as plain dicts, used by reports and console alike
"""
