"""Facts into what the rules of needs read: :mod:`twin` signals of a twin, :mod:`customers` what is known of a customer."""
