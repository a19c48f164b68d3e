"""What is live in a stage, layer by region."""

from layerlift.domain.names import LayerName, StageName
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import LivePointer
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry
from layerlift.releasing.matrix import LAYERS, read_matrix
from layerlift.releasing.records import write_live
from tests.fakes.world import (
    ACCOUNT,
    DEV,
    DUBLIN,
    FRANKFURT,
    LAYER,
    PROD,
    VIRGINIA,
    World,
)
from tests.unit.releasing.test_track import in_debt


def point(
    registry: Registry, clock_of: World, layer: str, region: str, version: str | None = "1.0.0"
) -> None:
    pointer = None if version is None else Pointer(arn=f"arn:{layer}:{region}", version=version)
    live = LivePointer(
        layer=LayerName(layer),
        stage=PROD,
        target=Target(account=ACCOUNT, region=region),
        pointer=pointer,
        code_sha256=None if version is None else f"sha-of-{version}",
        changed_at=clock_of.clock(),
    )
    assert registry.commit(write_live(live, 0))


def test_a_stage_with_nothing_live_has_no_rows() -> None:
    assert read_matrix(World().registry, PROD).rows == ()


def test_a_row_says_what_is_live_in_every_target_and_that_the_bytes_agree() -> None:
    world = World()
    world.go_into(world.release(), "prod")
    (row,) = read_matrix(world.registry, PROD).rows
    assert (row.layer, row.version, row.agreeing) == (LAYER, "1.0.0", 3)
    assert len(row.digests) == 1
    assert None not in row.digests
    assert read_matrix(world.registry, DEV).rows == ()


def test_targets_are_in_the_order_of_the_policy_and_strangers_last() -> None:
    world = World()
    for region in ("ap-south-1", "us-east-1", "eu-west-1", "eu-central-1"):
        point(world.registry, world, "http", region)
    targets = read_matrix(world.registry, PROD).targets
    assert [t.region for t in targets] == ["eu-central-1", "us-east-1", "eu-west-1", "ap-south-1"]


def test_the_version_of_a_row_is_what_most_targets_have_and_of_those_the_newest() -> None:
    world = World()
    for region, version in (("eu-central-1", "1.9.0"), ("us-east-1", "1.10.0")):
        point(world.registry, world, "http", region, version)
    (row,) = read_matrix(world.registry, PROD).rows
    assert (row.version, row.agreeing) == ("1.10.0", 1)
    assert row.digests == {"sha-of-1.10.0"}


def test_targets_that_the_policy_no_longer_names_count_only_if_there_are_no_others() -> None:
    world = World()
    for region in ("ap-south-1", "ap-south-2"):
        point(world.registry, world, "http", region, "2.0.0")
    (row,) = read_matrix(world.registry, PROD).rows
    assert (row.version, row.agreeing) == ("2.0.0", 2)
    point(world.registry, world, "http", "eu-central-1", "1.0.0")
    (row,) = read_matrix(world.registry, PROD).rows
    assert (row.version, row.agreeing, len(row.counted)) == ("1.0.0", 1, 1)
    assert row.digests == {"sha-of-1.0.0"}
    named = {target.region for target, cell in row.cells.items() if cell.is_named}
    assert named == {"eu-central-1"}


def test_what_a_target_is_owed_is_in_its_cell_also_where_nothing_is_live() -> None:
    world = World(in_debt())
    ref = world.release()
    world.lock(ref, "prod-1")
    place = world.place(ref, "prod", FRANKFURT)
    world.prove(place)
    world.activate(place)
    world.settle(ref, {FRANKFURT: "active", VIRGINIA: "unreachable"})
    (row,) = read_matrix(world.registry, PROD).rows
    assert row.cells[VIRGINIA].owed == ("1.0.0",)
    assert (row.cells[VIRGINIA].version, row.cells[FRANKFURT].owed) == (None, ())
    assert DUBLIN not in row.cells


def test_the_digest_stays_known_when_a_pointer_goes_back() -> None:
    world = World()
    world.go_into(world.release(b"one", "1.0.0", "run-1"), "dev", [FRANKFURT])
    (before,) = read_matrix(world.registry, DEV).rows
    second = world.release(b"two", "2.0.0", "run-2")
    world.go_into(second, "dev", [FRANKFURT])
    assert read_matrix(world.registry, DEV).rows[0].digests != before.digests
    world.restore(world.place(second))
    assert read_matrix(world.registry, DEV).rows == (before,)


def test_more_layers_than_a_page_has_are_read_page_by_page_without_a_gap() -> None:
    world = World()
    names = [f"layer-{number:03d}" for number in range(2 * LAYERS + 7)]
    for name in names:
        for region in ("eu-central-1", "us-east-1"):
            point(world.registry, world, name, region)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = read_matrix(world.registry, StageName("prod"), after)
        assert all(len(row.cells) == 2 for row in page.rows)
        seen.extend(row.layer for row in page.rows)
        after = page.after
    assert seen == names


def test_a_layer_whose_name_begins_like_another_is_on_the_next_page_whole() -> None:
    world = World()
    for name in ("a", "a-b", "a_b", "aa"):
        point(world.registry, world, name, "eu-central-1")
    rest = read_matrix(world.registry, PROD, "a").rows
    assert [row.layer for row in rest] == ["a-b", "a_b", "aa"]


def test_a_page_takes_as_many_reads_as_a_single_layer() -> None:
    world = World()
    point(world.registry, world, "layer-000", "eu-central-1")
    world.wire.forget()
    read_matrix(world.registry, PROD)
    one = len(world.wire.moments)
    for number in range(1, 40):
        point(world.registry, world, f"layer-{number:03d}", "eu-central-1")
    world.wire.forget()
    read_matrix(world.registry, PROD)
    assert len(world.wire.moments) == one == 2 * 4
