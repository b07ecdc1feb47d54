# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plans, loads and combines the values of metrics; see ``rebate.metric._read_values``."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.rate_table.calculators import to_decimal
from odoo.addons.rate_table.formula import parse

ZERO = Decimal(0)
HUNDRED = Decimal(100)
DOCUMENTS = ("turnover", "quantity", "delivery", "margin")


class MetricReader:
    """Reads metrics for one agreement: figures are {(partner id, outlet id or 0): Decimal}.

    :param env: environment to read in
    :param agreement: the ``rebate.agreement``
    :param subjects: only these (partner id, outlet id or 0), or None for all who take part, or
        took part and were paid
    :param cutoff: day up to which payments count
    """

    def __init__(self, env, agreement, subjects=None, cutoff=None):
        self.env = env
        self.agreement = agreement
        self.cutoff = cutoff
        self.by_outlet = agreement.subject == "store"
        self.subjects = None if subjects is None else {tuple(subject) for subject in subjects}
        self.partner_ids = (
            None if subjects is None else sorted({partner for partner, _outlet in self.subjects})
        )
        self.plan = {}
        self.sources = {}
        self.targets = {}
        self.figures = {}
        self.everybody = None

    def get_figures(self, metrics, windows):
        """Figures of metrics and windows.

        :param windows: set of (first day, last day)
        :return: {(metric, window): figures}
        """
        asked = [(metric, window) for metric in metrics for window in sorted(windows)]
        for metric, window in asked:
            self._collect(metric, window)
        self._load()
        return {(metric, window): self._get(metric, window) for metric, window in asked}

    # ------------------------------------------------------------------
    # Plan
    # ------------------------------------------------------------------

    def _collect(self, metric, window):
        if (metric, window) in self.plan:
            return
        days = metric._get_window(window)
        self.plan[metric, window] = days
        for operand, operand_window in metric._get_operand_windows(days):
            self._collect(operand, operand_window)

    # ------------------------------------------------------------------
    # Load
    # ------------------------------------------------------------------

    def _load(self):
        wanted = dict.fromkeys((metric, days) for (metric, _window), days in self.plan.items())
        by_kind = {}
        for metric, days in wanted:
            source = metric.measure if metric.kind == "computed" else metric.kind
            by_kind.setdefault(source, []).append((metric, days))
        self._load_reported(by_kind.get("reported", []))
        self._load_items(by_kind.get("items", []))
        self._load_paid_late(by_kind.get("paid_late", []))
        self._load_targets(by_kind.get("completion", []))
        documents = {}
        for measure in DOCUMENTS:
            for metric, days in by_kind.get(measure, []):
                documents.setdefault(metric, []).append(days)
        for metric, spans in documents.items():
            self._load_documents(metric, spans)
        self.sources.update(self.env["rebate.metric"]._read_other_sources(by_kind, self))

    def _load_items(self, asked):
        if asked:
            metrics = self.env["rebate.metric"]
            self._keep(asked, metrics._read_items(asked, self.by_outlet, self.partner_ids))

    def _load_paid_late(self, asked):
        if asked:
            metrics = self.env["rebate.metric"]
            self._keep(asked, metrics._read_paid_late(asked, self.agreement, self.partner_ids))

    def _keep(self, asked, rows):
        for number, partner, outlet, value in rows:
            self.sources.setdefault(asked[number], {})[partner, outlet] = Decimal(value)

    def _load_reported(self, asked):
        if not asked:
            return
        found = {}
        rows = self.env["rebate.metric"]._read_reported(asked, self.partner_ids)
        for number, partner, outlet, total, count, last in rows:
            subject = (partner, outlet if self.by_outlet else 0)
            parts = found.setdefault(asked[number], {}).setdefault(subject, [ZERO, 0, ZERO])
            parts[0] += Decimal(total)
            parts[1] += int(count)
            parts[2] += Decimal(last)
        for key, subjects in found.items():
            aggregation = key[0].aggregation
            self.sources[key] = {
                subject: _aggregate(aggregation, *parts) for subject, parts in subjects.items()
            }

    def _load_targets(self, asked):
        """Targets of what completions are of, for the days that count for it."""
        keys = [(metric, days) for metric, days in asked]
        spans = [(metric.operand_id, *metric.operand_id._get_window(days)) for metric, days in keys]
        found = self.env["rebate.target"]._read_asked(spans, self.by_outlet, self.partner_ids)
        self.targets = dict(zip(keys, found, strict=True))

    def _load_documents(self, metric, spans):
        # Windows may share their first day: each gets a key of its own.
        keys = {date.min + timedelta(days=number): days for number, days in enumerate(spans)}
        basis = metric._read_basis(
            self.agreement,
            [(key, *days) for key, days in keys.items()],
            self.partner_ids,
            cutoff=self.cutoff,
        )
        for (subject, key), (value, _count) in basis.items():
            self.sources.setdefault((metric, keys[key]), {})[tuple(subject)] = value

    # ------------------------------------------------------------------
    # Combine
    # ------------------------------------------------------------------

    def _get(self, metric, window):
        """Figures of a metric asked for a window, those without entries filled with 0."""
        days = self.plan[metric, window]
        if (metric, days) not in self.figures:
            figures = self._combine(metric, days)
            if metric.empty_is_zero:
                figures = dict.fromkeys(self._get_everybody(), ZERO) | figures
            everybody = self._get_everybody()
            self.figures[metric, days] = {
                subject: value for subject, value in figures.items() if subject in everybody
            }
        return self.figures[metric, days]

    def _get_everybody(self):
        if self.everybody is None:
            self.everybody = self.subjects
        if self.everybody is None:
            self.everybody = {tuple(subject) for subject in self.agreement._get_subjects()}
            self.everybody |= self.env["rebate.metric"]._read_paid_subjects(self.agreement)
        return self.everybody

    def _combine(self, metric, days):
        if metric.kind == "formula":
            return self._combine_formula(metric, days)
        combine = {
            "completion": self._combine_completion,
            "growth": self._combine_growth,
            "share": self._combine_share,
            "months_reached": self._combine_months,
        }
        if metric.kind == "computed" and metric.measure in combine:
            return combine[metric.measure](metric, days)
        return self.sources.get((metric, days), {})

    def _combine_completion(self, metric, days):
        reached = self._get(metric.operand_id, days)
        return _divide(reached, self.targets[metric, days])

    def _combine_growth(self, metric, days):
        """Growth on nothing is no value: the agreement says what holds then (R13)."""
        now = self._get(metric.operand_id, days)
        before = self._get(metric.operand_id, metric._get_previous(days))
        return {subject: percent - HUNDRED for subject, percent in _divide(now, before).items()}

    def _combine_share(self, metric, days):
        return _divide(self._get(metric.operand_id, days), self._get(metric.divisor_id, days))

    def _combine_months(self, metric, days):
        threshold = to_decimal(metric.threshold)
        reached = {}
        for month in metric._get_months(days[1]):
            for subject, percent in self._get(metric.operand_id, month).items():
                reached[subject] = reached.get(subject, ZERO) + (percent >= threshold)
        return reached

    def _combine_formula(self, metric, days):
        formula = parse(metric.formula)
        figures = {m.code: self._get(m, days) for m in metric.formula_metric_ids}
        subjects = set().union(*figures.values()) if figures else set(self._get_everybody())
        results = {
            subject: formula.evaluate({code: found.get(subject) for code, found in figures.items()})
            for subject in subjects
        }
        return {subject: value for subject, value in results.items() if value is not None}


def _aggregate(aggregation, total, count, last):
    if aggregation == "last":
        return last
    return total / count if aggregation == "average" else total


def _divide(figures, divisors):
    """Figures in percent of divisors; nothing where the divisor is not above 0."""
    return {
        subject: figures[subject] * HUNDRED / divisor
        for subject, divisor in divisors.items()
        if divisor > 0 and subject in figures
    }
