from tests.chaos.proxy import Call, Fault, FaultProxy, Kind

PUBLISH = Call("lambda", "eu-west-1", "POST /2018-10-31/layers/hello/versions")


def test_a_kill_that_found_nobody_is_no_fault_and_is_still_to_come() -> None:
    proxy, fault = FaultProxy(), Fault(Kind.KILLED_AFTER, "lambda", times=1)
    with proxy.fault(fault):
        assert proxy.struck(PUBLISH) is fault
        assert proxy.struck(PUBLISH) is None

        proxy.missed(fault, PUBLISH)

        assert (fault.struck, proxy.injected[fault.kind, "lambda"]) == (0, 0)
        assert proxy.struck(PUBLISH) is fault


def test_a_fault_lets_as_many_calls_through_as_it_skips() -> None:
    proxy, fault = FaultProxy(), Fault(Kind.ERROR, "lambda", skip=2, times=1)
    with proxy.fault(fault):
        assert [proxy.struck(PUBLISH) for _ in range(4)] == [None, None, fault, None]
