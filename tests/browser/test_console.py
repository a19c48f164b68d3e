"""The console as somebody uses it, in Chromium, with a function that answers from memory."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from layerlift_cli.errors import OutOfReach
from tests.browser.conftest import Visit
from tests.fakes.console import DIGEST, IDENTITY, Waiting, action


def test_the_address_opens_it_and_the_key_leaves_the_address_bar(visit: Visit) -> None:
    visit.open()
    assert visit.page.url == f"{visit.console.guard.origin}/console#"
    assert visit.page.title() == "Releases · Layerlift"
    expect(visit.page.locator("#about")).to_have_text(f"layerlift in eu-central-1, as {IDENTITY}")
    expect(visit.widget).to_contain_text("http-client")
    visit.page.reload()
    expect(visit.widget).to_contain_text("http-client")
    assert visit.complaints == []


def test_an_address_without_its_key_says_where_to_get_it(visit: Visit) -> None:
    visit.page.goto(visit.console.guard.origin)
    expect(visit.page.locator("#said")).to_contain_text("Copy it from the terminal")
    visit.page.goto(f"{visit.console.guard.origin}/#key=guessed")
    expect(visit.page.locator("#said")).to_contain_text("not the key of this console")
    visit.page.goto(visit.console.address)  # pasted into the same tab
    expect(visit.widget).to_contain_text("http-client")


def test_releases_are_filtered_by_what_is_in_the_form(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_label("Layer", exact=True).fill("numb")
    visit.button("Filter").click()
    expect(visit.widget).not_to_contain_text("http-client")
    expect(visit.widget).to_contain_text("numbers")
    assert visit.backstage.events[-1]["widgetContext"]["forms"]["all"] == {"layer": "numb"}
    visit.page.get_by_label("Layer", exact=True).fill("")
    visit.page.keyboard.press("Enter")
    expect(visit.widget).to_contain_text("http-client")


def test_popups_show_what_is_there_and_what_the_function_answers(visit: Visit) -> None:
    visit.open()
    popup = visit.page.get_by_role("dialog", name="Details")
    visit.button("What is this?").click()
    expect(popup).to_contain_text("A list of releases")
    visit.page.keyboard.press("Escape")
    expect(popup).to_be_hidden()
    visit.button("Details of numbers").click()
    expect(popup).to_contain_text("Everything about numbers")


def test_a_release_is_approved_with_a_comment_in_words_of_the_page_itself(visit: Visit) -> None:
    visit.open("approvals")
    visit.page.get_by_label("Comment on http-client").fill("looks good")
    visit.button("Approve http-client").click()
    question = visit.page.get_by_role("dialog", name="Approve http-client 1.4.0 for prod?")
    for fact in (
        "goes live in prod in 6 targets: eu-central-1, us-east-1; then",
        DIGEST,
        "looks good",
        IDENTITY,
    ):
        expect(question).to_contain_text(fact)
    expect(question).not_to_contain_text("Attempt")
    expect(question).not_to_contain_text("Sure?")
    assert visit.backstage.decided == []
    question.get_by_role("button", name="Approve", exact=True).click()
    said = visit.page.locator("#said")
    expect(said).to_contain_text("http-client 1.4.0 is approved for prod.")
    expect(visit.widget).not_to_contain_text("http-client")
    (decided,) = visit.backstage.decided
    assert (decided.outcome, decided.comment, decided.digest) == ("approved", "looks good", DIGEST)
    assert all("action" not in event for event in visit.backstage.events)
    said.get_by_role("link", name="Watch http-client under Releases").click()
    expect(visit.page.get_by_role("tab", name="Releases", selected=True)).to_be_visible()
    assert visit.backstage.events[-1]["layer"] == "http-client"


def test_a_release_is_rejected_and_a_question_can_be_taken_back(visit: Visit) -> None:
    visit.open("approvals")
    visit.button("Reject numbers").click()
    visit.button("Cancel").click()
    visit.button("Reject numbers").click()
    expect(visit.button("Cancel")).to_be_focused()
    visit.page.keyboard.press("Escape")
    assert visit.backstage.decided == []
    visit.button("Reject numbers").click()
    visit.button("Reject").click()
    expect(visit.page.locator("#said")).to_contain_text("numbers 2.0.0 is rejected for prod.")
    assert [one.outcome for one in visit.backstage.decided] == ["denied"]


def test_a_rejection_looks_like_one_and_says_that_nobody_will_know_why(visit: Visit) -> None:
    visit.open("approvals")
    visit.button("Approve numbers").click()
    assert visit.button("Approve").get_attribute("class") == "primary"
    expect(visit.page.locator("#confirm-facts")).not_to_contain_text("nobody will know why")
    visit.button("Cancel").click()
    visit.button("Reject numbers").click()
    assert visit.button("Reject").get_attribute("class") == "danger"
    expect(visit.page.locator("#confirm-facts")).to_contain_text("nobody will know why")
    visit.button("Reject").click()
    expect(visit.page.locator("#said")).to_have_attribute("data-outcome", "denied")
    colour = "element => getComputedStyle(element).borderLeftColor"
    rejected = visit.page.locator("#said").evaluate(colour)
    expect(visit.widget).not_to_contain_text("numbers")
    visit.button("Approve http-client").click()
    visit.button("Approve").click()
    expect(visit.page.locator("#said")).to_have_attribute("data-outcome", "approved")
    assert visit.page.locator("#said").evaluate(colour) != rejected


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_was_decided_on_is_held_until_it_is_shown_anew_and_what_was_said_is_in_view(
    visit: Visit, motion: str
) -> None:
    visit.page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    visit.page.set_viewport_size({"width": 390, "height": 400})
    visit.backstage.waiting[:0] = [Waiting(f"layer-{number}", "1.0.0") for number in range(9)]
    visit.open("approvals")
    held: list[Route] = []
    card = visit.widget.locator("form").filter(has_text="numbers 2.0.0")
    visit.button("Reject numbers").click()
    visit.page.route("**/api/show", lambda route: held.append(route))
    visit.button("Reject").click()
    expect(card).to_contain_text("Sending …")
    expect(card).to_have_attribute("aria-busy", "true")
    expect(visit.page.locator("#said")).to_contain_text("is rejected")
    for name in ("Approve numbers", "Reject numbers"):
        expect(visit.button(name)).to_be_disabled()
    expect(visit.button("Approve layer-0")).to_be_enabled()
    assert held
    visit.page.unroute("**/api/show")  # lets go what was held
    expect(card).to_have_count(0)
    expect(visit.page.locator("#said")).to_be_in_viewport()


def test_what_is_shown_again_after_a_refusal_can_be_decided_again(visit: Visit) -> None:
    visit.open("approvals")
    visit.page.route("**/api/decide", lambda route: route.abort())
    visit.button("Approve numbers").click()
    visit.button("Approve").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("cannot be reached")
    visit.page.unroute("**/api/decide")
    expect(visit.widget).not_to_contain_text("Sending")
    visit.button("Approve numbers").click()
    visit.button("Approve").click()
    expect(visit.page.locator("#said")).to_contain_text("numbers 2.0.0 is approved for prod.")


def test_a_refusal_is_said_and_what_is_left_is_shown(visit: Visit) -> None:
    visit.open("approvals")
    visit.button("Approve numbers").click()
    visit.backstage.waiting.pop()
    visit.button("Approve").click()
    problem = visit.page.get_by_role("alert")
    expect(problem).to_have_text("numbers 2.0.0 does not wait for an approval.")
    expect(visit.widget).not_to_contain_text("numbers")
    assert visit.backstage.decided == []


def test_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    visit.open()
    keyboard = visit.page.keyboard
    visit.page.get_by_role("tab", name="Releases").focus()
    keyboard.press("ArrowRight")
    expect(visit.page.get_by_role("tab", name="Approvals")).to_be_focused()
    expect(visit.widget).to_contain_text("http-client")
    keyboard.press("Tab")  # the panel
    keyboard.press("Tab")
    keyboard.type("by keys")
    keyboard.press("Tab")
    expect(visit.button("Approve http-client")).to_be_focused()
    keyboard.press("Enter")
    expect(visit.button("Cancel")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(visit.page.locator("#said")).to_contain_text("is approved")
    assert [one.comment for one in visit.backstage.decided] == ["by keys"]


def test_it_updates_by_itself_and_keeps_what_is_typed_and_where_the_cursor_is(visit: Visit) -> None:
    visit.open("approvals")
    field = visit.page.get_by_label("Comment on numbers")
    field.fill("half a senten")
    field.evaluate("field => field.setSelectionRange(4, 4)")
    visit.backstage.progress = 40
    visit.backstage.waiting.insert(0, Waiting("another", "1.0.0"))
    expect(visit.widget).to_contain_text("another")
    expect(field).to_have_value("half a senten")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionStart") == 4
    expect(visit.page.get_by_label("Comment on another")).to_have_value("")


def test_a_comment_never_moves_to_another_release(visit: Visit) -> None:
    visit.open("approvals")
    visit.page.get_by_label("Comment on http-client").fill("of http-client")
    visit.backstage.waiting.pop(0)
    visit.look_again()
    expect(visit.widget).not_to_contain_text("http-client")
    expect(visit.page.get_by_label("Comment on numbers")).to_have_value("")


def test_what_has_not_changed_is_not_shown_anew(visit: Visit) -> None:
    visit.open("approvals")
    visit.page.get_by_label("Comment on numbers").evaluate("field => field.mark = true")
    visit.look_again()
    assert visit.page.get_by_label("Comment on numbers").evaluate("field => field.mark")


def test_trouble_is_said_and_ends(visit: Visit) -> None:
    visit.open()
    visit.backstage.trouble = OutOfReach("The console function failed: why. Its log says more.")
    visit.look_again()
    problem = visit.page.get_by_role("alert")
    expect(problem).to_have_text("The console function failed: why. Its log says more.")
    expect(visit.widget).to_contain_text("http-client")
    visit.backstage.trouble = None
    visit.look_again()
    expect(problem).to_be_hidden()


def test_a_question_is_asked_also_if_nobody_knows_what_follows(visit: Visit) -> None:
    visit.open("approvals")
    visit.backstage.trouble = OutOfReach("The registry is away.")
    visit.button("Approve numbers").click()
    question = visit.page.get_by_role("dialog", name="Approve numbers 2.0.0 for prod?")
    expect(question).to_contain_text("Not known. The registry is away.")


def test_a_console_that_has_ended_says_that_decisions_hold_and_what_opens_another(
    visit: Visit,
) -> None:
    visit.open()
    visit.page.route("**/api/show", lambda route: route.abort())
    visit.button("Refresh").click()
    problem = visit.page.get_by_role("alert")
    expect(problem).to_contain_text("This console has ended, or cannot be reached")
    expect(problem).to_contain_text("what was decided here holds. Open another: layerlift console")
    expect(visit.widget).to_contain_text("http-client")


def test_another_function_is_not_called(visit: Visit) -> None:
    elsewhere = action({}, endpoint="arn:aws:lambda:eu-central-1:000000000000:function:other")
    visit.backstage.extra = f"<a class=btn>Elsewhere</a>{elsewhere}"
    visit.open()
    visit.button("Elsewhere").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("named another function")


@pytest.mark.parametrize(("event", "act"), [("dblclick", "dblclick"), ("click", "click")])
def test_an_action_waits_for_its_event_and_replaces_the_widget(
    visit: Visit, event: str, act: str
) -> None:
    visit.backstage.extra = "<b>Here</b>" + action("<p>instead</p>", event=event)
    visit.open()
    getattr(visit.page.locator("#widget b"), act)()
    expect(visit.widget).to_have_text("instead")
    visit.look_again()
    expect(visit.widget).to_contain_text("http-client")


def test_a_confirmation_is_asked_for_before_an_action(visit: Visit) -> None:
    visit.backstage.extra = "<a class=btn>Risky</a>" + action("<p>done</p>", confirmation="Dare?")
    visit.open()
    visit.button("Risky").click()
    visit.page.get_by_role("dialog", name="Dare?").get_by_role("button", name="Go on").click()
    expect(visit.widget).to_have_text("done")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_the_systems_unless_one_is_chosen(visit: Visit, theme: str) -> None:
    visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit.open()
    other = {"light": "dark", "dark": "light"}[theme]
    assert visit.backstage.events[-1]["widgetContext"]["theme"] == theme
    with visit.page.expect_response("**/api/show"):
        visit.page.get_by_label("Theme").select_option(other)
    assert visit.backstage.events[-1]["widgetContext"]["theme"] == other


def test_what_waits_for_the_mouse_acts_when_it_comes(visit: Visit) -> None:
    visit.backstage.extra = "<b>Here</b>" + action("<p>instead</p>", event="mouseenter")
    visit.open()
    box = visit.page.locator("#widget b").bounding_box()
    assert box is not None
    visit.page.mouse.move(box["x"] + 2, box["y"] + 2)
    expect(visit.widget).to_have_text("instead")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_cut_off(visit: Visit, theme: str, width: int) -> None:
    visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit.page.set_viewport_size({"width": width, "height": 800})
    for widget in ("releases", "approvals"):
        visit.open(widget)
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.button("Approve numbers").click()
    assert visit.violations() == []
