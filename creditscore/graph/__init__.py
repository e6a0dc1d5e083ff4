"""The graph of all persons on a calendar grid: snapshots, algorithms on them, and the measures they give."""
