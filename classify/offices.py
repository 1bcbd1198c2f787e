"""Reads the name of an organisation or office out of a phrase, in Vietnamese and English. A person's never.

Names are read word by word from closed lists: what an office deals with, where it is, what it is called for short. The
first word outside the lists ends the name, so that whoever is named behind an office, in whatever language, stays out:
on 718 articles a looser reading let `Bộ trưởng Tài chính Mỹ Janet Yellen` and the like through.
"""

from __future__ import annotations

import re

from classify.places import LATIN, PLACES
from classify.words import word_set

_STANDS_ALONE = (
    r"Chính phủ|Quốc hội|Ủy ban Thường vụ Quốc hội|Thủ tướng Chính phủ|Thủ tướng|Chủ tịch nước|Liên [Hh]ợp [Qq]uốc|"
    r"Hội đồng xét xử|Viện kiểm sát nhân dân tối cao|Tòa án nhân dân tối cao|Ban Bí thư|Bộ Chính trị|Nhà Trắng|"
    r"Điện Kremlin|Lầu Năm Góc|Ngân hàng Nhà nước(?: Việt Nam)?|Ngân hàng Thế giới|Quỹ Tiền tệ Quốc tế|"
    r"Tổ chức Y tế Thế giới|Tổng cục Thống kê|Hội đồng Bảo an|Tổ chức Theo dõi Nhân quyền|Tổ chức Ân xá Quốc tế"
)
_HEAD = (
    r"Bộ trưởng Bộ|Thứ trưởng Bộ|Bộ(?! (?:luật|phim|ảnh|phận|môn|máy|đội|sưu|trưởng|tộc|ba|đôi|này))|Sở|"
    r"Tổng cục|Chi cục|"
    r"Cục(?! trưởng)|Vụ(?! (?:án|việc|cháy|nổ|tai|kiện|trưởng))|[UỦ]ỷ? ?ban nhân dân|[UỦ]y ban|Uỷ ban|UBND|HĐND|"
    r"Hội đồng nhân dân|Hội đồng|Công an|Cảnh sát|Cơ quan|To?[àò]a? án|TAND|Viện kiểm sát|VKSND|VKS|Học viện|Viện|"
    r"Trường [Đđ]ại học|Trường ĐH|Trường|Đại học|ĐH|Bệnh viện|BV|Trung tâm|Tổng công ty|Công ty|Tập đoàn|Ngân hàng|"
    r"Hiệp hội|Hội(?! (?:An|nghị|thảo|chợ|trường|họp|chứng|đồng))|Liên đoàn|Liên minh|Đoàn Luật sư|Đảng|"
    r"Ban(?= (?:[Tt]ổ chức|[Qq]uản lý|[Cc]hỉ (?:đạo|huy)|[Tt]uyên giáo|[Tt]hường vụ|[Cc]hấp hành|[Nn]ội chính|"
    r"[Kk]inh tế|[Dd]ân))|"
    r"Văn phòng|Kho bạc|Thanh tra|Kiểm toán|Đại sứ quán|Tổng Lãnh sự quán|Thành ủy|Tỉnh ủy|Huyện ủy|Đảng ủy|"
    r"Báo|Đài|Hãng|"
    r"Tổ chức|Quỹ|Mặt trận|Phòng|Đội|Trạm|Ga|Cảng"
)
_SUBJECTS = word_set(
    "y tế giáo dục và đào tạo công thương an quốc phòng ngoại giao nội vụ tư pháp tài chính nông nghiệp phát "
    "triển thôn "
    "môi trường tài nguyên giao thông vận tải xây dựng thông tin truyền văn hóa hoá thể thao du lịch khoa "
    "học nghệ lao động "
    "thương binh xã hội kế hoạch đầu dân tộc thanh tra kiểm toán nhà nước chính phủ nhân đoàn thể tối cao "
    "cấp phúc thẩm điều "
    "cảnh sát kinh hình sự ma túy quản lý thị trường thuế hải quan trung ương địa phương đô khí tượng thủy văn "
    "thuỷ lợi sản đê phòng chống thiên tai chăn nuôi thú trồng trọt bảo vệ thực vật lâm kiểm lâm đường bộ "
    "sắt hàng không "
    "việt nam điện lực năng lượng viễn bưu chính bản quyền tác giả sở hữu trí tuệ xuất nhập khẩu chứng khoán "
    "bảo hiểm nhà ở quy hoạch kiến trúc tiêu chuẩn đo chất đa dạng sinh học đất đai thống kê luật sư bất sản "
    "doanh nghiệp công nghiệp nhân quyền trẻ em phụ nữ nông cựu chiến mặt trận tổ quốc khuyến học bóng đá "
    "cứu hỏa nạn hộ chữa cháy bệnh viện đa khoa nhi sản phụ mắt răng hàm mặt lao phổi nhiệt đới tim mạch ung "
    "bướu tâm thần "
    "đại học trường bách sư phạm ngoại ngữ nông dược luật mỹ thuật quốc gia quốc tế thành phố tổ chức quản "
    "lý chỉ đạo huy "
    "tuyên thường chấp hành dân vận phòng tỉnh tiền tệ thế giới liên minh châu âu á phi cổ phần nước sạch thoát cấp "
    "môi giới vật liệu dệt may da giày gỗ thép xi măng thủy cà phê gạo vận đường thủy nghiên cứu dự báo phân tích "
    "giám định pháp xử lý sự an toàn lương thực phẩm di trú xuất cư biên phòng quân ngành phía bắc nam miền"
)
_CLAUSE = word_set(
    "đã vừa cũng mới sẽ đang có về trong tại vào ngày sáng chiều tối hôm trước sau thường khi chưa mỗi hoan "
    "liên yêu cam cung "
    "tiến khuyến thì là do bị được nói cho không để ra từ lúc qua theo mong còn phải cần này đó ấy nhưng nếu "
    "vì với đến tới "
    "nêu hay chỉ bày tỏ kêu lên xin đề kiến người ông bà anh chị em cô chú bác bác phối gồm cùng đặt báo mà "
    "rằng muốn vẫn luôn ta dẫn làm đưa tăng thuộc"
)
_EN_HEADS = word_set(
    "ministry department government agency police university commission committee bank company corporation corp court "
    "council association institute party group organisation organization office embassy authority bureau fund union "
    "federation foundation hospital parliament assembly administration center centre society board nations airlines "
    "inc ltd network chamber treasury navy army secretariat congress senate house watch amnesty observatory academy "
    "cabinet customs consulate procuracy inspectorate institution cross kremlin pentagon"
)
_EN_SUBJECTS = word_set(
    "of for and on the in industry trade health education training foreign affairs public security finance agriculture "
    "rural development natural resources environment science technology transport transportation construction justice "
    "culture sports sport tourism labour labor planning investment state national central general people's peoples "
    "provincial city municipal international world asian monetary food united european human rights home "
    "interior defence "
    "defense information communications communist supreme high appeals criminal civil aviation railway maritime "
    "administration statistics statistical meteorological hydrological hydro-meteorological forecast forecasting water "
    "energy electricity power oil gas petroleum coffee rice seafood textile garment chamber commerce business american "
    "british chinese japanese korean thai french german russian vietnamese reserve federal social insurance disease "
    "control prevention medical medicine children's refugee migration trade labour- environmental protection rights "
    "disaster management market surveillance securities exchange state-run football journalists protect committee "
    "amnesty red economic affairs economics foreign-trade nuclear atomic food-safety drug veterans"
)
_COUNTRIES = re.compile(
    r"(?:Việt Nam|Vietnam|Mỹ|Hoa Kỳ|Trung Quốc|Nga|Anh|Pháp|Đức|Nhật Bản|Nhật|Hàn Quốc|Triều Tiên|Ấn Độ|Thái Lan|Lào|"
    r"Campuchia|Indonesia|Malaysia|Singapore|Philippines|Myanmar|Ukraine|Ukraina|Úc|Australia|Canada|Israel|"
    r"Iran|Ai Cập|"
    r"China|Russia|Japan|France|Germany|India|Thailand|Laos|Cambodia|Britain|UK|EU|ASEAN|Hà Lan|Ba Lan|Cuba|"
    r"Phần Lan|Thụy Điển|Thụy Sĩ|Na Uy|Thổ Nhĩ Kỳ|Hy Lạp|Tây Ban Nha|Bồ Đào Nha|Ý|Brazil|Mexico)"
    rf"(?![{LATIN}])"
)
_UNIT = re.compile(
    r"(?:tỉnh|thành phố|Thành phố|TP\.?|thị xã|thị trấn|huyện|quận|xã|phường|H\.|Q\.|P\.|TX\.?|TT\.?) ?(?="
    r"(?P<name>HCM|Hồ Chí Minh|\d{1,2}(?!\d)|Huế|Vinh|[A-ZÀ-ÝĂĐƠƯ][a-zà-ỹ]+ [A-ZÀ-ÝĂĐƠƯ][a-zà-ỹ]+))"
)
_SURNAME = re.compile(
    r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ(?! Chí Minh)|Ngô|Dương|Lý|Đinh|Trịnh|"
    r"Đoàn(?! (?:Luật|TN|Thanh))|"
    r"Lương(?! thực)|Mai|Tô|Tạ|Cao|Kiều|Quách|Vương|Tống|Lưu|Hứa|Đàm|Nghiêm|Doãn|Chu|Đào(?! tạo)|Triệu|Phùng|Trương|"
    r"Hàn(?! Quốc)|"
    r"Lâm(?! (?:Đồng|nghiệp|sản))|Thái(?! (?:Lan|Bình|Nguyên))|Ninh(?! (?:Bình|Thuận|Kiều))|Hà (?:Văn|Thị|Tất)|"
    r"Châu (?:Văn|Thị))(?!\w)"
)
_ACRONYM = re.compile(r"[A-ZĐ]{2}[A-ZĐ0-9&\-]*(?![\w.])")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITALS = re.compile(rf"[A-ZÀ-ÝĂĐƠƯ][a-zà-ỹ]+ (?!{_SURNAME.pattern})[A-ZÀ-ÝĂĐƠƯ][a-zà-ỹ]")
_GAP = re.compile(r"\s*[-–]\s*|,? (?=và )|\s+")
_VI_HEAD = re.compile(rf"(?<!\w)(?:(?P<alone>{_STANDS_ALONE})|(?P<head>{_HEAD}))(?!\w)")
_ROLE = re.compile(
    r"^(?:(?:đại diện|lãnh đạo|người phát ngôn|phát ngôn viên|nguồn tin|thông tin|báo cáo|thống kê|số liệu|"
    r"dữ liệu|công bố|"
    r"kết luận|tính toán|dự báo|phía)(?: mới nhất)?(?: từ| của)? )+|^(?:the|a|an) ",
    re.IGNORECASE,
)
# Written in capitals like an office, but a person's rank, work or papers, or a place of learning without its name.
_NO_OFFICE = word_set(
    "PGS TS GS ThS BS TSKH CEO CFO MC PV BTV HLV CTV DN BTC BGH HS SV GV VĐV THPT THCS CCCD GDP CPI USD VND ATM "
    "MV DJ KOL PR IT AI VIP TV NSND NSƯT CLB HCV HCB FDI ODA"
)
_EN_WORD = re.compile(r"[A-Za-z][A-Za-z.&'’-]*")
_SHORT = frozenset({"UBND", "HĐND", "HĐXX", "VKS", "TAND", "VKSND"})
_LONGEST = 14


