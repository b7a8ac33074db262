from accounts.models.apps import App, AppPermission
from accounts.models.blocklists import BlockedEmailDomain, BlockedNetwork, BlockedWord
from accounts.models.devices import Device
from accounts.models.former_names import FormerName
from accounts.models.imports import RelationImport
from accounts.models.relations import Block, CloseFriend, DismissedSuggestion, Follow, Mute, Restriction
from accounts.models.security import DeletionReceipt, Invitation, SecurityEvent
from accounts.models.site import Announcement, Rule, SiteText
from accounts.models.tokens import AccessToken
from accounts.models.users import Applicant, User

__all__ = [
    "AccessToken",
    "Announcement",
    "App",
    "AppPermission",
    "Applicant",
    "Block",
    "BlockedEmailDomain",
    "BlockedNetwork",
    "BlockedWord",
    "CloseFriend",
    "DeletionReceipt",
    "Device",
    "DismissedSuggestion",
    "Follow",
    "FormerName",
    "Invitation",
    "Mute",
    "RelationImport",
    "Restriction",
    "Rule",
    "SecurityEvent",
    "SiteText",
    "User",
]
