Not one either.
