"""Work that is repeated in the background: it goes on after a defect, and ends when it is told to."""

import threading

import structlog

from serving.background import Repeated


def test_work_goes_on_after_a_defect_which_is_logged_with_its_traceback() -> None:
    tries: list[int] = []
    again = threading.Event()

    def work() -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            raise KeyError("a defect")
        again.set()

    repeated = Repeated("some work", work, 0.001, at_once=True)
    with structlog.testing.capture_logs() as logs:
        repeated.start()
        assert again.wait(10.0)
        repeated.close()

    (entry,) = [entry for entry in logs if entry["event"] == "background_failed"]
    assert (entry["work"], entry["exc_info"]) == ("some work", True)


def test_without_at_once_the_first_wait_comes_before_the_work_and_the_end_ends_the_wait() -> None:
    done: list[str] = []
    later = Repeated("later", lambda: done.append("later"), 3600.0, at_once=False)
    now = Repeated("now", lambda: done.append("now"), 3600.0, at_once=True)
    for repeated in (later, now):
        repeated.start()
        repeated.close()

    assert done == ["now"]
    assert not {"later", "now"} & {thread.name for thread in threading.enumerate()}
