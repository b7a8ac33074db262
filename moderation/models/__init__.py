from moderation.models.audit import AuditEntry
from moderation.models.cases import Case, Category, Note, Report
from moderation.models.decisions import Action, Appeal, Decision
from moderation.models.people import Member

__all__ = ["Action", "Appeal", "AuditEntry", "Case", "Category", "Decision", "Member", "Note", "Report"]
