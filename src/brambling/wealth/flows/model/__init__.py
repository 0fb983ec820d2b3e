"""Estimators: many simple candidates on logs, one blend, conformal bands, joint paths, a coherent hierarchy.

- :mod:`views` what a candidate may see
- :mod:`levels` medians, factors, smoothing
- :mod:`ridge` calendar regressions
- :mod:`boosting` LightGBM on pooled series
- :mod:`candidates` the list, run at one origin or at many
- :mod:`blend` weights from earlier origins
- :mod:`bands` conformal quantiles
- :mod:`paths` joint paths
- :mod:`hierarchy` reconciled means
"""
