import re

from accounts.models import User
from tests.conftest import AsUser


def test_every_link_of_the_settings_leads_to_a_page(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    page = client.get("/settings/").content.decode().partition('class="settings-nav index"')[2].partition("</nav>")[0]

    answers = {link: client.get(link).status_code for link in re.findall(r'href="([^"]+)"', page)}

    assert set(answers.values()) == {200}
    assert len(answers) > 8
