"""The largest page that a widget has is quick to render and far below what Lambda answers with."""

from benchmarks.console_matrix import LAYERS, REGIONS, largest_page, milliseconds, render_page
from layerlift.console.answering import MAX_RESPONSE_BYTES
from tests.unit.console.reading import parse


def test_fifty_layers_in_thirty_regions_render_in_under_a_tenth_of_a_second() -> None:
    matrix = largest_page()
    assert milliseconds(lambda: render_page(matrix)) < 100


def test_fifty_layers_in_thirty_regions_take_an_eighth_of_what_lambda_answers_with() -> None:
    html = render_page(largest_page())
    assert len(parse(html).actions) == LAYERS * (REGIONS + 2) + 1
    assert len(html.encode()) < MAX_RESPONSE_BYTES / 8
