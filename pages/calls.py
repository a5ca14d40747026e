"""Calls and agreements: approved and started, committed and reported, operators against target, deadlines."""

import re
from dataclasses import replace

import pandas as pd
import streamlit as st

from charts import bullets, commitment_gaps, deadlines
from data_model.vocabulary import Firmness, SubjectKind, Unit
from metrics import deadlines as dates
from metrics import frames, published
from metrics.measures import MEASURES
from metrics.published import Given, Known, Share
from shell import compared, comparison, data, help, kept, show
from shell.downloads import downloads
from shell.here import Here, draw, plain
from shell.provenance import of_figures
from shell.show import Figure, Table
from shell.tables import calls as calls_tables

KINDS = (SubjectKind.CALL, SubjectKind.AGREEMENT, SubjectKind.ACTIVITY)
FRACTIONS = (
    ("projects_started", "projects_approved"),
    ("operators_covered", "operators_target"),
    ("committed", "allocated_by_programme"),
    ("committed", "allocated"),
    ("cities_reporting", "cities_participating"),
)
# Part and whole of what sources give as a fraction; a call or an agreement has some of them.
COMPARED = tuple(dict.fromkeys(("committed", "reported", *(m for pair in FRACTIONS for m in pair), "agreements_signed")))


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("calls.heading"), h.w("calls.help"))
    help.first_time(h, "calls")
    subjects = kept.piece(h, "subjects", lambda: _subjects(h))
    if h.view.axes:
        show.muted(h.w("calls.filtered", axes=h.axis_short(h.view.axes)))
    known = h.known()
    gaps = kept.piece(h, "gaps", lambda: published.subject_gaps(known, subjects[subjects["parent_code"].isna()], KINDS))
    if gaps.empty or known.frame.empty:
        _none(h)
        return
    computed = kept.piece(h, "computed", lambda: _widest_first(gaps))
    show.findings(h, lambda: _findings(h, known, gaps, computed))
    _gaps(h, gaps, computed)
    figures = kept.piece(h, "figures-of-calls", lambda: known.frame[known.frame["subject_code"].isin(subjects["code"])])
    of_figures(h, "calls", figures)
    downloads(h, "calls")
    _compared(h, subjects)
    _projects(h, known, subjects)
    _agreements(h, known, subjects)
    _lost(h, figures, subjects)
    _timeline(h, subjects)
    compared.on_subjects(h, set(subjects["code"]))


def _subjects(h: Here) -> pd.DataFrame:
    """The calls and agreements on the axes of the view."""
    subjects = data.subjects(h.version, h.view.programme)
    subjects = subjects[subjects["kind"].isin(list(KINDS))]
    if not h.view.axes:
        return subjects
    return frames.where(subjects, (bool(set(codes) & set(h.view.axes)) for codes in subjects["axis_codes"]))


def _widest_first(gaps: pd.DataFrame) -> pd.DataFrame:
    return gaps[gaps["gap_cents"].notna()].sort_values("gap_cents", ascending=False, kind="stable")


def _compared(h: Here, subjects: pd.DataFrame) -> None:
    """The numbers of calls and agreements at the two dates."""
    labels = dict(zip(subjects["code"], subjects["label"], strict=True))
    keys = list(zip(subjects["kind"], subjects["code"], strict=True))
    comparison.of_numbers(h, keys, COMPARED, lambda code: h.say(labels[code]))


def _none(h: Here) -> None:
    """Documents name no call for this choice; the projects of a programme have procedures of their own."""
    if h.basis.system is None:
        show.empty(h, h.w("empty.calls"))
        return
    page = h.w("commitment_gaps.title")
    show.empty(h, h.w("projects.calls", page=page))
    h.link("commitment_gaps", page, h.view.having(level="call", page=1))


def _findings(h: Here, known: Known, gaps: pd.DataFrame, computed: pd.DataFrame) -> list[str]:
    sentences = [
        h.w(
            "calls.finding_gap",
            call=_short(h, row.label),
            committed=h.millions(row.committed_cents, row.committed_firmness, 2),
            reported=h.millions(row.reported_cents, row.reported_firmness, 2),
            gap=h.millions(row.gap_cents, row.gap_firmness, 2),
            rate=h.w.rate(row.reported_rate),
        )
        for row in frames.rows(computed)
    ]
    sentences.append(h.w("calls.finding_unknown", known=len(computed), unknown=len(gaps) - len(computed)))
    return sentences


