"""What is fuzzed of small files: signatures, receipts, laws, plans, segments and statements of banks."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import creditscore as cs
from creditscore.data.door.clock import parse_iso
from creditscore.data.door.reading import Reading
from creditscore.data.door.written import parse_number, parse_written
from creditscore.deciding.reviews import Review
from creditscore.errors import LawChangesWarning
from creditscore.features.definition import FeatureSet
from creditscore.mappings import from_berlin_group
from creditscore.monitoring.drift import FrozenBins
from creditscore.policy.lines.plan import LinePlan
from creditscore.report.objections import Objection
from creditscore.segments.segment import load_segments, save_segments
from creditscore.signing.keys import SigningKey
from creditscore.streaming.messages import Message, record_of
from creditscore.streaming.moved import Shown, WatchState
from creditscore.transparency.cbor import decode
from creditscore.transparency.heads import SignedHead
from creditscore.transparency.receipts import Receipt, check_cose
from creditscore.verify.signatures import read_trust
from tests.deciding.records import record

AS_OF = date(2026, 11, 29)
BOUNDS = b'\n[freshness]\npayments = 30.0\n[completeness]\n"payments.balance" = 0.5\n'
LAW = Path(cs.__file__).parent / "law" / "rules" / "UK.toml"
PLAN = cs.LinePlan(
    table=cs.LineTable((0, 500), {"A": (100, 200), "B": (0, 50)}),
    caps=cs.LineCaps(most=2_000, share_of_income=0.8, by_grade={"B": 900}, person=5_000),
    ability=cs.AbilityRule({1: 300.0}, buffer=25.0),
    rate=0.24,
)
BANK = {
    "account": {"iban": "DE1"},
    "transactions": {
        "booked": [
            {
                "bookingDate": "2024-05-01",
                "transactionAmount": {"amount": "-12.50", "currency": "EUR"},
                "creditorName": "shop",
                "bankTransactionCode": "PMNT-CCRD-POSD",
                "balanceAfterTransaction": {"balanceAmount": {"amount": "100.0", "currency": "EUR"}},
            }
        ]
    },
}


# so small that a few seconds try thousands of inputs
SMALL = frozenset({
    "trust", "signing_key", "receipt", "receipt_cose", "head", "law", "segments", "segment", "bins", "berlin",
    "features", "line_plan", "review", "graph_settings", "quality_bounds", "objection", "report", "written",
    "message", "watch_list",
})  # fmt: skip
Small = dict[str, tuple[tuple[bytes, ...], Callable[[bytes], object]]]


class Signed(NamedTuple):
    """One record in a ledger with a log, and what is kept of it outside."""

    key: SigningKey
    receipt: Receipt
    digest: str


def signed(folder: Path) -> Signed:
    """Append a record to a log and take its receipt."""
    key = SigningKey.new("lender.example")
    with cs.Ledger.open(folder / "log.db", key=bytes(range(32))) as ledger:
        first = record(0)
        ledger.append(first)
        ledger.append(record(1))
        return Signed(key, ledger.tree.receipt(first.decision_id, key), first.sha256)


def small_targets(folder: Path, decided: cs.DecisionRecord) -> Small:
    """Make the seeds and the calls of small parsers; files are written in a folder."""
    return of_signatures(folder) | of_settings(folder) | of_decisions(folder, decided) | of_feeds()


def of_feeds() -> Small:
    row = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00:00Z", "amount": -12.5}
    message = json.dumps({"table": "payments", "row": row | {"shop": "m\u00fcller", "kind": None}}).encode()
    shown = {"a": Shown(512, 5, {"on_time": -1.5}), "b": Shown(None, 5, {})}
    kept = WatchState("f" * 64, 5, 3, "0" * 64, 2, shown, ({"applicant_id": "a"},), 17)
    return {
        "message": ((message,), lambda content: record_of(Message.of("0", content))),
        "watch_list": ((kept.to_bytes(),), lambda c: WatchState.of_bytes(c, "watch.json").to_bytes()),
    }


def of_signatures(folder: Path) -> Small:
    own = signed(folder)
    trust = cs.Trust.of(own.key)
    own.key.to_file(folder / "own.key")
    return {
        "trust": ((trust.to_json().encode(),), lambda content: of_trust(folder, content)),
        "signing_key": ((folder.joinpath("own.key").read_bytes(),), lambda c: of_key(folder, c)),
        "receipt": (
            (own.receipt.to_json().encode(),),
            lambda c: Receipt.from_json(c).check(own.digest, trust),
        ),
        "receipt_cose": (
            (own.receipt.to_cose(own.key),),
            lambda content: (check_cose(content, own.digest, trust), decode(content)),
        ),
        "head": (
            (own.receipt.head.text.encode(),),
            lambda content: SignedHead.from_text(text_of(content)).check(trust),
        ),
    }


def of_settings(folder: Path) -> Small:
    segments = folder / "segments.json"
    save_segments([cs.Segment("north", "region == 'north' and not amount > 5")], segments)
    bins = FrozenBins.learned({"amount": [1.0, 2.0, 3.0] * 20})
    return {
        "law": ((LAW.read_bytes().replace(b'name = "UK"', b'name = "Own"'),), lambda c: of_law(folder, c)),
        "segments": ((segments.read_bytes(),), lambda content: load_segments(put(folder, "s.json", content))),
        "segment": (
            (b"region in ['a', 'b'] and not (amount > 5 or term_days <= 1e3)", b"income is not missing"),
            lambda content: cs.Segment("one", text_of(content)),
        ),
        "bins": (
            (json.dumps(bins.to_dict()).encode(),),
            lambda content: of_plain(FrozenBins.from_dict, content),
        ),
        "berlin": (
            (json.dumps(BANK).encode(),),
            lambda c: of_plain(lambda one: from_berlin_group(one, "a"), c),
        ),
        "features": (
            (cs.payment_features().select(["payments_covered", "payments_history_days"]).to_json().encode(),),
            lambda content: FeatureSet.from_json(text_of(content)),
        ),
        "line_plan": ((PLAN.to_json().encode(),), lambda content: LinePlan.from_json(text_of(content))),
        "graph_settings": (
            (json.dumps(cs.GraphSettings().to_dict()).encode(),),
            lambda content: of_plain(cs.GraphSettings.from_dict, content),
        ),
        "quality_bounds": (
            (BOUNDS,),
            lambda content: cs.QualityBounds.from_file(put(folder, "b.toml", content)),
        ),
        "written": ((b"1403-03-12 12:30", b"2024-05-31T12:30:00+01:00", "۱۴۰۳/۰۳/۱۲".encode()), of_written),
    }


def of_decisions(folder: Path, decided: cs.DecisionRecord) -> Small:
    why = {"decision": "approve", "reason": "The income was read again."}
    review = cs.review_decision(decided, reviewer="A. Person", **why)
    made = cs.decision_report(decided)
    pages = (made.to_html().encode(), made.to_json().encode())
    return {
        "review": ((review.to_json().encode(),), Review.from_json),
        "objection": ((objection_seed(decided),), Objection.from_json),
        "report": (pages, lambda content: cs.read_report(put(folder, "report.html", content))),
    }


def objection_seed(decided: cs.DecisionRecord) -> bytes:
    report = cs.decision_report(decided)
    return (
        cs.open_objection(report, item="record/outcome/score", because="I paid on time.", rule="IR")
        .to_json()
        .encode()
    )


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def of_trust(folder: Path, content: bytes) -> None:
    """Read a trust file on both paths."""
    path = put(folder, "trust.json", content)
    with suppress(cs.errors.CreditScoreError):
        cs.Trust.from_file(path)
    read_trust(path)


def of_law(folder: Path, content: bytes) -> None:
    with catch_warnings():
        simplefilter("ignore", LawChangesWarning)  # a changed date may be soon, and then that is to be said
        cs.Jurisdiction.load(put(folder, "law.toml", content), as_of=AS_OF)


def of_key(folder: Path, content: bytes) -> None:
    path = put(folder, "one.key", content)
    path.chmod(0o600)
    SigningKey.from_file(path)


def of_plain(read: Callable[[Any], object], content: bytes) -> None:
    """Read what JSON gives, whatever it is; what is no JSON is another parser's."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        return
    read(given)


def of_written(content: bytes) -> None:
    text = text_of(content)
    parse_iso(text)
    parse_number(text)
    parse_written(text, Reading("Asia/Tehran", "jalali", "any", "auto", None))
