from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="about",
            field=models.BigIntegerField(
                default=0,
                help_text="The post or comment by which it is grouped with others of its kind; 0 is the person.",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["recipient", "kind", "about", "-id"], name="notifications_group"),
        ),
    ]
