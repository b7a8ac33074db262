from accounts.models import User
from photos.matching import says, says_nearly
from photos.models import PostWords
from photos.words import words_in
from tests.factories import make_post


def test_weights_say_where_words_must_stand(alma: User) -> None:
    title, tag = make_post(alma, title="Mist lake"), make_post(alma, title="Lake", tags=("mist",))
    caption = make_post(alma, title="Lake", caption="mist")
    words = words_in("lake mist")

    found = {
        weights: set(PostWords.objects.filter(says(words, weights)).values_list("pk", flat=True))
        for weights in ("a", "ab", "abc")
    }

    assert found == {"a": {title.pk}, "ab": {title.pk, tag.pk}, "abc": {title.pk, tag.pk, caption.pk}}


def test_nearly_holds_for_slips_in_title_and_tags_and_for_the_words_themselves_anywhere(alma: User) -> None:
    title, tag = make_post(alma, title="Harbour"), make_post(alma, tags=("harbour",))
    make_post(alma, caption="harbour")
    exact = make_post(alma, caption="harbor")

    found = PostWords.objects.filter(says_nearly(words_in("harbor"))).values_list("pk", flat=True)

    assert set(found) == {title.pk, tag.pk, exact.pk}
