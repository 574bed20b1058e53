"""Every step of every derivation has its sentences, in every language, and none is left over.

A part ``<x>`` of a sentence is one that the step fills in, and a step fills in no part that no
sentence shows.
"""

import re
from collections import defaultdict

import pytest

from ce_cli.derivations.layout import LANGUAGES
from ce_cli.derivations.narration import catalogue
from ce_cli.derivations.subjects import SUBJECTS, derive

FORMS = [(None, None), (3, None), (3, 2), (100, None)]
OF_THE_VIEW = {"rule": {"entry-of-result"}, "heading": set()}
"""What the page adds to the steps: an entry of the result for many classes."""
KEYS = {
    "page": {"says"},
    "subject": {"title", "note", "meaning"},
    "heading": {"title", "meaning"},
    "rule": {"reason", "says", "again"},
}
NEEDED = {"page": {"says"}, "subject": {"title"}, "heading": {"title"}, "rule": {"reason", "says"}}


def used_phrases():
    """Return the parts that every rule and heading is given, by kind and name."""
    phrases = {"rule": defaultdict(list), "heading": defaultdict(list)}
    for subject in SUBJECTS:
        for form in FORMS:
            for step in derive(subject, *form).steps:
                phrases["rule"][step.rule.name].append(dict(step.rule.parts).keys())
                if step.heading:
                    phrases["heading"][step.heading.name].append(dict(step.heading.parts).keys())
    return phrases


@pytest.fixture(scope="module")
def phrases():
    return used_phrases()


def sentences(entry):
    """Return all sentences of an entry, those for few classes among them."""
    return [text for key, text in entry.items() if key != "few"] + list(
        entry.get("few", {}).values()
    )


def parts(entry):
    return {part for text in sentences(entry) for part in re.findall("<([^>]*)>", text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["rule", "heading"])
def test_every_phrase_has_its_sentences_and_no_entry_is_left_over(language, kind, phrases):
    assert set(catalogue(language)[kind]) - OF_THE_VIEW[kind] == set(phrases[kind])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subjects_of_the_catalogue_are_those_there_are(language):
    assert set(catalogue(language)["subject"]) == set(SUBJECTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["rule", "heading"])
def test_every_part_is_filled_in_and_shown(language, kind, phrases):
    for name, given in phrases[kind].items():
        shown = parts(catalogue(language)[kind][name])
        assert {frozenset(names) for names in given} == {frozenset(shown)}, name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KEYS)
def test_entries_have_the_keys_that_are_read(language, kind):
    for name, entry in catalogue(language)[kind].items():
        assert set(entry) >= NEEDED[kind], name
        assert set(entry) | set(entry.get("few", {})) <= KEYS[kind] | {"few"}, name
        assert all(text for key, text in entry.items() if key != "again"), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KEYS)
def test_the_languages_say_the_same_with_the_same_parts(language, kind):
    ours, theirs = catalogue(LANGUAGES[0])[kind], catalogue(language)[kind]
    assert list(theirs) == list(ours)
    assert {name: parts(entry) for name, entry in theirs.items()} == {
        name: parts(entry) for name, entry in ours.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_marks_of_mathematics_and_code_are_paired(language):
    texts = [
        text
        for kind in KEYS
        for entry in catalogue(language)[kind].values()
        for text in sentences(entry)
    ]
    assert texts
    assert [text for text in texts if text.count("$") % 2 or text.count("`") % 2] == []
    assert [
        text for text in texts if re.search(r"[_^∂Σδ]", re.sub(r"\$[^$]*\$|`[^`]*`", "", text))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("label", [None, 2])
def test_sentences_speak_of_what_stands_on_the_page(language, subject, label):
    """Where classes are written out, there is no index c, i, j or k, and no δ."""
    for step in derive(subject, 3, label).steps:
        entry = catalogue(language)["rule"][step.rule.name]
        shown = entry | entry.get("few", {})
        for key in ("reason", "says", "again"):
            mathematics = "".join(re.findall(r"\$([^$]*)\$", shown.get(key, "")))
            bare = re.sub("<[a-z]+>", "", mathematics)
            assert not re.search(r"_\{?[cijk]|\b[cijk] [=≠]|δ|Σ_", bare), (step.rule.name, key)