def _short(h: Here, label: str) -> str:
    """The name before its explanation: `Avviso 4/2016`."""
    return re.split(r" - | \(", h.say(label))[0]


def _gaps(h: Here, gaps: pd.DataFrame, computed: pd.DataFrame) -> None:
    def table() -> Table:
        return replace(calls_tables.subject_gaps(h, gaps), folded=False)

    if computed.empty:
        show.heading(h.w("calls.gap_none"))
        show.show_table(h, "gaps", table)
        return
    first = computed.iloc[0]
    show.chart(
        h,
        "gaps",
        lambda: Figure(
            commitment_gaps.dumbbells,
            commitment_gaps.gap_rows(computed, h.say, h.w, key="label", decimals=2),
            finding=h.w(
                "calls.gap_title",
                call=_short(h, first["label"]),
                gap=h.millions(first["gap_cents"], first["gap_firmness"], 2),
                rate=h.w.rate(first["reported_rate"]),
            ),
            subtitle=h.w(
                "commitment_gaps.subtitle",
                committed=h.measure("committed"),
                reported=h.measure("reported"),
                day=h.day(first["as_of"], first["date_basis"]),
            ),
            source=h.source_line(sorted({source for ids in computed["source_ids"] for source in ids})),
            words={
                "unit": h.w("unit.millions"),
                "committed": h.measure("committed"),
                "reported": h.measure("reported"),
                "gap": h.measure("gap_reported"),
            },
            table=table(),
            notes=[h.w("calls.gap_note")],
        ),
    )


def _shares(h: Here, known: Known, subjects: pd.DataFrame, part: str, whole: str) -> list[tuple[str, Share]]:
    """The subjects of which sources give both numbers. Where a call has money of several programmes, only this
    programme's part is the whole of its commitments."""
    return kept.piece(h, f"shares-{part}-{whole}", lambda: _found_shares(known, subjects, part, whole))


def _found_shares(known: Known, subjects: pd.DataFrame, part: str, whole: str) -> list[tuple[str, Share]]:
    rows = frames.rows(subjects)
    if whole == "allocated":
        rows = (s for s in rows if not published.given(known, s.kind, s.code, "allocated_by_programme"))
    found = ((s.label, published.share(known, s.kind, s.code, part, whole)) for s in rows)
    return [(label, share) for label, share in found if share]


def _share_chart(
    h: Here, name: str, shares: list[tuple[str, Share]], part: str, whole: str, finding: str, *, ambiguous: bool = False
) -> None:
    show.chart(
        h,
        name,
        lambda: Figure(
            bullets.bullets,
            bullets.share_rows([(h.say(label), share) for label, share in shares], h.w),
            finding=finding,
            subtitle=h.w(
                "calls.share_subtitle",
                part=h.measure(part),
                whole=h.measure(whole),
                day=h.day(shares[0][1].part.as_of, shares[0][1].part.date_basis),
            ),
            source=h.source_line(sorted({s.part.source_id for _, s in shares})),
            words={
                "unit": h.w("unit.millions" if MEASURES[part].unit == Unit.EUR else "unit.number"),
                "whole": h.measure(whole),
                "middle": h.measure(part),
            },
            table=calls_tables.shares(h, shares, part, whole),
            notes=[h.w("calls.ambiguous")] if ambiguous else [],
            level=3 if ambiguous or part != "projects_started" else 2,
        ),
    )


def _projects(h: Here, known: Known, subjects: pd.DataFrame) -> None:
    shares = _shares(h, known, subjects, "projects_started", "projects_approved")
    if not shares:
        show.empty(h, h.w("empty.projects", day=h.w.day(h.view.as_of)))
        return
    parts = [
        h.w(
            "calls.started_item",
            call=_short(h, label),
            part=h.w.thousandths(s.part.value),
            whole=h.w.thousandths(s.whole.value),
            rate=h.w.rate(s.rate),
        )
        for label, s in shares
    ]
    _share_chart(
        h,
        "projects",
        shares,
        "projects_started",
        "projects_approved",
        h.w("calls.started_title", items=h.w.joined(parts)),
    )


