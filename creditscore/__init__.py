"""Credit scores from payments, repayments and other alternative data: safe in time, exact, explained.

A feature is a pure function of what was known about one applicant before a moment. Names are imported
when they are first used, so that ``import creditscore`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from creditscore._version import __version__

if TYPE_CHECKING:
    from creditscore import datasets, simulate, spark
    from creditscore.assess.alternatives.result import AlternativeSearch
    from creditscore.assess.alternatives.search import search_alternatives
    from creditscore.assess.alternatives.space import AlternativeSpace
    from creditscore.assess.change import compare_models
    from creditscore.assess.change_values import ModelChange
    from creditscore.assess.cutting import PerformanceTable, performance_by
    from creditscore.assess.fairness import assess_fairness
    from creditscore.assess.fairness_values import FairnessAssessment
    from creditscore.assess.gaming import GamingAssessment
    from creditscore.assess.selection import assess_selection
    from creditscore.assess.selection_values import SelectionAssessment
    from creditscore.assess.significance import Significance, assess_significance
    from creditscore.dashboard.columns import dashboard_columns
    from creditscore.dashboard.making import Dashboard, make_dashboard
    from creditscore.dashboard.offline import offline_page
    from creditscore.data.applications import Applications
    from creditscore.data.folder.folder import PortfolioFolder
    from creditscore.data.loans.outcomes import OutcomeRule
    from creditscore.data.network.networkx_ties import ties_from_networkx, ties_to_networkx
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.data.network.standings import standings_from
    from creditscore.data.portfolio import Portfolio
    from creditscore.data.pseudonyms import Pseudonyms
    from creditscore.data.quality.bounds import QualityBounds
    from creditscore.data.retention.kinds import Retention
    from creditscore.data.statuses import SourceStatus
    from creditscore.data.terms import SourceTerms
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.deciding.line_conduct import line_review
    from creditscore.deciding.record import DecisionRecord
    from creditscore.deciding.replay import replay_decision
    from creditscore.deciding.reviews import Review, review_decision
    from creditscore.deciding.working_days import WorkingWeek
    from creditscore.errors import LawChangesWarning, OffByDefaultWarning, StandingsUnprotectedWarning
    from creditscore.experiments.reading import TestReading, read_test
    from creditscore.experiments.size import TestPlan, plan_test
    from creditscore.explain.background import Background
    from creditscore.explain.contributions import Contributions
    from creditscore.explain.references import Reference
    from creditscore.features.application.declared import Column, application_features
    from creditscore.features.definition import Feature, FeatureSet
    from creditscore.features.digital.declared.catalogue import digital_features
    from creditscore.features.formula import (
        AtLeast,
        Attribute,
        Condition,
        Covered,
        Difference,
        Ratio,
        Share,
        Term,
    )
    from creditscore.features.loans.declared.catalogue import repayment_features
    from creditscore.features.matrix import FeatureMatrix
    from creditscore.features.payments.declared.catalogue import payment_features
    from creditscore.features.payments.declared.means import ability_features
    from creditscore.features.social.declared.catalogue import social_features
    from creditscore.features.social.declared.embeddings import embedding_features
    from creditscore.features.statistics import statistic
    from creditscore.features.statuses import source_status
    from creditscore.fraud.signals import FraudSignals, fraud_signals
    from creditscore.gaming.suite import assess_gaming
    from creditscore.graph.embeddings import compute_embeddings
    from creditscore.graph.grouping import community_groups
    from creditscore.graph.measures import Measures, calendar_grid, compute_measures
    from creditscore.graph.settings import EmbeddingSettings, GraphSettings
    from creditscore.law.increase import IncreaseCheck, assessment_before_increase
    from creditscore.law.jurisdiction import Jurisdiction
    from creditscore.model.baseline import LogisticBaseline
    from creditscore.model.card_points import PointsTable, points_table
    from creditscore.model.foundation import foundation_teacher
    from creditscore.model.scale import MasterScale, ScoreScale
    from creditscore.model.scorecard import Scorecard
    from creditscore.model.scorer import CreditScorer
    from creditscore.monitoring.course import DefaultCourse
    from creditscore.monitoring.drift import DriftTable, FrozenBins
    from creditscore.monitoring.expecting import ExpectedPerformance, expected_performance
    from creditscore.monitoring.following import MaturingReport, follow_defaults
    from creditscore.monitoring.nowcasting import Nowcast, nowcast
    from creditscore.monitoring.rolls import RollRates, roll_rates
    from creditscore.monitoring.settings import WatchSettings
    from creditscore.monitoring.survival import Survival
    from creditscore.monitoring.vintages import Vintage, VintageTable, vintages
    from creditscore.monitoring.watch import DriftAlert, Watch
    from creditscore.pipeline.crossing import cross_validate
    from creditscore.pipeline.facade import CreditPipeline, load
    from creditscore.pipeline.fit_report import FitReport
    from creditscore.pipeline.mask_comparison import MaskModelComparison, MaskModelRow
    from creditscore.pipeline.mask_fitting import fit_mask_models
    from creditscore.pipeline.mask_models import MaskModels, MaskScores
    from creditscore.pipeline.masks import SourceMask, SourceMasks
    from creditscore.pipeline.recalibrating import Recalibration
    from creditscore.pipeline.searching import search
    from creditscore.pipeline.worth import SourceWorth, source_worth
    from creditscore.policy.ability.assess import Ability, AbilityRule, Means, assess_ability
    from creditscore.policy.ability.counter import CounterOffer, counter_offers
    from creditscore.policy.ability.need import Need
    from creditscore.policy.cutoffs import CutoffLimits, best_cutoff
    from creditscore.policy.lines.found import LineReason, LineStep
    from creditscore.policy.lines.parts import LineCaps, LineConduct, LineExposure, LineTable, StepRules
    from creditscore.policy.lines.plan import LinePlan
    from creditscore.policy.lines.review import LineReview
    from creditscore.policy.lines.totals import within_totals
    from creditscore.policy.pricing.caps import RateCap
    from creditscore.policy.pricing.costs import LoanCosts
    from creditscore.policy.pricing.offer import Offer, make_offer
    from creditscore.policy.pricing.rate import LoanValue
    from creditscore.policy.pricing.repayment import LoanTerms
    from creditscore.policy.pricing.table import PriceInputs, PriceTable
    from creditscore.policy.pricing.yearly import (
        CashFlow,
        actuarial_annual_rate,
        effective_annual_rate,
        nominal_annual_rate,
    )
    from creditscore.policy.rules import DeclineRule, Policy
    from creditscore.policy.strategy.parts import Arm, Exploration, LoanCaps, SegmentCutoff
    from creditscore.policy.strategy.strategy import Strategy
    from creditscore.privacy.budget import PrivacyBudget, ReleasedCounts
    from creditscore.privacy.erasing import SubjectErased, erase_subject
    from creditscore.privacy.folders import erase_from_folder
    from creditscore.privacy.joining import JoinAnswerer, JoinAsker
    from creditscore.reasons.reason import Reason, Reasons
    from creditscore.registries.mlflow_flavour import load_from_mlflow, log_to_mlflow, save_for_mlflow
    from creditscore.report.card import ModelCard, model_card
    from creditscore.report.change import ChangeReport, change_report
    from creditscore.report.decision import DecisionReport, decision_report
    from creditscore.report.model import ModelReport, model_report
    from creditscore.report.monitoring import MonitoringReport, monitoring_report
    from creditscore.report.objections import Objection, ObjectionRule, open_objection
    from creditscore.report.proving import read_report
    from creditscore.report.subject import SubjectExport, subject_export
    from creditscore.scoring.in_parts import ScoredParts, score_in_parts
    from creditscore.scoring.results import ScoreResult, Scores
    from creditscore.segments.columns import segment_columns
    from creditscore.segments.segment import Segment, load_segments, save_segments
    from creditscore.segments.suggest import suggest_segments
    from creditscore.segments.summary import summarise_segments
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import Trust
    from creditscore.streaming.feeds import FileFeed
    from creditscore.streaming.kafka import KafkaFeed
    from creditscore.streaming.moved import ScoreMoved
    from creditscore.streaming.standing import StreamState
    from creditscore.streaming.stream import Stream
    from creditscore.transparency.heads import SignedHead
    from creditscore.transparency.receipts import Receipt
    from creditscore.validation.fairness.curve import ImpactCurve, impact_curves
    from creditscore.validation.fairness.figures import Fairness
    from creditscore.validation.fairness.measure import fairness
    from creditscore.validation.fairness.remaining import SearchBound, search_bound
    from creditscore.validation.promise import PromisedCutoff, cutoff_for
    from creditscore.validation.rejects.evaluation import performance_with_rejects
    from creditscore.validation.rejects.inference import InferredRejects, infer_rejects
    from creditscore.validation.rejects.quality import (
        RejectionChange,
        RejectionQuality,
        compare_rejection,
        rejection_quality,
    )
    from creditscore.validation.rejects.selection import SelectionModel
    from creditscore.validation.splits import CommunitySplit, TimeSplit
    from creditscore.validation.strategy import StrategyCurve, strategy_curve
    from creditscore.warehouse.coverage import SqlCoverage, sql_coverage
    from creditscore.warehouse.warehouse import Warehouse
    from creditscore.words.ability import say_shortfalls
    from creditscore.words.labels import Label, Span
    from creditscore.words.lines import say_line
    from creditscore.words.need import say_need
    from creditscore.words.speech import speak
    from creditscore.words.strategy import say_offer

_MODULES = {
    "assess.alternatives.result": "AlternativeSearch",
    "assess.alternatives.search": "search_alternatives",
    "assess.alternatives.space": "AlternativeSpace",
    "assess.change": "compare_models",
    "assess.change_values": "ModelChange",
    "assess.cutting": "PerformanceTable performance_by",
    "assess.fairness": "assess_fairness",
    "assess.fairness_values": "FairnessAssessment",
    "assess.gaming": "GamingAssessment",
    "assess.selection": "assess_selection",
    "assess.selection_values": "SelectionAssessment",
    "assess.significance": "Significance assess_significance",
    "dashboard.columns": "dashboard_columns",
    "dashboard.making": "Dashboard make_dashboard",
    "dashboard.offline": "offline_page",
    "data.applications": "Applications",
    "data.folder.folder": "PortfolioFolder",
    "data.loans.outcomes": "OutcomeRule",
    "data.network.networkx_ties": "ties_from_networkx ties_to_networkx",
    "data.network.privacy": "StandingPrivacy",
    "data.network.standings": "standings_from",
    "data.portfolio": "Portfolio",
    "data.pseudonyms": "Pseudonyms",
    "data.quality.bounds": "QualityBounds",
    "data.retention.kinds": "Retention",
    "data.statuses": "SourceStatus",
    "data.terms": "SourceTerms",
    "deciding.ledger.ledger": "Ledger",
    "deciding.line_conduct": "line_review",
    "deciding.record": "DecisionRecord",
    "deciding.replay": "replay_decision",
    "deciding.reviews": "Review review_decision",
    "deciding.working_days": "WorkingWeek",
    "errors": "LawChangesWarning OffByDefaultWarning StandingsUnprotectedWarning",
    "experiments.reading": "TestReading read_test",
    "experiments.size": "TestPlan plan_test",
    "explain.background": "Background",
    "explain.contributions": "Contributions",
    "explain.references": "Reference",
    "features.application.declared": "Column application_features",
    "features.definition": "Feature FeatureSet",
    "features.digital.declared.catalogue": "digital_features",
    "features.formula": "AtLeast Attribute Condition Covered Difference Ratio Share Term",
    "features.loans.declared.catalogue": "repayment_features",
    "features.matrix": "FeatureMatrix",
    "features.payments.declared.catalogue": "payment_features",
    "features.payments.declared.means": "ability_features",
    "features.social.declared.catalogue": "social_features",
    "features.social.declared.embeddings": "embedding_features",
    "features.statistics": "statistic",
    "features.statuses": "source_status",
    "fraud.signals": "FraudSignals fraud_signals",
    "gaming.suite": "assess_gaming",
    "graph.grouping": "community_groups",
    "graph.embeddings": "compute_embeddings",
    "graph.measures": "Measures calendar_grid compute_measures",
    "graph.settings": "EmbeddingSettings GraphSettings",
    "law.increase": "IncreaseCheck assessment_before_increase",
    "law.jurisdiction": "Jurisdiction",
    "model.baseline": "LogisticBaseline",
    "model.card_points": "PointsTable points_table",
    "model.foundation": "foundation_teacher",
    "model.scale": "MasterScale ScoreScale",
    "model.scorecard": "Scorecard",
    "model.scorer": "CreditScorer",
    "monitoring.course": "DefaultCourse",
    "monitoring.drift": "DriftTable FrozenBins",
    "monitoring.expecting": "ExpectedPerformance expected_performance",
    "monitoring.following": "MaturingReport follow_defaults",
    "monitoring.nowcasting": "Nowcast nowcast",
    "monitoring.rolls": "RollRates roll_rates",
    "monitoring.survival": "Survival",
    "monitoring.settings": "WatchSettings",
    "monitoring.vintages": "Vintage VintageTable vintages",
    "monitoring.watch": "DriftAlert Watch",
    "pipeline.crossing": "cross_validate",
    "pipeline.facade": "CreditPipeline load",
    "pipeline.fit_report": "FitReport",
    "pipeline.mask_comparison": "MaskModelComparison MaskModelRow",
    "pipeline.mask_fitting": "fit_mask_models",
    "pipeline.mask_models": "MaskModels MaskScores",
    "pipeline.masks": "SourceMask SourceMasks",
    "pipeline.recalibrating": "Recalibration",
    "pipeline.searching": "search",
    "pipeline.worth": "SourceWorth source_worth",
    "policy.ability.assess": "Ability AbilityRule Means assess_ability",
    "policy.ability.counter": "CounterOffer counter_offers",
    "policy.ability.need": "Need",
    "policy.cutoffs": "CutoffLimits best_cutoff",
    "policy.lines.found": "LineReason LineStep",
    "policy.lines.parts": "LineCaps LineConduct LineExposure LineTable StepRules",
    "policy.lines.plan": "LinePlan",
    "policy.lines.review": "LineReview",
    "policy.lines.totals": "within_totals",
    "policy.pricing.caps": "RateCap",
    "policy.pricing.costs": "LoanCosts",
    "policy.pricing.offer": "Offer make_offer",
    "policy.pricing.rate": "LoanValue",
    "policy.pricing.repayment": "LoanTerms",
    "policy.pricing.table": "PriceInputs PriceTable",
    "policy.pricing.yearly": "CashFlow actuarial_annual_rate effective_annual_rate nominal_annual_rate",
    "policy.rules": "DeclineRule Policy",
    "policy.strategy.parts": "Arm Exploration LoanCaps SegmentCutoff",
    "policy.strategy.strategy": "Strategy",
    "privacy.budget": "PrivacyBudget ReleasedCounts",
    "privacy.erasing": "SubjectErased erase_subject",
    "privacy.folders": "erase_from_folder",
    "privacy.joining": "JoinAnswerer JoinAsker",
    "reasons.reason": "Reason Reasons",
    "registries.mlflow_flavour": "load_from_mlflow log_to_mlflow save_for_mlflow",
    "report.card": "ModelCard model_card",
    "report.change": "ChangeReport change_report",
    "report.decision": "DecisionReport decision_report",
    "report.model": "ModelReport model_report",
    "report.monitoring": "MonitoringReport monitoring_report",
    "report.objections": "Objection ObjectionRule open_objection",
    "report.proving": "read_report",
    "report.subject": "SubjectExport subject_export",
    "scoring.in_parts": "ScoredParts score_in_parts",
    "scoring.results": "ScoreResult Scores",
    "segments.columns": "segment_columns",
    "segments.segment": "Segment load_segments save_segments",
    "segments.suggest": "suggest_segments",
    "segments.summary": "summarise_segments",
    "signing.keys": "SigningKey",
    "signing.trust": "Trust",
    "streaming.feeds": "FileFeed",
    "streaming.kafka": "KafkaFeed",
    "streaming.moved": "ScoreMoved",
    "streaming.standing": "StreamState",
    "streaming.stream": "Stream",
    "transparency.heads": "SignedHead",
    "transparency.receipts": "Receipt",
    "validation.fairness.curve": "ImpactCurve impact_curves",
    "validation.fairness.figures": "Fairness",
    "validation.fairness.measure": "fairness",
    "validation.fairness.remaining": "SearchBound search_bound",
    "validation.promise": "PromisedCutoff cutoff_for",
    "validation.rejects.evaluation": "performance_with_rejects",
    "validation.rejects.inference": "InferredRejects infer_rejects",
    "validation.rejects.quality": "RejectionChange RejectionQuality compare_rejection rejection_quality",
    "validation.rejects.selection": "SelectionModel",
    "validation.splits": "CommunitySplit TimeSplit",
    "validation.strategy": "StrategyCurve strategy_curve",
    "warehouse.coverage": "SqlCoverage sql_coverage",
    "warehouse.warehouse": "Warehouse",
    "words.ability": "say_shortfalls",
    "words.labels": "Label Span",
    "words.lines": "say_line",
    "words.need": "say_need",
    "words.speech": "speak",
    "words.strategy": "say_offer",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

# fmt: off
__all__ = [
    "Ability", "AbilityRule", "AlternativeSearch", "AlternativeSpace", "Applications", "Arm", "AtLeast",
    "Attribute", "Background", "CashFlow", "ChangeReport", "Column", "CommunitySplit", "Condition",
    "Contributions", "CounterOffer", "Covered", "CreditPipeline", "CreditScorer", "CutoffLimits", "Dashboard",
    "DecisionRecord", "DecisionReport", "DeclineRule", "DefaultCourse", "Difference", "DriftAlert",
    "DriftTable", "EmbeddingSettings", "ExpectedPerformance", "Exploration", "Fairness", "FairnessAssessment",
    "Feature", "FeatureMatrix", "FeatureSet", "FileFeed", "FitReport", "FraudSignals", "FrozenBins",
    "GamingAssessment", "GraphSettings", "ImpactCurve", "IncreaseCheck", "InferredRejects", "JoinAnswerer",
    "JoinAsker", "Jurisdiction", "KafkaFeed", "Label", "LawChangesWarning", "Ledger", "LineCaps",
    "LineConduct", "LineExposure", "LinePlan", "LineReason", "LineReview", "LineStep", "LineTable",
    "LoanCaps", "LoanCosts", "LoanTerms", "LoanValue", "LogisticBaseline", "MaskModelComparison",
    "MaskModelRow", "MaskModels", "MaskScores", "MasterScale", "MaturingReport", "Means", "Measures",
    "ModelCard", "ModelChange", "ModelReport", "MonitoringReport", "Need", "Nowcast", "Objection",
    "ObjectionRule", "OffByDefaultWarning", "Offer", "OutcomeRule", "PerformanceTable", "PointsTable",
    "Policy", "Portfolio", "PortfolioFolder", "PriceInputs", "PriceTable", "PrivacyBudget", "PromisedCutoff",
    "Pseudonyms", "QualityBounds", "RateCap", "Ratio", "Reason", "Reasons", "Recalibration", "Receipt",
    "Reference", "RejectionChange", "RejectionQuality", "ReleasedCounts", "Retention", "Review", "RollRates",
    "ScoreMoved", "ScoreResult", "ScoreScale", "Scorecard", "ScoredParts", "Scores", "SearchBound", "Segment",
    "SegmentCutoff", "SelectionAssessment", "SelectionModel", "Share", "SignedHead", "Significance",
    "SigningKey", "SourceMask", "SourceMasks", "SourceStatus", "SourceTerms", "SourceWorth", "Span",
    "SqlCoverage", "StandingPrivacy", "StandingsUnprotectedWarning", "StepRules", "Strategy", "StrategyCurve",
    "Stream", "StreamState", "SubjectErased", "SubjectExport", "Survival", "Term", "TestPlan", "TestReading",
    "TimeSplit", "Trust", "Vintage", "VintageTable", "Warehouse", "Watch", "WatchSettings", "WorkingWeek",
    "__version__", "ability_features", "actuarial_annual_rate", "application_features", "assess_ability",
    "assess_fairness", "assess_gaming", "assess_selection", "assess_significance",
    "assessment_before_increase", "best_cutoff", "calendar_grid", "change_report", "community_groups",
    "compare_models", "compare_rejection", "compute_embeddings", "compute_measures", "counter_offers",
    "cross_validate", "cutoff_for", "dashboard_columns", "datasets", "decision_report", "digital_features",
    "effective_annual_rate", "embedding_features", "erase_from_folder", "erase_subject",
    "expected_performance", "fairness", "fit_mask_models", "follow_defaults", "foundation_teacher",
    "fraud_signals", "impact_curves", "infer_rejects", "line_review", "load", "load_from_mlflow",
    "load_segments", "log_to_mlflow", "make_dashboard", "make_offer", "model_card", "model_report",
    "monitoring_report", "nominal_annual_rate", "nowcast", "offline_page", "open_objection",
    "payment_features", "performance_by", "performance_with_rejects", "plan_test", "points_table",
    "read_report", "read_test", "rejection_quality", "repayment_features", "replay_decision",
    "review_decision", "roll_rates", "save_for_mlflow", "save_segments", "say_line", "say_need", "say_offer",
    "say_shortfalls", "score_in_parts", "search", "search_alternatives", "search_bound", "segment_columns",
    "simulate", "social_features", "source_status", "source_worth", "spark", "speak", "sql_coverage",
    "standings_from", "statistic", "strategy_curve", "subject_export", "suggest_segments",
    "summarise_segments", "ties_from_networkx", "ties_to_networkx", "vintages", "within_totals",
]
# fmt: on


def __getattr__(name: str) -> Any:
    if name in {"datasets", "simulate", "spark"}:
        return import_module(f"creditscore.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'creditscore' has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f"creditscore.{_HOMES[name]}"), name))


def __dir__() -> list[str]:
    return sorted(__all__)
