"""Where each page stands in the site. A test finds a page that is left out."""

from __future__ import annotations

Section = tuple[str, "list[str | Section]"]

# Pages that are made when the site is built: they lie where they are named.
REFERENCE = [
    f"reference/{group}.md"
    for group in (
        "data",
        "features",
        "graph",
        "models",
        "validation",
        "decisions",
        "monitoring",
        "reasons",
        "records",
        "reports",
        "law",
        "errors",
    )
]

CATALOGUE = [
    f"catalogue/{source}.md"
    for source in (
        "index",
        "application",
        "payments",
        "bills",
        "loans",
        "inquiries",
        "ties",
        "memberships",
        "activities",
        "measures",
        "sessions",
        "form_events",
        "registrations",
        "complaints",
    )
]

# A page is named by its file in the project; its first heading is its title.
ENGLISH: list[str | Section] = [
    "docs/index.md",
    (
        "Tutorials",
        [
            "README.md",
            "notebooks/01_first_score.ipynb",
            "docs/tutorials/own_tables.md",
            "notebooks/02_social_signals.ipynb",
            "notebooks/03_explanations.ipynb",
            "notebooks/04_thin_files.ipynb",
            "docs/tutorials/thin_files_and_law.md",
            "notebooks/05_validation_and_fairness.ipynb",
            "docs/tutorials/score_to_offer.md",
            "notebooks/06_pricing_and_limits.ipynb",
            "notebooks/07_monitoring.ipynb",
            "docs/tutorials/audit.md",
            "examples/README.md",
        ],
    ),
    (
        "Guides",
        [
            "docs/guides/index.md",
            (
                "Data",
                [
                    "docs/guides/map_a_bank.md",
                    "docs/mappings.md",
                    "docs/quality.md",
                    "docs/portfolio_on_disk.md",
                    "docs/streaming.md",
                    "docs/warehouse.md",
                    "docs/registries.md",
                    "docs/offline_page.md",
                    "docs/spark.md",
                    "docs/simulation.md",
                ],
            ),
            (
                "Models",
                [
                    "docs/guides/migrate.md",
                    "docs/fitting.md",
                    "docs/teaching.md",
                    "docs/scorecard.md",
                    "docs/segments.md",
                ],
            ),
            (
                "Decisions",
                [
                    "docs/strategy.md",
                    "docs/cutoffs.md",
                    "docs/pricing.md",
                    "docs/lines.md",
                    "docs/rejects.md",
                    "docs/experiments.md",
                    "docs/dashboard.md",
                ],
            ),
            ("In production", ["docs/service.md", "docs/operations.md", "docs/monitoring.md"]),
            (
                "Answering for it",
                [
                    "docs/guides/regulator.md",
                    "docs/reports.md",
                    "docs/profile.md",
                    "docs/ledger.md",
                    "docs/transparency.md",
                    "docs/data_protection.md",
                    "docs/privacy.md",
                ],
            ),
            "CONTRIBUTING.md",
        ],
    ),
    (
        "Reference",
        [
            ("Python", ["docs/reference.md", *REFERENCE]),
            "docs/tables.md",
            "docs/schemas.md",
            "docs/payments.md",
            "docs/digital.md",
            "docs/said.md",
            "docs/glossary.md",
            (
                "Measured",
                [
                    "benchmarks/results.md",
                    "benchmarks/peers.md",
                    "benchmarks/results_acceptance.md",
                    "benchmarks/results_distributions.md",
                    "benchmarks/results_explanations.md",
                    "benchmarks/results_fairness.md",
                    "benchmarks/results_gaming.md",
                    "benchmarks/results_house.md",
                    "benchmarks/results_jurisdictions.md",
                    "benchmarks/results_lines.md",
                    "benchmarks/results_lines_rules.md",
                    "benchmarks/results_privacy.md",
                    "benchmarks/results_significance.md",
                    "benchmarks/results_transparency.md",
                    "benchmarks/results_worth.md",
                    "benchmarks/README.md",
                ],
            ),
            "CHANGELOG.md",
        ],
    ),
    ("Features", [*CATALOGUE, "docs/dictionary.md", "docs/signs.md"]),
    (
        "Explanation",
        [
            "docs/two_clocks.md",
            "docs/architecture.md",
            "docs/features.md",
            "docs/social.md",
            "docs/graph.md",
            "docs/explanations.md",
            "docs/reasons.md",
            "docs/thin_files.md",
            "docs/intervals.md",
            "docs/sources.md",
            "docs/law.md",
            "docs/validation.md",
            "docs/accuracy.md",
            "docs/fairness.md",
            "docs/verification.md",
            "SECURITY.md",
        ],
    ),
]

PERSIAN: list[str | Section] = ["docs/fa/index.md", "docs/fa/glossary.md"]
CHINESE: list[str | Section] = ["docs/zh/index.md", "docs/zh/glossary.md"]

# Where a page of the project lies in the site; whatever is not named lies where it lies.
MOVED = {
    "README.md": "start.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "examples/README.md": "examples/index.md",
    "benchmarks/README.md": "benchmarks/index.md",
}
# Folders that pages link to, and the page that lists what is in them.
FOLDERS = {
    "notebooks": "notebooks/01_first_score.ipynb",
    "examples": "examples/README.md",
    "benchmarks": "benchmarks/README.md",
}


def pages(sections: list[str | Section]) -> list[str]:
    """Every page of a navigation, in its order."""
    found: list[str] = []
    for entry in sections:
        found += [entry] if isinstance(entry, str) else pages(entry[1])
    return found


def staged(page: str) -> str:
    """Where a page lies in the site's source: a Markdown file, from the site's root."""
    if page in MOVED:
        return MOVED[page]
    path = page.removeprefix("docs/").removeprefix("fa/").removeprefix("zh/")
    return path.removesuffix(".ipynb") + ".md" if path.endswith(".ipynb") else path
