"""What a user can ask of needs: :mod:`finding` one customer's needs, :mod:`audiences` whom a need is for."""
