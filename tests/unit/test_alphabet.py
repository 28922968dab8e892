from hcr import alphabet


def test_every_letter_and_digit_has_its_class():
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    covered = "".join(alphabet.stands_for(name) for name in alphabet.CLASSES)
    assert sorted(covered) == sorted(characters)
    for character in characters:
        assert character in alphabet.stands_for(alphabet.class_of(character))


def test_order_is_emnist_s():
    assert len(alphabet.CLASSES) == 47
    assert [alphabet.index_of(c) for c in "09AZat"] == [0, 9, 10, 35, 36, 46]
    assert alphabet.index_of("c") == alphabet.index_of("C")


def test_look_alikes():
    assert alphabet.look_alikes("O") == "0"
    assert alphabet.look_alikes("q") == "9g"
    assert alphabet.look_alikes("A") == ""
    assert alphabet.GROUP_INDEX[alphabet.index_of("O")] == alphabet.index_of("0")


def test_other_characters_are_refused():
    import pytest

    for wrong in ("ä", "", "AB", "#"):
        with pytest.raises(ValueError, match="not one of the 62"):
            alphabet.class_of(wrong)
