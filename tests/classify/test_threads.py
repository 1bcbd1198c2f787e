"""A prediction does not take every core."""

from threadpoolctl import threadpool_info

from classify.models import load_models
from classify.threads import single_thread


def test_what_computes_within_uses_one_thread_and_gives_the_rest_back() -> None:
    load_models()
    before = [library["num_threads"] for library in threadpool_info()]
    assert before
    with single_thread():
        assert {library["num_threads"] for library in threadpool_info()} == {1}
    assert [library["num_threads"] for library in threadpool_info()] == before
