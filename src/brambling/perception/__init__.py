"""What can be known of a business: cashflow, industry, evidence, fields. Ends at claims and twins; never sets a limit."""
