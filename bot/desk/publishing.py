"""From the draft to what submitters are told: what changed, what is wrong, publishing it."""

from __future__ import annotations

from flask import Response, g, render_template, request

from bot.desk import audit, drafts, gate
from bot.desk.base import back, publishers, routes, whoever
from bot.desk.records import place_of
from knowledge import draft as core
from knowledge import publish as core_publish
from knowledge.differences import affected, changes
from knowledge.store import StoreError

SHOWN = 200  # problems and effects that one page lists


@routes.get("/publish")
def publish_page() -> str:
    """检查与发布."""
    return _page([])


@routes.post("/publish")
@publishers
def publish_now() -> Response | tuple[str, int]:
    """Put the draft in force, if nothing stands against it."""
    why = request.form.get("why", "").strip()
    try:
        revision = int(request.form.get("revision", "0"))
        version = core_publish.publish(drafts.kept(), drafts.year(), whoever(), why, gate.play, revision)
    except core_publish.Refused as refused:
        audit.note("发布未成", f"{drafts.year()}年通知", f"{len(refused.problems)}处不符合")
        return _page([(one.sentence, place_of(one.place) if one.place else "") for one in refused.problems]), 400
    except (StoreError, ValueError) as error:
        audit.note("发布未成", f"{drafts.year()}年通知", str(error))
        return _page([(str(error), "")]), 409
    audit.note("发布", f"{drafts.year()}年通知 第{version.number}版", why)
    return back("version", f"已发布为第{version.number}版，两秒内生效。", number=version.number)


@routes.post("/draft/discard")
def discard_draft() -> Response:
    """Throw the draft away."""
    try:
        core.discard(drafts.kept(), drafts.year(), int(request.form.get("revision", "0")))
    except (StoreError, ValueError) as error:
        audit.note("丢弃草稿未成", f"{drafts.year()}年通知", str(error))
        return back("publish_page", str(error))
    audit.note("丢弃草稿", f"{drafts.year()}年通知")
    return back("publish_page", "草稿已丢弃，内容回到现在发布的样子。")


@routes.post("/draft/rebase")
def rebase_draft() -> Response:
    """Lay the draft's changes upon the version that somebody published meanwhile."""
    try:
        _, clashes = core.rebase(drafts.kept(), drafts.year(), whoever())
    except (StoreError, core.Conflict) as error:
        audit.note("合并草稿未成", f"{drafts.year()}年通知", str(error))
        return back("publish_page", str(error))
    audit.note("合并草稿", f"{drafts.year()}年通知", f"{len(clashes)}处两边都改过")
    told = "；".join(f"{one.label}：现在发布的是“{one.before}”，草稿是“{one.after}”" for one in clashes[:5])
    return back("publish_page", f"草稿已接到最新一版上。{f'两边都改过的以草稿为准，请核对：{told}' if clashes else ''}")


def _page(refusals: list[tuple[str, str]]) -> str:
    draft, base = drafts.opened(), drafts.in_force()
    version = core_publish.store.in_force(drafts.kept()).get(drafts.year())
    changed = [(one, place_of(one.path)) for one in changes(base, draft.document)] if base else []
    effects = affected(base, draft.document) if base and changed else []
    problems = [(one.sentence, place_of(one.place) if one.place else "") for one in gate.everything(draft.document, drafts.year())] if changed or not base else []
    return render_template("desk_publish.html", draft=draft, changed=changed[:SHOWN], more=len(changed) - SHOWN, effects=effects[:SHOWN], problems=problems[:SHOWN],
                           problem_count=len(problems), refusals=refusals, year=drafts.year(), version=version, behind=bool(version and draft.based_on and draft.based_on != version.number),
                           why=request.form.get("why", ""), section="publish_page", may=g.session.role == "发布")
