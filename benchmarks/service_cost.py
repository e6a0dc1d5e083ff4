"""What one request costs a processor without the network: scores by id and by body, and decisions.

Calls the functions behind the routes one after the other in one thread, with the made-up lender of
`service_load.py`, and prints processor time: other work on the machine slows both of two versions, so that
the ratio of two versions that take turns holds.

Usage: python benchmarks/service_cost.py [--calls 200] [--customers 100] [--model FOLDER]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _lender import application, customer
from _timing import percentile, table
from service_load import prepare

import creditscore as cs
from creditscore.service.messages import written
from creditscore.service.models import Models, ServedModel
from creditscore.service.service import Call, Service
from creditscore.service.store import FolderStore, Known


def processor_milliseconds(run: Callable[[int], object], calls: int) -> tuple[float, list[float]]:
    """Of the first call, and of each after a fifth of all that is not counted."""
    found = []
    for number in range(calls + calls // 5):
        began = time.process_time()
        run(number)
        found.append((time.process_time() - began) * 1e3)
    return found[0], found[calls // 5 :]


def requests(service: Service, customers: int) -> dict[str, Callable[[int], object]]:
    """What is asked, by what it is called."""
    plain = [json.loads(json.dumps(application(n), default=str)) for n in range(customers)]
    records = [json.loads(json.dumps(customer(n), default=lambda when: when.isoformat())) for n in range(20)]
    by_id = [written({"application": one}) for one in plain]
    bodies = [written({"application": plain[n], "tables": records[n]}) for n in range(20)]
    return {
        "score with reasons, by id": lambda n: service.score(Call(by_id[n % customers])),
        "score with reasons, 500 payments in the body": lambda n: service.score(Call(bodies[n % 20])),
        "decision with the ledger, by id": lambda n: service.decide(Call(by_id[n % customers], key=f"k{n}")),
    }


def main() -> None:
    """Open the model as the service does, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--customers", type=int, default=100)
    parser.add_argument("--model", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, given.customers, given.model)
        key = bytes.fromhex((folder / "ledger.key").read_text(encoding="ascii"))
        models = Models(ServedModel.open(given.model or folder / "model", folder / "policy.json"))
        with cs.Ledger.open(folder / "decisions.db", key=key) as ledger:
            service = Service(models, Known(FolderStore(folder / "portfolio")), ledger)
            rows = []
            for what, run in requests(service, given.customers).items():
                first, found = processor_milliseconds(run, given.calls)
                shown = (first, percentile(found, 0.1), percentile(found, 0.5))
                rows.append((what, *(f"{one:.2f} ms" for one in shown)))
    print(table(("processor time", "first", "p10", "p50"), rows))


if __name__ == "__main__":
    main()
