from accounts.models.relations import Block, Follow, Mute
from accounts.models.tokens import AccessToken
from accounts.models.users import User

__all__ = ["AccessToken", "Block", "Follow", "Mute", "User"]
