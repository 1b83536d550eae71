"""The ways of asking for a check, put together from their parts: requests (请帮着看一下), questions whether something is
right (合不合适, 妥否), whether there is a fault (有毛病没), whether it may be sent so (能直接填吧). Language, no rule of the notice.

A phrase is a row of slots, each a choice of words; a slot that begins with ? may be left out. Each phrase is read forwards
in front of material and backwards behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_POLITE = ("您 你 请 烦请 敬请 恳请 还请 请您 请你 请老师 请各位老师 请领导 请专家 请帮 请帮忙 请帮我 请帮着 请给 麻烦 麻烦您 麻烦你 麻烦帮我 麻烦帮忙 劳驾 劳您驾 有劳 有劳您 帮 帮我 帮忙 帮着 帮咱 帮俺 帮我们 "
           "给 给我 给俺 给咱 替我 您给 你给 您帮 你帮 您帮我 你帮我 想请您 想请你 能帮我 能帮忙 能不能帮我 能否帮我 可以帮我 老师帮 老师给 求")
_LOOK = ("看看 看下 看一下 看一眼 看一看 瞅瞅 瞅一眼 瞅一瞅 瞅下 瞅一下 瞧瞧 瞧一眼 瞧一瞧 瞧下 瞄一眼 审审 审一审 审下 审一下 核核 核一核 核下 核一下 把把关 把一把关 把下关 把个关 把一下关 过过目 过个目 "
         "过目 过一遍 过一眼 掌掌眼 掌个眼 查查 查一查 验验 验一验 参谋参谋 参谋一下 挑挑毛病 挑挑刺 挑挑错 找找茬 给个意见 提提意见 提个意见 给点意见 给个准话 把把脉")
_JUDGE = "看 瞅 瞧 审 审核 审阅 审定 审查 核 核对 核验 核查 核实 检查 检验 把关 掌眼 指正 指教 指点 斧正 定夺 鉴定 查 验 复核 校核 校对 确认 参谋 纠错 纠正 批改 改 改改 订正 修改"
_WHILE = "?一下 下 一眼 一遍 哈 一下哈"
_RIGHT = ("行 可以 可 对 合规 合适 合格 合理 规范 正确 准确 妥 妥当 成 中 得行 要得 可行 标准 恰当 达标 过关 对头 行得通 说得过去 过得去 合规矩 ok 符合 符合要求 符合规定 符合规范 符合通知要求 合要求 合规定 合规矩")
_DOUBLED = ("合格不合格 合规不合规 合适不合适 规范不规范 正确不正确 可以不可以 妥当不妥当 行不行 对不对 可不可以 可不可 妥不妥 妥不妥当 成不成 中不中 得不得行 要不要得 好不好 合不合规 合不合规矩 合不合适 合不合格 合不合理 合不合要求 合不合规定 合不合规范 规不规范 标不标准 正不正确 准不准确 "
            "恰不恰当 达不达标 符不符合 符不符合要求 符不符合规定 过不过关 是否妥 是否行 是否可 是否可行 是否合适 是否妥当 是否合规 是否规范 是否合格 是否正确 是否准确 是否恰当 是否达标 是否可以 是否符合 是否符合要求 "
            "是否符合规定 当否 算不算合规 算不算对")
_WONDER = "请问 请教 想问 想问下 看 您看 你看 看看 大家看 您说 你说 您觉得 你觉得 不知 不知道 不晓得 不清楚 也不知道 拿不准 还 还算 算 应该"
_FAULT = "问题 毛病 错 错误 不妥 不对 不合适 不规范 不合规 差错 不当 瑕疵 硬伤 不对头 出入 要改"
_NO = "没 没有 没啥 没什么 没有啥 没有什么 没得 没得啥 不存在 应该没 应该没有 应该没啥 应该没什么"
_OVER = "太长 太短 太多 太少 超长 超字 超字数 超了 超标 超限 超人数 超员 超 过长 偏长 长了 多了 超过 超出 超过规定 超出规定 错 违规 写错 填错"
_SEND = "填 写 报 用 交 提交 上报 填报 申报 叫 过 过审 过关 通过 填进去 填上去 报上去 交上去 提交上去 写上去 写进去 往上报 往上交 报出去 上系统 上传 报送 报了 交了 填了 定了 提交了"

# A request, unmistakable because of its politeness or because nobody means anything else by it.
_REQUEST = ((_POLITE, f"{_LOOK} {_JUDGE}", _WHILE), (f"?{_POLITE}", _LOOK, "?哈 一下"))
_QUESTIONS = (
    (f"?{_WONDER}", _DOUBLED), (f"?{_WONDER}", _RIGHT, "吗 不 么 吧 嘛 呗 没 否 与否 不呀 不啊 不咯 不喽 不嘞 不哦 不哈 吗呀 伐 啵 噻 哇 咩 不啦"),
    ("?能 可以 会 算", "通过 通得过 过审 过关 过得了 过得去", "不 吗 么 吧 嘛 没"),
    ("会不会 不会 该不会 会", "?被 给", "退回来 打回来 退回 打回 驳回 卡住 扣分"),
    ("?应该 该", "会不会 不会 该不会 会", "?被 给", "退 退回 退回来 打回 打回来 打下来 驳回 卡 卡住 扣分 挑刺 否掉", "吗 吧 不 么"),
    ("有 有没有 有没有啥 有没有什么 有没有啥子 有啥子 有木有 有无 是否有 有啥 有什么 有哪些 存不存在 是否存在 还有", _FAULT, "?的地方 之处", "?吗 不 没 没有 没得 么 吧 嘛 伐"),
    (f"?{_WONDER}", "够不够 算不算 是不是", _RIGHT), (f"?{_WONDER}", _NO, _FAULT, "吧 吗 么 嘛 哈 咯 呗"),
    (f"?{_WONDER}", "会不会 是不是 有没有 是否 会否", _OVER), (f"?{_WONDER}", "?算 算是 会 会不会 是不是 有没有 是否", _OVER, "?了", "吗 么 没 没有 吧 嘛"),
    ("哪里 哪儿 哪些地方 什么地方 啥地方 哪块", "不对 不行 不妥 有问题 有错 有毛病 错了 要改 需要改 得改 不合适 不规范", "?吗 呢 的"),
    ("能 可以 能否 可否 是否可以 能不能 可不可以", "?直接 就 就直接", "?这样 这么 照这样 就这样 就这么 这样子 按这个 用这个 照这个", _SEND, "吗 吧 不 么 嘛"),
    ("能否 可否 是否可以 能不能 可不可以", "?直接 就 就直接", "?这样 这么 照这样 就这样 就这么 这样子 按这个 用这个 照这个", _SEND),
    ("这样 这么 照这样 就这样 就这么 这样子 这般 直接", _SEND, "?哈 啦"),
)


def one_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first, with each common beginning read once."""
    heads: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        heads.setdefault(word[:1], []).append(word[1:])
    ends_here = heads.pop("", None) is not None
    parts = [re.escape(head) + (one_of(rests) if rests != [""] else "") for head, rests in heads.items()]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)}){'?' if ends_here else ''}"


def _slot(words: str, backwards: bool) -> str:
    alternatives = one_of(word[::-1] if backwards else word for word in words.removeprefix("?").split())
    return f"(?:{alternatives}){'?' if words.startswith('?') else ''}"


def _beginnings(phrases: tuple[tuple[str, ...], ...], backwards: bool) -> set[str]:
    """The characters with which a phrase may begin."""
    found = set()
    for phrase in phrases:
        for slot in phrase[::-1] if backwards else phrase:
            found |= {word[-1 if backwards else 0] for word in slot.removeprefix("?").split()}
            if not slot.startswith("?"):
                break
    return found


def pattern(phrases: tuple[tuple[str, ...], ...], backwards: bool = False) -> str:
    """One regular expression for all phrases, tried only where one of them may begin."""
    readings = "|".join("".join(_slot(slot, backwards) for slot in (phrase[::-1] if backwards else phrase)) for phrase in phrases)
    return f"(?=[{''.join(sorted(_beginnings(phrases, backwards)))}])(?:{readings})"


ASKING = (*_REQUEST, *_QUESTIONS)
