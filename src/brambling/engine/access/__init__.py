"""Who acts and may: users, roles, four eyes."""
