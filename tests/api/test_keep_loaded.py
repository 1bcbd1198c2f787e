"""What a service has loaded when it begins to serve."""

import gc

from api.app import keep_loaded


def test_what_is_loaded_before_serving_is_never_searched_for_garbage_again() -> None:
    before, after = ["loaded before"], None
    keep_loaded()
    try:
        after = ["made later"]
        searched = {id(each) for each in gc.get_objects()}
    finally:
        gc.unfreeze()
    assert id(after) in searched
    assert id(before) not in searched
