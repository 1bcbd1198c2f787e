"""Why a source, a subscription or a delivery stands where it stands, in the language of the page.

The rows keep English reasons, clauses joined by semicolons, as programs read them. What the table does not know is
called a technical reason, so that no English stands in a Vietnamese page.
"""

import re

from api.pages.wording import Language

TECHNICAL = "lý do kỹ thuật"

# English clause: Vietnamese. A `reason` is a clause too, a `span` a length of time; what is `dropped` is not said.
REASONS: dict[str, str] = {
    # Subscriptions
    "its endpoint has not answered the challenge yet": "địa chỉ nhận chưa trả lời thử thách",
    "paused by its owner": "người đăng ký tạm dừng",
    "switched off by its owner": "người đăng ký đã tắt",
    "the endpoint answered 410 Gone": "địa chỉ nhận trả lời 410, không còn dùng nữa",
    "nothing but failures for {days} days": "{days} ngày liền không gửi được",
    "the last: {reason}": "lần cuối: {reason}",
    "the key that its signing secret was encrypted with is lost": "khóa mã hóa của khóa ký đã mất",
    "rotate the secret, then resume": "hãy đổi khóa rồi bật lại",
    # Deliveries
    "replayed": "gửi lại theo yêu cầu",
    "a newer challenge was sent": "đã gửi thử thách mới hơn",
    "what it says no longer holds": "nội dung không còn hiệu lực",
    "waits, because its endpoint did not take the message before": "đợi, vì địa chỉ nhận chưa nhận tin trước",
    "answered {status}": "trả lời {status}",
    "answered {status} without the challenge": "trả lời {status} nhưng không kèm thử thách",
    "answered {status}, a redirect": "trả lời {status}, chuyển hướng",
    "redirects are not followed": "tin không gửi theo chuyển hướng",
    "that was attempt {number} of {most}": "đó là lần thử {number} trên {most}",
    "no answer: no answer in time{dropped}": "không trả lời kịp",
    "no answer: {dropped}": "không có trả lời",
    "AddressRefused: {dropped}": "không được phép gửi tới địa chỉ này",
    "InvalidURL: {dropped}": "địa chỉ không hợp lệ",
    "the log has the details": "chi tiết ở nhật ký",
    # Sources
    "not polled yet": "chưa đọc lần nào",
    "not polled any more: somebody paused it": "không đọc nữa, có người đã tạm dừng",
    "never polled: its pages come from files": "không đọc định kỳ, trang lấy từ tệp",
    "fact sheets filed by hand": "tài liệu nộp bằng tay",
    "answers as it should": "trả lời bình thường",
    "worked before": "trước đó vẫn đọc được",
    "the last poll failed: {reason}": "lần đọc cuối không được: {reason}",
    "nothing usable {times} times in a row: {reason}": "{times} lần liền không đọc được: {reason}",
    "took {seconds} s to answer": "mất {seconds} giây mới trả lời",
    "expected about {items} items in {hours} h, saw none": (
        "lẽ ra có khoảng {items} tin trong {hours} giờ, không thấy tin nào"
    ),
    "its validators lie, so it is always fetched whole": "dấu báo thay đổi không tin được, luôn tải toàn bộ",
    "its validators were caught lying": "dấu báo thay đổi không tin được",
    "the items changed although the validator {dropped} did not": "tin đã đổi mà dấu báo thay đổi vẫn như cũ",
    "failing for long": "lâu nay không đọc được",
    "gone": "không còn",
    "tried again in {span}": "thử lại sau {span}",
    "robots.txt is looked at again in a day": "xem lại robots.txt sau một ngày",
    "the address is tried again in a day": "thử lại địa chỉ sau một ngày",
    "failed once": "không được một lần",
    "failed {times} times in a row": "{times} lần liền không được",
    "asked to wait {span}": "máy chủ yêu cầu đợi {span}",
    "limited without saying for how long": "máy chủ hạn chế, không nói bao lâu",
    "waiting {span}": "đợi {span}",
    "the host answers {status}": "máy chủ trả lời {status}",
    "the host answers {status} with a challenge for browsers": "máy chủ trả lời {status}, chỉ tiếp trình duyệt",
    "the host answers {status}, to be asked again after {dropped}": "máy chủ trả lời {status}, yêu cầu đợi",
    "the host answers {status}: gone for good": "máy chủ trả lời {status}, không còn nữa",
    "the host answers {status}: nothing there": "máy chủ trả lời {status}, không có gì ở đó",
    "the host answers {status}: not for us": "máy chủ trả lời {status}, không cho đọc",
    "the host answers 304 although it was asked for the whole": "máy chủ trả lời 304 dù được hỏi toàn bộ",
    "{reason} (redirected to {url})": "{reason} (chuyển hướng đến {url})",
    "the host asked to be left alone until {moment} UTC": "máy chủ yêu cầu ngừng hỏi đến {moment} UTC",
    "no whole answer within {seconds} s": "không trả lời xong trong {seconds} giây",
    "cannot connect: {dropped}": "không kết nối được",
    "the answer broke off: {dropped}": "trả lời bị đứt giữa chừng",
    "the compressed body is damaged {dropped}": "nội dung nén bị hỏng",
    "unknown content coding {dropped}": "cách nén không đọc được",
    "the body is larger than {dropped}": "nội dung quá lớn",
    "the body is {dropped}": "nội dung quá lớn",
    "a compressed b{dropped}": "nội dung nén quá lớn",
    "more than {count} redirects": "chuyển hướng hơn {count} lần",
    "redirects to {url}": "chuyển hướng đến {url}",
    "not an address that can be fetched {dropped}": "địa chỉ này không đọc được",
    "not a web address that can be fetched: {dropped}": "địa chỉ này không đọc được",
    "robots.txt denies {path}": "robots.txt không cho đọc {path}",
    "robots.txt answers {status}, so nothing is fetched for now": "robots.txt trả lời {status}, tạm thời không đọc",
    "robots.txt could not be reached, so nothing is fetched for now": "không lấy được robots.txt, tạm thời không đọc",
    "the answer is empty": "trả lời trống",
    "an HTML page, not a feed": "là trang HTML, không phải nguồn tin tự động",
    "not a feed{dropped}": "không phải nguồn tin tự động",
    "JSON, but not a JSON Feed": "là JSON nhưng không phải JSON Feed",
    "its XML {dropped}": "XML không được chấp nhận",
    "its link pattern is not a regular expression {dropped}": "mẫu đường dẫn không hợp lệ",
    "not a page that lists articles {dropped}": "không phải trang danh sách bài",
    "a page without a link to an article": "trang không có đường dẫn đến bài nào",
    "not a sitemap {dropped}": "không phải sơ đồ trang",
    "a sitemap without a recent address": "sơ đồ trang không có địa chỉ mới",
    "reading took more {dropped} and was stopped": "đọc quá lâu hoặc quá nặng nên dừng lại",
    "could not be read {dropped}": "không đọc được",
    "more than {count} entries": "hơn {count} mục",
    "the first {count} were kept": "giữ {count} mục đầu",
    "{count} addresses": "{count} địa chỉ",
    "the newest {count} were kept": "giữ {count} địa chỉ mới nhất",
    "the feed breaks off": "nguồn tin bị đứt giữa chừng",
    "entries kept: {count}": "giữ được {count} mục",
    "declares charset {charset} but is UTF-8": "khai bảng mã {charset} nhưng là UTF-8",
    "read as UTF-8": "đọc theo UTF-8",
    "an archive: nothing new for {days} days": "kho lưu, {days} ngày không có tin mới",
    "looked at once a month": "mỗi tháng xem một lần",
    "moved to {url}, which is the source {title}": "chuyển sang {url}, là nguồn {title}",
    "its items are counted there": "tin được tính ở đó",
    "moved to {url}, which is the source {title} that is not polled": "chuyển sang {url}, là nguồn {title} không đọc",
    "redirected for now to {url}": "tạm chuyển hướng đến {url}",
    "moved for good to {url}": "đã chuyển hẳn sang {url}",
    "says it has moved, but cannot: {dropped}": "báo đã chuyển, nhưng địa chỉ mới không dùng được",
    "says it has moved to {url} (seen {times} times": "báo đã chuyển sang {url} (thấy {times} lần",
    "adopted when that lasts)": "theo địa chỉ mới khi giữ nguyên như vậy)",
}

