"""Tables into pairs of decisions (``pairs``), and applications into the numbers that a policy reads (``design``)."""
