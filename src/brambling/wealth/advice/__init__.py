"""Idle cash of one business."""
