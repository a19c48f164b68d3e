"""HTML that a widget must not have: none of it runs, loads, leads away or covers the page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape as html_escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Visit, visiting

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
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href='http://evil.example'>",
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
    "<img src='http://evil.example/x.png'>",
    "<img srcset='http://evil.example/x.png'>",
    "<p style='background: url(http://evil.example/x.png)'>x</p>",
    "<style>p { background: url(http://evil.example/y.png) }</style><p>x</p>",
    "<style>@import 'http://evil.example/z.css';</style>",
    "<style>@font-face { font-family: f; src: url(http://evil.example/f) }</style>"
    "<p style='font: 9px f'>x</p>",
    "<svg><image href='http://evil.example/x.png'></image></svg>",
    "<svg><use href='http://evil.example/x.svg#x'></use></svg>",
    "<svg><rect fill='url(http://evil.example#x)' width=9 height=9 /></svg>",
    "<video src='http://evil.example/x.mp4' poster='http://evil.example/x.png'></video>",
    "<table background='http://evil.example/x.png'><tr><td>x</table>",
)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server of somebody else, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.fixture(scope="module")
def visit(context: BrowserContext) -> Iterator[Visit]:
    with visiting(context) as visit:
        visit.open("matrix")
        yield visit


def visit_with(visit: Visit, html: str) -> str:
    """Have the widget be this, and return what is made of it."""
    visit.complaints.clear()
    visit.backstage.extra = f"{html}<p class=end title='{html_escape(html)}'>the end</p>"
    visit.look_again()
    visit.page.wait_for_timeout(20)
    made: str = visit.widget.evaluate(
        "host => { host.shadowRoot.querySelector('.end')?.removeAttribute('title');"
        " return host.shadowRoot.innerHTML; }"
    )
    return made


@pytest.mark.parametrize("html", RUNS)
def test_nothing_of_a_widget_runs(visit: Visit, html: str) -> None:
    made = visit_with(visit, html)
    assert visit.page.evaluate("typeof hit") == "undefined"
    assert visit.page.url.startswith(visit.console.guard.origin)
    assert "hit" not in made
    assert "evil" not in made
    assert visit.complaints == []


@pytest.mark.parametrize("html", LEADS_AWAY)
def test_a_link_of_a_widget_leads_to_the_web_or_nowhere(visit: Visit, html: str) -> None:
    assert "href" not in visit_with(visit, html)
    assert visit.page.evaluate("typeof hit") == "undefined"


def test_a_link_to_the_web_opens_beside_and_tells_nothing(visit: Visit) -> None:
    visit_with(visit, "<a href='https://aws.amazon.com/lambda' target=_top rel=opener>AWS</a>")
    link = visit.page.get_by_role("link", name="AWS")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("html", LOADS)
def test_a_widget_loads_nothing(visit: Visit, html: str, elsewhere: tuple[str, list[str]]) -> None:
    authority, asked = elsewhere
    visit_with(visit, html.replace("evil.example", authority))
    visit.page.wait_for_timeout(50)
    assert asked == []


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
    visit.open("releases")
    expect(visit.widget).to_contain_text("<img src=x onerror=hit=1>")
    assert visit.page.evaluate("typeof hit") == "undefined"
