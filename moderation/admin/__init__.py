from moderation.admin.appeals import AppealAdmin
from moderation.admin.cases import CaseAdmin
from moderation.admin.instead import DecidedPostAdmin, DecidedUserAdmin
from moderation.admin.lists import AuditAdmin, DecisionAdmin
from moderation.admin.people import MemberAdmin

__all__ = [
    "AppealAdmin",
    "AuditAdmin",
    "CaseAdmin",
    "DecidedPostAdmin",
    "DecidedUserAdmin",
    "DecisionAdmin",
    "MemberAdmin",
]
