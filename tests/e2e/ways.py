"""What somebody who is in a situation answers on the way to it and through it."""

from kiosk.situations.model import Content, Situation


def way_to(content: Content, target: str) -> list[str]:
    """The answers of somebody in this situation, from the first question on."""
    ways: list[tuple[str, list[str]]] = [(content.first_question, [])]
    for question, answers in ways:
        for answer in content.questions[question].answers:
            told = [*answers, answer.text]
            if answer.goes_to == target:
                return told
            if answer.goes_to.startswith("question:"):
                ways.append((answer.goes_to.removeprefix("question:"), told))
    raise AssertionError(f"no way to {target}")


def way_through(situation: Situation) -> list[str]:
    """What somebody chooses at the steps where there is a choice."""
    ways = []
    for step, following in zip(situation.numbered, situation.numbered[1:], strict=False):
        ways += [branch.text for branch in step.branches if branch.goes_to == following.id]
    return ways
