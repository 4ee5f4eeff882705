"""Policies: they only override defaults, every mistake is named, and none contradicts itself."""

from pathlib import Path

import pytest

from mettici import policy
from mettici.checks import all_checks
from mettici.errors import PolicyError
from mettici.messages import languages


def test_professional_changes_nothing() -> None:
    for rule in policy.load().rules:
        assert (rule.weight, rule.cap, rule.blocking, dict(rule.limits)) == (
            rule.check.weight,
            rule.check.cap,
            rule.check.blocking,
            dict(rule.check.limits),
        )


@pytest.mark.parametrize("name", policy.names())
def test_shipped_policies_rule_every_check(name: str) -> None:
    loaded = policy.load(name)
    assert loaded.name == name
    assert [r.check.id for r in loaded.rules] == [c.id for c in all_checks()]


def test_the_shipped_policies() -> None:
    assert policy.names() == ["badge", "cv", "linkedin", "professional", "relaxed", "strict", "xing"]


@pytest.mark.parametrize("name", policy.names())
def test_each_policy_states_its_purpose_in_every_language(name: str) -> None:
    loaded = policy.load(name)
    assert set(loaded.about) >= set(languages())
    assert len({loaded.described(lang) for lang in loaded.about}) == len(loaded.about)
    assert all(text and "\n" not in text and len(text) <= 100 for text in loaded.about.values())


@pytest.mark.parametrize("name", ["badge", "cv", "linkedin", "xing"])
def test_a_policy_for_a_place_names_its_rules_and_its_crop(name: str) -> None:
    loaded = policy.load(name)
    assert loaded.sources
    assert all(source.startswith("https://") for source in loaded.sources)
    assert loaded.crop is not None
    assert loaded.crop.size is not None
    assert min(loaded.crop.size) == loaded["resolution"].limits["ideal"], "a crop keeps the required pixels"


def test_a_policy_s_purpose_falls_back_to_english_then_to_any_language() -> None:
    assert policy.parse('about = "Our staff page"', "x").described("it") == "Our staff page"
    assert policy.parse('about = { it = "La nostra pagina" }', "x").described("es") == "La nostra pagina"
    assert policy.parse("", "x").described() == ""


def test_a_crop_is_a_shape_with_or_without_a_size() -> None:
    shape = policy.parse('[crop]\nshape = "4:5"', "x").crop
    assert shape == policy.Crop(4, 5)
    assert (shape.aspect, shape.size) == (0.8, None)
    sized = policy.parse('[crop]\nshape = "3:4"\nwidth = 531', "x").crop
    assert sized is not None
    assert sized.size == (531, 708)
    assert policy.parse("", "x").crop is None


def test_any_text_survives_a_round_trip_through_toml() -> None:
    loaded = policy.parse("", 'a "name" of ours \\ \x7f')
    about = policy.parse("about = 'say \"hi\"; à, ñ'", "x")
    for one in (loaded, about):
        assert policy.parse(one.to_toml(), "y") == one


@pytest.mark.parametrize("name", policy.names())
def test_the_effective_policy_survives_a_round_trip_through_toml(name: str) -> None:
    loaded = policy.load(name)
    assert policy.parse(loaded.to_toml(), "x") == loaded


@pytest.mark.parametrize("name", policy.names())
def test_bonus_checks_have_no_cap_and_blocking_ones_cap_below_the_bar(name: str) -> None:
    loaded = policy.load(name)
    for rule in loaded.rules:
        assert not rule.check.bonus or (rule.cap == 100 and not rule.blocking)
        assert not rule.blocking or rule.check.fix_first or rule.cap <= loaded.accept_from


def test_a_file_overrides_only_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text("accept_from = 55\n[smile]\nweight = 5\ncap = 70\nblocking = true\nwarn_below = 0.4\n")
    team = policy.load(path)
    assert (team.name, team.version, team.accept_from) == ("team", "1", 55)
    smile = team["smile"]
    assert (smile.weight, smile.cap, smile.blocking, smile.limits["warn_below"]) == (5, 70, True, 0.4)
    assert policy.parse(team.to_toml(), "x") == team
    assert dict(team["gaze"].limits) == dict(policy.load()["gaze"].limits)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[smlie]\nweight = 1", "smlie"),
        ("weight = 1", "weight"),
        ("[smile]\nwarn_bellow = 0.5", "warn_bellow"),
        ("[smile]\nwarn_below = 'high'", "warn_below"),
        ("[smile]\nwarn_below = true", "warn_below"),
        ("[smile]\nweight = -1", "weight"),
        ("[smile]\nweight = nan", "weight"),
        ("[smile]\ncap = 101", "cap"),
        ("[smile]\ncap = -1", "cap"),
        ("[smile]\ncap = true", "cap"),
        ("[smile]\nblocking = 1", "blocking"),
        ("[smile]\nwarn_below = 0.95", "clear_from"),
        ("[face_size]\nwarn_below = 0.8", "warn_below"),
        ("accept_from = 101", "accept_from"),
        ("about = 5", "about"),
        ("about = { en = 5 }", "about"),
        ("sources = 'one'", "sources"),
        ("sources = [1]", "sources"),
        ("crop = 'square'", "crop"),
        ("[crop]\nshape = 'square'", "[crop] shape"),
        ("[crop]\nshape = '1:9'", "[crop] shape"),
        ("[crop]\nwidth = 400", "[crop] shape"),
        ("[crop]\nshape = '1:1'\nwidth = 0", "[crop] width"),
        ("[crop]\nshape = '1:1'\nwidth = true", "[crop] width"),
        ("[crop]\nshape = '1:1'\nheight = 5", "[crop] height"),
        ("accept_from = ", "TOML"),
    ],
)
def test_mistakes_are_named(text: str, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        policy.parse(text, "mine")
    assert says in f"{error.value} {error.value.remedy}"
    assert error.value.exit_code == 2
    assert error.value.remedy


@pytest.mark.parametrize("name", ["nobody", "nowhere.toml"])
def test_an_unknown_policy_lists_the_known_ones(name: str) -> None:
    with pytest.raises(PolicyError) as error:
        policy.load(name)
    assert name in str(error.value)
    assert "professional" in error.value.remedy


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError) as error:
        policy.load(path)
    assert error.value.reason == "not_toml"
    assert str(path) in str(error.value)


def test_a_policy_is_immutable() -> None:
    loaded = policy.load("strict")
    assert policy.load(loaded) is loaded
