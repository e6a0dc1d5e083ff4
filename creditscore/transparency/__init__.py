"""A transparency log: a Merkle tree over entries, heads that are signed, and proofs that anybody can check.

The tree hashes as RFC 9162 does, heads are signed notes in the form of C2SP checkpoints, tiles lie on plain
files as C2SP's tlog-tiles lays them out, and receipts have the form of RFC 9942 (COSE Receipts). Nothing
here knows what an entry holds.

References
----------
Laurie, Messeri and Stradling (2021), RFC 9162, Certificate Transparency Version 2.0, section 2.1.
"""
