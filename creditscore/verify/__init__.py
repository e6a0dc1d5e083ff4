"""Checks of models, decisions, reports and ledgers by a second, independent path.

Its own path imports neither NumPy, a database driver beyond ``sqlite3``, nor the code that scores:
the trees are read and walked anew, in plain Python, so that a mistake or a change in one path shows in the
other. Where the folder of a model is given, `creditscore.verify.replayed` also calls the library itself: its
kernels compute the features from the stored rows, and it decides once more.
"""
