"""Error rules that only ModelScope needs (docs/providers/modelscope.md#errors)."""

from __future__ import annotations

from easel.errors import AuthInvalid, NoAllowance, QuotaExceeded, RateLimited
from easel.providers import error_rules
from easel.providers.error_rules import ErrorRule

WEBSITE = (
    "open https://modelscope.cn while logged in (https://modelscope.ai with an international account), "
    "which adds new ones"
)
CUBES = ("magicube", "magiccube", "magic cube", "magic-cube", "magic grain")
ROWS = error_rules.table(
    ErrorRule(
        QuotaExceeded,
        f"the magicubes of this ModelScope account are used up: its owner must {WEBSITE}",
        phrases=(
            *(*CUBES, "魔粒", "quotalimitexceed"),
            # Longer phrases, because the word alone may come from the prompt.
            *(f"{few} {cube}" for cube in CUBES for few in ("insufficient", "not enough", "enough", "no", "out of")),
            *(f"{cube}{gone}" for cube in CUBES for gone in ("s are used up", "s are exhausted", " balance exhausted")),
            *(f"魔粒{gone}" for gone in ("不足", "余额不足", "余额为", "已用完", "已用尽", "已耗尽", "不够")),
        ),
        codes=("quotalimitexceed",),
    ),
    ErrorRule(
        QuotaExceeded,
        f"the ModelScope allowance of this token is used up: its owner must {WEBSITE}",
        statuses=(402,),
    ),
    ErrorRule(
        QuotaExceeded,
        f"the ModelScope quota of this token is used up: the account's owner must {WEBSITE}",
        phrases=("exceeded today's quota", "exceeded today’s quota"),
    ),
    ErrorRule(
        QuotaExceeded,
        f"the ModelScope quota of this token is used up: the account's owner must {WEBSITE}",
        phrases=("quota", "额度", "配额"),
        statuses=(403,),
        own=True,
    ),
    ErrorRule(NoAllowance, "the ModelScope account has no balance for this model", phrases=("insufficient balance",)),
    ErrorRule(
        AuthInvalid,
        "ModelScope requires real-name verification of this account's Alibaba Cloud account",
        phrases=("real-name", "real name", "realname", "实名"),
        statuses=(401, 403),
        own=True,
    ),
    ErrorRule(
        AuthInvalid,
        "ModelScope requires this account to be bound to an Alibaba Cloud account",
        phrases=("bind your", "bind an", "please bind", "bound to", "linked to", "linked with", "绑定"),
        statuses=(401, 403),
        own=True,
    ),
    ErrorRule(
        AuthInvalid,
        "ModelScope requires this account's e-mail address to be verified",
        phrases=("email", "e-mail", "邮箱"),
        statuses=(401, 403),
        own=True,
    ),
    ErrorRule(
        RateLimited,
        "ModelScope accepts no more calls now; try again later",
        phrases=("server is busy",),
        concerns_model=True,
    ),
)