def _agreements(h: Here, known: Known, subjects: pd.DataFrame) -> None:
    """What sources give as bare fractions: each is shown with the words of the source and marked where it is ambiguous."""
    show.heading(h.w("calls.agreements_title"))
    signed = kept.piece(h, "signed", lambda: _signed(known, subjects))
    for label, number in signed:
        st.markdown(
            h.w(
                "calls.signed",
                count=h.w.thousandths(number.value),
                name=plain(h.say(label)),
                day=h.day(number.as_of, number.date_basis),
            )
        )
    shown = False
    for part, whole in FRACTIONS[1:]:
        shares = _shares(h, known, subjects, part, whole)
        if shares:
            shown = True
            items = [
                h.w(
                    "calls.fraction_item",
                    call=_short(h, label),
                    part=bullets.share_text(share.part, h.w),
                    whole=bullets.share_text(share.whole, h.w),
                )
                for label, share in shares
            ]
            finding = h.w.joined(items)
            ambiguous = any(Firmness.AMBIGUOUS in (s.part.firmness, s.whole.firmness) for _, s in shares)
            _share_chart(h, f"fraction-{part}-{whole}", shares, part, whole, finding, ambiguous=ambiguous)
    if not signed and not shown:
        show.empty(h, h.w("empty.agreements", day=h.w.day(h.view.as_of)))


def _signed(known: Known, subjects: pd.DataFrame) -> list[tuple[str, Given]]:
    found = ((s.label, published.given(known, s.kind, s.code, "agreements_signed")) for s in frames.rows(subjects))
    return [(label, given) for label, given in found if given]


def _lost(h: Here, figures: pd.DataFrame, subjects: pd.DataFrame) -> None:
    """Charts of a source whose values did not survive: the word n.d. and the reason, never an empty chart."""
    lost = kept.piece(h, "lost", lambda: figures[figures["firmness"] == Firmness.NOT_GIVEN])
    if lost.empty:
        return
    show.heading(h.w("calls.lost_title", count=len(lost)))
    labels = dict(zip(subjects["code"], subjects["label"], strict=True))
    show.show_table(h, "lost", lambda: calls_tables.lost(h, lost, labels))


def _timeline(h: Here, subjects: pd.DataFrame) -> None:
    decisions = kept.piece(h, "decisions", lambda: _decisions(h, subjects))
    if decisions.empty:
        show.empty(h, h.w("empty.deadlines"))
        return
    names = dict(zip(subjects["code"], subjects["label"], strict=True))

    def made() -> Figure:
        extensions = decisions[decisions["kind"] == "extension"]
        last = extensions.sort_values("new_deadline").iloc[-1] if len(extensions) else decisions.iloc[-1]
        return Figure(
            deadlines.timeline,
            deadlines.timeline_rows(decisions, h.w, name=lambda code: h.say(names[code]), say=h.say),
            finding=h.w(
                "calls.timeline_title" if len(extensions) else "calls.timeline_windows",
                count=len(extensions),
                call=_short(h, names[last["call_code"]]),
                last=h.w.day(last["new_deadline"].date()),
            ),
            subtitle=h.w("calls.timeline_subtitle", day=h.w.day(h.view.as_of)),
            source=h.source_line(sorted(set(decisions["source_id"]))),
            words={"deadline": h.w("table.deadline"), "decided": h.w("table.decided"), "act": h.w("table.act")},
            table=calls_tables.deadlines(h, decisions, names),
            notes=_in_force(h, decisions, names),
        )

    show.chart(h, "timeline", made)


def _decisions(h: Here, subjects: pd.DataFrame) -> pd.DataFrame:
    """The deadlines of some calls that were decided, and what is still to come."""
    decisions = data.deadlines(h.version, h.view.programme)
    return dates.known_and_later(decisions[decisions["call_code"].isin(subjects["code"])], h.view.as_of)


def _in_force(h: Here, decisions: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """The deadline of each call as it stood at the reference date, in words."""
    items = [
        h.w(
            "calls.in_force_item" if last >= h.view.as_of else "calls.expired_item",
            call=_short(h, names[code]),
            deadline=h.w.day(last),
        )
        for code in dict.fromkeys(decisions["call_code"])
        if (last := dates.last_known(decisions, code))
    ]
    return [h.w("calls.in_force", day=h.w.day(h.view.as_of), items=h.w.joined(items))] if items else []


if __name__ == "__main__":
    draw("calls")
