"""How sure a study is: what drives its answer, readings side by side, chances."""