_UNITS = {"d": "ngày", "days": "ngày", "h": "giờ", "min": "phút", "s": "giây"}
_PART = re.compile(r"\{(\w+)\}")


def _compile(english: str) -> re.Pattern[str]:
    pieces = (
        f"(?P<{piece}>.*?)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(_PART.split(english))
    )
    return re.compile("".join(pieces), re.DOTALL)


# Those with most words of their own first: "answered 200 without the challenge" is no status.
_PATTERNS = [
    (_compile(english), words)
    for english, words in sorted(REASONS.items(), key=lambda one: -len(_PART.sub("", one[0])))
]


def word_reason(reason: str, language: Language) -> str:
    """A reason as it stands on a row, for the person at the page."""
    if language == "en" or not reason:
        return reason
    return "; ".join(_word_clause(clause) or TECHNICAL for clause in reason.split("; "))


def _word_clause(clause: str) -> str:
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(clause):
            return words.format(
                **{part: _word_part(part, value) for part, value in found.groupdict().items()}
            )
    return ""


def _word_part(part: str, value: str) -> str:
    if part == "reason":
        return _word_clause(value) or TECHNICAL
    if part == "span":
        size, _, unit = value.partition(" ")
        return f"{size.replace('.', ',')} {_UNITS.get(unit, unit)}"
    return value
