"""What agreement is told as (``agreement``), and what a policy is made of and gives back (``policy``)."""
