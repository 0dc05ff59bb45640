"""Results are kept, so many and no more."""

from bff.core.memo import memoised


def test_a_result_is_kept_until_newer_ones_take_its_place() -> None:
    calls: list[int] = []

    @memoised(2)
    def double(number: int) -> int:
        calls.append(number)
        return number * 2

    assert [double(number) for number in (1, 2, 1, 3, 2)] == [2, 4, 2, 6, 4]
    assert calls == [1, 2, 3, 2]  # 2 was the oldest when 3 came


def test_arguments_of_different_types_are_different() -> None:
    @memoised(4)
    def text(value: object) -> str:
        return str(value)

    assert [text(1), text(True), text(1.0)] == ["1", "True", "1.0"]
