"""What follows from the features of a record, worked out a second time in plain Python.

Nothing here imports what scores, explains, chooses reasons or decides: the declarations, the trees and the
references are read from the model's files, the words and the closed lists from where every part of the
library has them.
"""
