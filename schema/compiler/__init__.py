"""Operations compiled into plans, and their execution."""