def find_office(phrase: str, *, last: bool = False) -> str | None:
    """The first (or last) organisation or office named in the phrase, or None."""
    phrase = phrase.strip(" \t\"“”'’.,;:-–")
    named: list[str] = []
    end = 0
    for found in _VI_HEAD.finditer(phrase):
        if found.start() < end:
            continue
        end = _read_on(phrase, found)
        name = re.sub(r"(?:\s+(?:và|của))+$", "", phrase[found.start() : end]).strip(" -–,")
        own = phrase[found.end() : end]
        if (
            found["alone"]
            or name in _SHORT
            or any(w[0].isupper() and w not in _NO_OFFICE for w in own.split())
        ):
            named.append(name)
    if named:
        return named[-1 if last else 0]
    return _find_short(phrase) or _find_english(phrase)


def _find_short(phrase: str) -> str | None:
    """An acronym that is all there is: `UNICEF`, `số liệu của IMF`. Initials of a person carry stops and are none."""
    rest = _ROLE.sub("", phrase)
    return rest if _ACRONYM.fullmatch(rest) and len(rest) > 2 and rest not in _NO_OFFICE else None


def _read_on(phrase: str, head: re.Match[str]) -> int:
    """Where the name that begins with a head ends. One that stands alone is followed by a place at most."""
    ends = [head.end()]
    for _ in range(1 if head["alone"] else _LONGEST):
        gap = _GAP.match(phrase, ends[-1])
        following = _follow(phrase, gap.end(), words=not head["alone"]) if gap else None
        if following is None:
            break
        ends.append(following)
    # A known word before an unknown one, both capitalised, may be the first half of somebody's name: Trí in Trí Dũng.
    while len(ends) > 1 and _CAPITALS.match(phrase, _start_of_word(phrase, ends[-1])):
        ends.pop()
    return ends[-1]


