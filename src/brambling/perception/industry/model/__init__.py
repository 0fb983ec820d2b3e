"""Estimators of the chain: missing edges of products and of industries, the place of a business."""
