"""The cash-flow twin of one business."""
