from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

COLLECTION_NAME_LENGTH = 60


class Save(models.Model):
    """A post that `user` keeps for later; nobody else can tell."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saves")
    post = models.ForeignKey("photos.Post", models.CASCADE, related_name="saves")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="photos_save_once")]
        indexes = [models.Index(fields=["user", "-id"], name="photos_saved")]

    def __str__(self) -> str:
        return f"{self.user_id} saved {self.post_id}"


class Collection(models.Model):
    """A private shelf of saved posts."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="collections")
    name = models.CharField(max_length=COLLECTION_NAME_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    saves = models.ManyToManyField(Save, through="CollectionItem", related_name="collections")

    class Meta:
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="photos_collection_name_once")]

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    """A saved post stands in a collection of the same person. It goes when the post is no longer saved."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    save_of = models.ForeignKey(Save, models.CASCADE, related_name="items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "collection", "save_of"], name="photos_shelved_once")]
        indexes = [models.Index(fields=["collection", "-id"], name="photos_collection_items")]

    def __str__(self) -> str:
        return f"{self.save_of_id} in {self.collection_id}"