def _start_of_word(phrase: str, end: int) -> int:
    return max(phrase.rfind(mark, 0, end) for mark in " -–(") + 1


def _follow(phrase: str, at: int, *, words: bool) -> int | None:
    """Where the piece of a name at `at` ends, or None where what stands there belongs to no name."""
    if _SURNAME.match(phrase, at):
        return None
    unit = _UNIT.match(phrase, at)
    if unit is not None and not _SURNAME.match(phrase, unit.end()):
        return unit.end("name")
    for pattern in (PLACES, _COUNTRIES, _ACRONYM):
        found = pattern.match(phrase, at)
        if found is not None:
            return found.end()
    word = _WORD.match(phrase, at)
    if word is None or not words:
        return None
    text = word.group()
    # No person's name is written small, so that a small word may be unknown; only what opens a clause ends a name.
    known = text.lower() in _SUBJECTS if text[0].isupper() else text not in _CLAUSE
    return word.end() if known else None


def _find_english(phrase: str) -> str | None:
    words = list(_EN_WORD.finditer(phrase))
    run: list[re.Match[str]] = []
    for word in [*words, None]:
        if word is not None and _is_english_name_word(phrase, word):
            run.append(word)
            continue
        name = _trim(phrase, run)
        if name is not None:
            return name
        run = []
    return None


def _is_english_name_word(phrase: str, word: re.Match[str]) -> bool:
    text = word.group().rstrip(".")
    lowered = re.sub(r"['’]s$", "", text.lower())
    if lowered in ("of", "for", "and", "on", "the", "in"):
        return True
    if not text[0].isupper():
        return lowered == "police"
    return bool(
        lowered in _EN_HEADS
        or text.lower().replace("’", "'") in _EN_SUBJECTS
        or lowered in _EN_SUBJECTS
        or _COUNTRIES.match(phrase, word.start())
        or any(found.start() <= word.start() < found.end() for found in PLACES.finditer(phrase))
        or _ACRONYM.fullmatch(text)
    )


def _trim(phrase: str, run: list[re.Match[str]]) -> str | None:
    while run and run[0].group().lower() in ("of", "for", "and", "on", "the", "in"):
        run = run[1:]
    while run and run[-1].group().lower() in ("of", "for", "and", "on", "the", "in"):
        run = run[:-1]
    if not run:
        return None
    name = re.sub(r"(?:['’]s|\.)$", "", phrase[run[0].start() : run[-1].end()])
    heads = [word for word in run if word.group().rstrip(".").lower() in _EN_HEADS]
    return name if heads and len(run) > 1 else None
