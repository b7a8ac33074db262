import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_conversation"),
        ("notifications", "0002_about"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="pushsubscription",
            name="app",
            field=models.ForeignKey(
                blank=True,
                help_text="The app it belongs to; it ends when the app is forbidden.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="push_subscriptions",
                to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pushsubscription",
            name="token",
            field=models.ForeignKey(
                blank=True,
                help_text="The personal access token it belongs to, with which it ends.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="push_subscriptions",
                to="accounts.accesstoken",
            ),
        ),
        migrations.AddIndex(
            model_name="pushsubscription",
            index=models.Index(fields=["digest"], name="notifications_endpoint"),
        ),
    ]
