"""An example of every command, which its help shows; a test parses each as the command line would."""

from __future__ import annotations

from typing import Final

import typer

# What follows `creditscore`. A command whose own help shows an example is not here.
EXAMPLES: Final[dict[str, str]] = {
    "demo": "demo --out demo/",
    "features": "features --source payments --format json",
    "warmup": "warmup",
    "check": "check data/ --as-of 2026-11-29 --out quality.html",
    "replay": "replay decision.json --model model/",
    "verify": "verify decision.html --model model/ --trust t.json",
    "doctor": "doctor --json",
    "report-decision": "report-decision decision.json --model model/ --language fa --out page.html",
    "object": 'object report.json --item record/reasons/0 --because "I have a salary" --rule IR --out o.json',
    "sealing-key": "sealing-key authority.key authority.pub",
    "review": 'review decision.json --reviewer "A. N." --ruling decline --reason "As is" --out review.json',
    "seal": "seal report.json --for authority.pub --out report.sealed",
    "unseal": "unseal report.sealed --key authority.key --out report.json",
    "measures": "measures data/ --start 2024-01-01 --stop 2026-01-01",
    "report": "report model/ --portfolio data/ --out report.html",
    "explain": "explain model/ --portfolio data/ --application A-1001 --policy policy.json --out page.html",
    "simulate": "simulate --people 2000 --seed 1 --out made/",
    "ledger new": "ledger new d.db --key-file keys/l",
    "ledger new-key": "ledger new-key keys/l",
    "ledger backup": "ledger backup d.db b.db --key-file keys/l",
    "ledger restore": "ledger restore b.db d.db --key-file keys/l",
    "ledger rotate": "ledger rotate d.db --key-file keys/l --new-key-file keys/next",
    "ledger list": "ledger list d.db --key-file keys/l --application A-1001",
    "ledger erase": "ledger erase d.db --key-file keys/l --subject C-17",
    "ledger enter": "ledger enter d.db review.json --key-file keys/l",
    "ledger handled": "ledger handled d.db --key-file keys/l --id ID --out handled/",
    "ledger purge": "ledger purge d.db --key-file keys/l",
    "ledger head": "ledger head d.db --key-file keys/l --sign-with keys/s --out head.json",
    "ledger receipt": "ledger receipt d.db --key-file keys/l --sign-with keys/s --id ID --out receipt.json",
    "ledger consistency": "ledger consistency d.db --key-file keys/l --from 100 --out proof.json",
    "ledger witness": "ledger witness b.json --trust t.json --sign-with keys/w --before a.json --proof p",
    "ledger publish": "ledger publish d.db log/ --key-file keys/l --sign-with keys/s",
    "ledger check-tiles": "ledger check-tiles log/ --trust t.json",
    "ledger register-model": "ledger register-model d.db model/ --key-file keys/l --from 2026-12-01",
    "ledger register-policy": "ledger register-policy d.db policy.json --key-file keys/l --from 2026-12-01",
    "ledger retire": "ledger retire d.db MODEL_ID --key-file keys/l --until 2027-01-01",
    "ledger registered": "ledger registered d.db --key-file keys/l",
    "ledger outsider-script": "ledger outsider-script --out check.py",
    "portfolio write": "portfolio write tables/ data/ --timezone Africa/Lagos",
    "portfolio append": "portfolio append data/ today/",
    "portfolio compact": "portfolio compact data/",
    "portfolio check": "portfolio check data/",
    "portfolio score": "portfolio score data/ model/ applications.parquet scored/",
    "serve-keys list": "serve-keys list keys.json",
    "serve-keys revoke": "serve-keys revoke keys.json loans",
    "keys new": "keys new keys/s --name lender.example --trust t.json",
    "keys show": "keys show keys/s",
    "keys rotate": "keys rotate keys/s keys/next --trust t.json",
    "keys revoke": "keys revoke KEY_ID --trust t.json --as-of 2026-11-29",
    "keys sign": "keys sign model/ --sign-with keys/s",
    "stream begin": "stream begin data/ --timezone Africa/Lagos",
    "stream state": "stream state data/ aside/ --files incoming/",
    "sql coverage": "sql coverage",
}


def show_examples(app: typer.Typer, before: tuple[str, ...] = ()) -> None:
    """Give the help of each command its example."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        example = EXAMPLES.get(" ".join((*before, name)))
        if example is not None:
            command.epilog = f"Example: creditscore {example}"
    for group in app.registered_groups:
        if group.typer_instance is not None:
            show_examples(group.typer_instance, (*before, group.name or group.typer_instance.info.name or ""))
