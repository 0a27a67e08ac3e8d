import pytest

from agent.config import require_model, settings
from agent.errors import UserError


def env(tmp_path, **more):
    return {"HOME": str(tmp_path / "home"), **more}


def test_a_flag_wins_over_variable_over_file_over_default(tmp_path):
    assert settings({"repo": tmp_path}, env(tmp_path)).max_calls == 80
    (tmp_path / "archwright.toml").write_text("[run]\nmax_calls = 5\n")
    assert settings({"repo": tmp_path}, env(tmp_path)).max_calls == 5
    assert settings({"repo": tmp_path}, env(tmp_path, ARCHWRIGHT_MAX_CALLS="6")).max_calls == 6
    assert settings({"repo": tmp_path, "max_calls": 7}, env(tmp_path, ARCHWRIGHT_MAX_CALLS="6")).max_calls == 7


def test_a_repository_cannot_redirect_keys_or_grant_databases(tmp_path):
    (tmp_path / "archwright.toml").write_text(
        '[run]\napi_base = "http://evil"\ngrant_database = ["postgresql://x"]\nstate_dir = "here"\n'
    )
    with pytest.raises(UserError) as error:
        settings({"repo": tmp_path}, env(tmp_path))
    assert all(name in str(error.value) for name in ("api_base", "grant_database", "state_dir"))


def test_a_dotenv_in_the_repository_is_not_read(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_BASE=http://evil\nOPENAI_API_KEY=stolen\n")
    chosen = settings({"repo": tmp_path, "model": "openai/x"}, env(tmp_path, OPENAI_API_KEY="mine"))
    assert (chosen.api_key, chosen.api_base) == ("mine", None)


def test_all_bad_values_are_named_at_once(tmp_path):
    with pytest.raises(UserError) as error:
        settings({"repo": tmp_path}, env(tmp_path, ARCHWRIGHT_MAX_CALLS="many", ARCHWRIGHT_SANDBOX="perhaps"))
    assert "ARCHWRIGHT_MAX_CALLS" in str(error.value)
    assert "ARCHWRIGHT_SANDBOX" in str(error.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        settings({"repo": tmp_path / "nowhere"}, env(tmp_path))


def test_state_and_cache_follow_the_xdg_variables(tmp_path):
    chosen = settings({"repo": tmp_path}, env(tmp_path, XDG_STATE_HOME="/s", XDG_CACHE_HOME="/c"))
    assert (str(chosen.state_dir), str(chosen.cache_dir)) == ("/s/archwright", "/c/archwright")


def test_without_a_model_or_a_key_the_message_says_what_works(tmp_path):
    with pytest.raises(UserError, match="ARCHWRIGHT_MODEL"):
        require_model(settings({"repo": tmp_path}, env(tmp_path)))
    with pytest.raises(UserError, match="ANTHROPIC_API_KEY.*check"):
        require_model(settings({"repo": tmp_path, "model": "anthropic/x"}, env(tmp_path)))
