"""Operations on containers: create, update, replace, stop, remove, and their undo actions."""
