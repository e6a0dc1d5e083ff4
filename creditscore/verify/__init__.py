"""Checks of models, decisions, reports and ledgers by a second, independent path.

Nothing here imports NumPy, a database driver beyond ``sqlite3``, or the code that scores: the trees are read
and walked anew, in plain Python, so that a mistake or a change in one path shows in the other.
"""
