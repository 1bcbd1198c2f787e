"""Whether a page that was read again says anything new."""

import re

from models import wording

_READ_MORE = re.compile(
    r"(?i)[>»\s]*(?:(?:xem|đọc) (?:thêm|tiếp)|mời (?:quý )?(?:độc giả|bạn đọc)|(?:tin|bài) (?:liên quan|cùng chuyên mục"
    r"|nổi bật|mới)|read (?:more|also|next)|see also|more on|related|recommended)\b"
)
_SENTENCE_ENDS = (".", "!", "…", '"', "”")
_ONLY_MARKER = 40
_LONGEST_FURNITURE = 100
_MOMENT_OR_COUNT = re.compile(
    r"(?i)\d{1,2}\s?[:h]\s?\d{2}|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\b\d{1,2}\b.*\b(?:19|20)\d\d\b"
    r"|\b(?:trước|ago|lượt|views?|comments?|bình luận|chia sẻ|shares?)\b"
)
_FURNITURE = """cập nhật lúc lần cuối đăng xuất bản ngày tháng năm thứ hai ba tư năm sáu bảy chủ nhật giờ phút giây
trước sáng trưa chiều tối gmt utc ict am pm sa ch h lượt xem đọc chia sẻ bình luận thích in email gửi facebook zalo
twitter theo dõi lưu bài google news updated update published posted last modified first at on min mins minute minutes
hour hours day days second seconds ago views view comments comment share shares read monday tuesday wednesday thursday
friday saturday sunday mon tue wed thu fri sat sun january february march april may june july august september october
november december jan feb mar apr jun jul aug sep sept oct nov dec st nd rd th"""
_FURNITURE_WORDS = frozenset(_FURNITURE.split())


def says_the_same(title: str, text: str, other_title: str, other_text: str) -> bool:
    """Whether two readings of a page differ in nothing that it says, so that the later is no new version.

    White space, line breaks, capitals and typography do not count, nor do lines that hold only a date or a
    counter, nor links to other articles under "Xem thêm" and the like. A number, a word or a quotation mark does.
    """
    return _gist(title, text) == _gist(other_title, other_text)


def _gist(title: str, text: str) -> list[str]:
    lines, among_links = [title], False
    for line in text.split("\n"):
        is_sentence = line.rstrip().endswith(_SENTENCE_ENDS)
        if _READ_MORE.match(line) and not is_sentence:
            # The words alone open a list of links; with a link behind them they are the whole of it.
            among_links = len(line) <= _ONLY_MARKER
            continue
        among_links = among_links and not is_sentence
        if not among_links and not _is_furniture(line):
            lines.append(line)
    return wording("\n".join(lines))


def _is_furniture(line: str) -> bool:
    """Whether a line says only when, or how often: "Cập nhật 15:47, 3/5/2024", "1.234 lượt xem"."""
    if len(line) > _LONGEST_FURNITURE or not _MOMENT_OR_COUNT.search(line):
        return False
    return all(word in _FURNITURE_WORDS for word in re.findall(r"[^\W\d_]+", line.casefold()))
