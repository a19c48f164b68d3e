"""Who uses a layer is found region by region, and a region that cannot be asked says so."""

from typing import Any

from layerlift.adapters.lambda_consumers import MAX_LISTED_FUNCTIONS, LambdaConsumers
from layerlift.domain.names import LayerName
from layerlift.domain.targets import Target

FRANKFURT = Target(account="123456789012", region="eu-central-1")
LAYER = LayerName("http-client-prod")


def function(name: str, *layers: str) -> dict[str, Any]:
    arns = [f"arn:aws:lambda:eu-central-1:123456789012:layer:{layer}" for layer in layers]
    return {"FunctionName": name, "Layers": [{"Arn": arn} for arn in arns]}


def test_functions_with_any_version_of_the_layer_are_named_over_all_pages(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    first = [function("orders", f"{LAYER}:3", "other:1"), function("plain")]
    second = [function("checkout", f"{LAYER}:12"), function("near", f"{LAYER}-extra:1")]
    stubber.add_response("list_functions", {"Functions": first, "NextMarker": "m"}, {})
    stubber.add_response("list_functions", {"Functions": second}, {"Marker": "m"})
    (where,) = LambdaConsumers(clients).find(LAYER, (FRANKFURT,))
    assert (where.region, where.functions) == ("eu-central-1", ("checkout", "orders"))
    assert (where.unlisted, where.problem) == (0, "")


def test_of_many_functions_the_first_are_named_and_the_rest_counted(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    many = [function(f"f-{number:02}", f"{LAYER}:1") for number in range(MAX_LISTED_FUNCTIONS + 4)]
    stubber.add_response("list_functions", {"Functions": many}, {})
    (where,) = LambdaConsumers(clients).find(LAYER, (FRANKFURT,))
    assert (len(where.functions), where.unlisted) == (MAX_LISTED_FUNCTIONS, 4)


def test_a_region_with_very_many_functions_is_cut_and_says_so(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    page = [function(f"f-{number}") for number in range(2000)]
    stubber.add_response("list_functions", {"Functions": page, "NextMarker": "m"}, {})
    (where,) = LambdaConsumers(clients).find(LAYER, (FRANKFURT,))
    assert where.problem == "Only the first 2,000 functions were looked at."


def test_a_region_that_cannot_be_asked_says_so_and_holds_nobody_up(stubbed: Any) -> None:
    clients, stubber = stubbed("lambda")
    stubber.add_client_error("list_functions", "AccessDeniedException", http_status_code=403)
    (where,) = LambdaConsumers(clients).find(LAYER, (FRANKFURT,))
    assert where.functions == ()
    assert where.problem.startswith("It is not known who uses the layer: listing the functions")
