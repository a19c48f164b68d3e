"""HTML that a widget must not have: none of it runs, loads, leads away or covers the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

RUNS = (
    "<script>hit = 1</script>",
    "<img src=x onerror='hit = 1'>",
    f"<img src='{PIXEL}' onload='hit = 1'>",
    "<svg onload='hit = 1'><script>hit = 1</script></svg>",
    "<svg><animate onbegin='hit = 1' attributeName=x dur=1s></svg>",
    "<svg><foreignObject><img src=x onerror='hit = 1'></foreignObject></svg>",
    "<svg><style><img src=x onerror='hit = 1'></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror='hit = 1'></table></math>",
    "<noscript><p title='</noscript><img src=x onerror=hit=1>'></noscript>",
    "<template><script>hit = 1</script></template>",
    "<iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    "<object data='data:text/html,<script>hit=1</script>'></object>",
    "<embed src='data:text/html,<script>hit=1</script>'>",
    "<link rel=stylesheet href='data:text/css,*{display:none}'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example'>",
    "<details open ontoggle='hit = 1'><summary>x</summary></details>",
    "<input autofocus onfocus='hit = 1'>",
    "<body onload='hit = 1'>",
    "<cwdb-action onclick='hit = 1'><script>hit = 1</script></cwdb-action>",
)
LEADS_AWAY = (
    "<a id=t href='javascript:hit=1'>go</a>",
    "<a id=t href=' java\tscript:hit=1'>go</a>",
    "<a id=t href='data:text/html,x'>go</a>",
    "<a id=t href='//evil.example'>go</a>",
    "<svg width=9 height=9><a id=t href='javascript:hit=1'><text y=9>go</text></a></svg>",
    "<svg width=9 height=9><a id=t xlink:href='javascript:hit=1'><text>go</text></a></svg>",
)
LOADS = (
    "<img src='https://evil.example/x.png'>",
    "<img srcset='https://evil.example/x.png'>",
    "<p style='background: url(https://evil.example/x.png)'>x</p>",
    "<style>p { background: url(https://evil.example/y.png) }</style><p>x</p>",
    "<style>@import 'https://evil.example/z.css';</style>",
    "<style>@font-face { font-family: f; src: url(https://evil.example/f) }</style>"
    "<p style='font: 9px f'>x</p>",
    "<svg><image href='https://evil.example/x.png'></image></svg>",
    "<svg><use href='https://evil.example/x.svg#x'></use></svg>",
    "<svg><rect fill='url(https://evil.example#x)' width=9 height=9 /></svg>",
    "<video src='https://evil.example/x.mp4' poster='https://evil.example/x.png'></video>",
    "<table background='https://evil.example/x.png'><tr><td>x</table>",
)


def visit_with(visit: Visit, html: str) -> None:
    visit.backstage.extra = html + "<p class=end>the end</p>"
    visit.open("matrix")
    visit.widget.locator(".end").wait_for()


@pytest.mark.parametrize("html", RUNS)
def test_nothing_of_a_widget_runs(visit: Visit, html: str) -> None:
    visit.backstage.extra = html + "<p class=end>the end</p>"
    visit.open("matrix")
    visit.page.wait_for_timeout(50)
    assert visit.page.evaluate("typeof hit") == "undefined"
    assert visit.page.url.startswith(visit.console.guard.origin)
    markup = visit.widget.evaluate("host => host.shadowRoot.innerHTML")
    assert "hit" not in markup
    assert "evil" not in markup
    assert not [text for text in visit.complaints if "script" in text.lower()]


@pytest.mark.parametrize("html", LEADS_AWAY)
def test_a_link_of_a_widget_leads_to_the_web_or_nowhere(visit: Visit, html: str) -> None:
    visit_with(visit, html)
    markup = visit.widget.evaluate("host => host.shadowRoot.innerHTML")
    assert "href" not in markup
    assert visit.page.evaluate("typeof hit") == "undefined"


def test_a_link_to_the_web_opens_beside_and_tells_nothing(visit: Visit) -> None:
    visit_with(visit, "<a href='https://aws.amazon.com/lambda' target=_top rel=opener>AWS</a>")
    link = visit.page.get_by_role("link", name="AWS")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("html", LOADS)
def test_a_widget_loads_nothing(visit: Visit, html: str) -> None:
    sent: list[str] = []
    visit.page.on("request", lambda request: sent.append(request.url))
    visit_with(visit, html)
    visit.page.wait_for_timeout(50)
    assert [url for url in sent if "evil" in url] == []


def test_a_widget_cannot_cover_the_page(visit: Visit) -> None:
    visit_with(
        visit,
        "<style>:host { position: fixed !important; inset: 0 !important; contain: none !important }"
        "</style><div style='position: fixed; inset: 0; z-index: 9999; background: red'>x</div>",
    )
    for name in ("Approvals", "Matrix"):
        box = visit.page.get_by_role("tab", name=name).bounding_box()
        assert box is not None
        top = visit.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).id", [box["x"] + 5, box["y"] + 5]
        )
        assert top == f"tab-{name.lower()}"


def test_a_widgets_names_and_styles_stay_its_own(visit: Visit) -> None:
    visit_with(visit, "<p id=problem>x</p><style>header { display: none }</style>")
    expect(visit.page.locator("header")).to_be_visible()
    expect(visit.page.get_by_role("alert")).to_be_hidden()


def test_no_field_of_a_widget_asks_for_a_password_or_a_file(visit: Visit) -> None:
    visit_with(visit, "<input type=password name=p><input type=file name=f>")
    assert visit.widget.evaluate(
        "host => [...host.shadowRoot.querySelectorAll('input')].map((field) => field.type)"
    ) == ["text", "text"]


def test_text_stays_text(visit: Visit) -> None:
    visit.backstage.waiting[0].layer = "&lt;img src=x onerror=hit=1&gt;"
    visit.open()
    expect(visit.widget).to_contain_text("<img src=x onerror=hit=1>")
    assert visit.page.evaluate("typeof hit") == "undefined"
