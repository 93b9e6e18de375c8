"""What ModelScope refuses in words of its own (docs/providers/modelscope.md#errors)."""

from __future__ import annotations

from easel.errors import AuthInvalid, NoAllowance, QuotaExceeded, RateLimited
from easel.providers import error_mapping
from easel.providers.error_mapping import Row

WEBSITE = (
    "open https://modelscope.cn while logged in (https://modelscope.ai with an international account), "
    "which brings new ones"
)
ROWS = error_mapping.table(
    Row(
        QuotaExceeded,
        f"the magicubes of this ModelScope account are used up: its owner must {WEBSITE}",
        phrases=("magicube", "magiccube", "magic cube", "magic-cube", "magic grain", "魔粒", "quotalimitexceed"),
        codes=("quotalimitexceed",),
    ),
    Row(
        QuotaExceeded,
        f"the ModelScope allowance of this token is used up: its owner must {WEBSITE}",
        statuses=(402,),
    ),
    Row(
        QuotaExceeded,
        f"the ModelScope quota of this token is used up: the account's owner must {WEBSITE}",
        phrases=("exceeded today's quota", "exceeded today’s quota"),
    ),
    Row(
        QuotaExceeded,
        f"the ModelScope quota of this token is used up: the account's owner must {WEBSITE}",
        phrases=("quota", "额度", "配额"),
        statuses=(403,),
        own=True,
    ),
    Row(NoAllowance, "the ModelScope account has no balance for this model", phrases=("insufficient balance",)),
    Row(
        AuthInvalid,
        "ModelScope wants the Alibaba Cloud account of this account verified with a real name first",
        phrases=("real-name", "real name", "realname", "实名"),
        statuses=(401, 403),
        own=True,
    ),
    Row(
        AuthInvalid,
        "ModelScope wants this account bound to an Alibaba Cloud account first",
        phrases=("bind your", "bind an", "please bind", "bound to", "linked to", "linked with", "绑定"),
        statuses=(401, 403),
        own=True,
    ),
    Row(
        AuthInvalid,
        "ModelScope wants the e-mail address of this account verified first",
        phrases=("email", "e-mail", "邮箱"),
        statuses=(401, 403),
        own=True,
    ),
    Row(
        RateLimited,
        "ModelScope takes no more calls at the moment; try again",
        phrases=("server is busy",),
        of_model=True,
    ),
)
