from agent.conversation import Conversation, estimate_tokens
from agent.journal import Journal, read


def conversation(tmp_path):
    return Conversation(Journal(tmp_path / "journal.jsonl"))


def test_every_message_is_in_the_journal_once(tmp_path):
    talk = conversation(tmp_path)
    talk.say("system", "s")
    talk.say("user", "u")
    talk.result("c1", "r")
    kept = [event["message"]["content"] for event in read(tmp_path / "journal.jsonl") if event["kind"] == "message"]
    assert kept == ["s", "u", "r"]


def test_the_status_is_shown_and_not_kept(tmp_path):
    talk = conversation(tmp_path)
    talk.say("user", "u")
    assert talk.request("STATUS")[-1]["content"] == "u\n\nSTATUS"
    assert talk.request()[-1]["content"] == "u"


def test_a_conversation_below_the_limit_is_left_alone(tmp_path):
    talk = conversation(tmp_path)
    talk.say("user", "u" * 4000)
    assert talk.cut(10_000) == 0


def test_the_oldest_results_are_cut_first_and_the_newest_kept(tmp_path):
    talk = conversation(tmp_path)
    talk.say("system", "rules")
    for number in range(20):
        talk.result(f"c{number}", f"{number} " + "x" * 4000)
    before = estimate_tokens(talk.messages)
    assert talk.cut(before // 2) > 0
    assert estimate_tokens(talk.messages) <= before // 2
    assert talk.messages[0]["content"] == "rules"
    assert "cut" in talk.messages[1]["content"]
    assert len(talk.messages[-1]["content"]) > 4000
