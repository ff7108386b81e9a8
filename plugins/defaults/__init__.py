"""What holds where no country, state or city says otherwise: a plugin like any other."""
