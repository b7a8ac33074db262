from accounts.models import User
from photos.models import PostWords
from photos.questions import read_question
from photos.wanted import wanted_by
from tests.factories import make_post


def test_weights_say_where_words_must_stand(alma: User) -> None:
    title, tag = make_post(alma, title="Mist lake"), make_post(alma, title="Lake", tags=("mist",))
    caption = make_post(alma, title="Lake", caption="mist")
    place = make_post(alma, title="Lake", location_name="Mist")
    wanted = wanted_by(read_question("lake mist"), None, None, "en")

    found = {
        weights: set(PostWords.objects.filter(wanted.condition(weights)).values_list("pk", flat=True))
        for weights in wanted.circles
    }

    titles, tags = {title.pk}, {title.pk, tag.pk}
    assert found == {"a": titles, "ab": tags, "abc": {*tags, caption.pk}, "abcd": {*tags, caption.pk, place.pk}}
