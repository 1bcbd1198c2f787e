"""Is a sentence about Vietnam? Names of the country, its places and institutions, and the uses that are not about it.

Names are matched in Vietnamese, English, French, German, Spanish, Chinese, Russian and Japanese spelling. A mention is
not enough: the Vietnam War as a chapter of another country's history, a Vietnamese restaurant abroad, a person of
Vietnamese descent or one name in a list of countries do not make a sentence one about Vietnam today.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LATIN = "A-Za-zÀ-ỹĐđ"


def _names(*words: str) -> str:
    return rf"(?<![{_LATIN}])(?:{'|'.join(words)})(?![{_LATIN}])"


_COUNTRY = re.compile(
    "|".join(
        (
            _names(
                r"[Vv]i[eê]t[ -]?[Nn]am",
                r"VI[EÊ]T[ -]?NAM",
                r"Việt[ -]?[Nn]am",
                r"VIỆT NAM",
                r"CHXHCN Việt Nam",
            ),
            _names(r"(?:North|South)[ -]Vietnam", r"Vietname", r"Wietnam\w*", r"Vietnã", r"Vietnamu"),
            r"越南|ベトナム|ヴェトナム|베트남|Вьетнам\w*|вьетнам\w*|В'єтнам\w*|เวียดนาม",
        )
    )
)
_PEOPLE = re.compile(
    "|".join(
        (
            _names(
                r"[Vv]ietnamese", r"[Vv]i[eê]tnamien(?:ne)?s?", r"[Vv]ietnamesisch\w*", r"Vietnamese[rn]\w*"
            ),
            _names(r"[Vv]ietnamit[aei]s?", r"[Vv]ietnamees\w*", r"[Nn]gười Việt(?! kiều)", r"Việt kiều"),
        )
    )
)
# Names that no other country shares, with and without diacritics.
_PLACES = re.compile(
    "|".join(
        (
            _names(
                r"Hà Nội",
                r"Ha Noi",
                r"Hano[iï]",
                r"(?:TP\.? ?)?Hồ Chí Minh",
                r"TP\.? ?HCM",
                r"TPHCM",
                r"H[oô] Chi Minh(?:[ -](?:City|Ville|Stadt))",
                r"Ciudad Ho Chi Minh",
                r"HCMC",
                r"Sài Gòn",
                r"Sa[iï]gon",
                r"Đà Nẵng",
                r"Da ?Nang",
                r"Hải Phòng",
                r"Hai ?[Pp]hong",
                r"Cần Thơ",
                r"Can Tho",
                r"Thừa Thiên[ -]+Huế",
                r"Phú Quốc",
                r"Phu Quoc",
                r"Nha Trang",
                r"Vũng Tàu",
                r"Vung Tau",
                r"Đà Lạt",
                r"Da ?Lat",
                r"Hạ Long",
                r"Ha ?[Ll]ong [Bb]ay",
                r"Hội An",
                r"Hoi An",
                r"Điện Biên Phủ",
                r"Dien Bien Phu",
                r"Mekong Delta",
                r"Đồng bằng sông Cửu Long",
                r"Hoàng Sa",
                r"Trường Sa",
                r"Côn Đảo",
                r"Con Dao",
            ),
            _names(
                r"An Giang",
                r"Bà Rịa",
                r"Bạc Liêu",
                r"Bắc Giang",
                r"Bắc Kạn",
                r"Bắc Ninh",
                r"Bac Ninh",
                r"Bến Tre",
                r"Bình Dương",
                r"Binh Duong",
                r"Bình Định",
                r"Binh Dinh",
                r"Bình Phước",
                r"Bình Thuận",
                r"Binh Thuan",
                r"Cà Mau",
                r"Ca Mau",
                r"Cao Bằng",
                r"Cao Bang",
                r"Đắk Lắk",
                r"Dak Lak",
                r"Đắk Nông",
                r"Điện Biên",
                r"Đồng Nai",
                r"Dong Nai",
                r"Đồng Tháp",
                r"Dong Thap",
                r"Gia Lai",
                r"Hà Giang",
                r"Ha Giang",
                r"Hà Nam",
                r"Hà Tĩnh",
                r"Ha Tinh",
                r"Hải Dương",
                r"Hai Duong",
                r"Hậu Giang",
                r"Hòa Bình",
                r"Hoà Bình",
                r"Hưng Yên",
                r"Hung Yen",
                r"Khánh Hòa",
                r"Khánh Hoà",
                r"Khanh Hoa",
                r"Kiên Giang",
                r"Kien Giang",
                r"Kon Tum",
                r"Lai Châu",
                r"Lâm Đồng",
                r"Lam Dong",
                r"Lạng Sơn",
                r"Lang Son",
                r"Lào Cai",
                r"Lao Cai",
                r"Long An",
                r"Nam Định",
                r"Nam Dinh",
                r"Nghệ An",
                r"Nghe An",
                r"Ninh Bình",
                r"Ninh Binh",
                r"Ninh Thuận",
                r"Ninh Thuan",
                r"Phú Thọ",
                r"Phu Tho",
                r"Phú Yên",
                r"Phu Yen",
                r"Quảng Bình",
                r"Quang Binh",
                r"Quảng Nam",
                r"Quang Nam",
                r"Quảng Ngãi",
                r"Quang Ngai",
                r"Quảng Ninh",
                r"Quang Ninh",
                r"Quảng Trị",
                r"Quang Tri",
                r"Sóc Trăng",
                r"Soc Trang",
                r"Sơn La",
                r"Tây Ninh",
                r"Tay Ninh",
                r"Thái Bình",
                r"Thai Binh",
                r"Thái Nguyên",
                r"Thai Nguyen",
                r"Thanh Hóa",
                r"Thanh Hoá",
                r"Thanh Hoa",
                r"Tiền Giang",
                r"Tien Giang",
                r"Trà Vinh",
                r"Tra Vinh",
                r"Tuyên Quang",
                r"Tuyen Quang",
                r"Vĩnh Long",
                r"Vinh Long",
                r"Vĩnh Phúc",
                r"Vinh Phuc",
                r"Yên Bái",
                r"Yen Bai",
                r"Tây Nguyên",
                r"Huế",
            ),
            r"河内|河內|胡志明市|西贡|西貢|岘港|峴港|海防市|ハノイ|ホーチミン市|サイゴン|ダナン|ハイフォン|Хано[йяюе]\w*|Хошимин\w*|"
            r"Сайгон\w*|Дананг\w*|Хайфон\w*|하노이|호찌민|호치민시|다낭",
        )
    )
)
_INSTITUTIONS = re.compile(
    _names(
        r"VinFast",
        r"Vingroup",
        r"Viettel",
        r"Vietcombank",
        r"VietinBank",
        r"BIDV",
        r"Agribank Vietnam",
        r"Viet[Jj]et",
        r"Petro[Vv]ietnam",
        r"PetroVietnam",
        r"VietnamPlus",
        r"VnExpress",
        r"Vinamilk",
        r"Techcombank",
        r"Sabeco",
        r"Tuổi Trẻ",
        r"Thanh Niên",
        r"VTV",
        r"VCCI",
        r"UBND",
        r"HĐND",
        r"Ủy ban nhân dân",
        r"Hội đồng nhân dân",
        r"Mặt trận Tổ quốc",
        r"Viện kiểm sát nhân dân",
        r"Tòa án nhân dân",
        r"Vinachem",
        r"Vinacomin",
        r"V-?[Ll]eague",
    )
)
# Uses of the name that are not about the country; each is cut out before the sentence is read again.
_NOT_THE_COUNTRY: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "the war as history",
        re.compile(
            r"(?:(?:anti|post|pre)[ -]?)?Viet ?[Nn]am(?:ese)?[ -](?:[Ww]ar|[Ee]ra|[Vv]eterans?|[Vv]ets?|"
            r"[Dd]raft|protest\w*|POWs?|"
            r"[Gg]eneration|[Ss]yndrome|[Mm]emorial)(?: [Vv]eterans?| [Mm]emorial)*|Vietnam Veterans\b|"
            r"Vietnam[ -]?[Kk]rieg\w*|"
            r"(?:guerre|guerra|Guerre|Guerra)[ -](?:du|de|do|del|in|en) Vi[eê]t ?[Nn]am|"
            r"(?:war|wars|battlefields?|jungles?|draft(?:ed)?|combat|tours?(?: of duty)?|troops|soldiers?|"
            r"service|Marines?)"
            r" (?:in|to|of|for|over) (?:North |South )?Viet ?[Nn]am|"
            r"(?:served|fought|fighting|died|killed|wounded|deployed|captured|shot down|flew)(?: "
            r"(?:missions|combat))?"
            r" (?:in|over) (?:North |South )?Viet ?[Nn]am|veterans? of Viet ?[Nn]am|(?:North|South) Viet "
            r"?[Nn]am(?:ese)?|"
            r"越[南战]戰?争?(?<=[战戰争])|越战|越戰|ベトナム戦争|(?:война|войны|войне|войну|войной) во? Вьетнам\w*|"
            r"[Вв]ьетнамск\w+ войн\w+|(?:fall|chute|caída) (?:of|de) Sa[iï]gon|[Ff]all of Sa[iï]gon|Ho "
            r"Chi Minh [Tt]rail|"
            r"Agent Orange|Viet ?[Cc]ong|My Lai|Tet [Oo]ffensive"
        ),
    ),
    (
        "a restaurant or dish",
        re.compile(
            r"(?:[Vv]ietnamese|[Vv]ietnamesisch\w*|[Vv]i[eê]tnamien(?:ne)?s?|[Vv]ietnamit[ao]s?)[ "
            r"-](?:[\w-]+ ){0,2}?"
            r"(?:[Rr]estaurants?|food|cuisine|eatery|eateries|noodles?|dish(?:es)?|sandwich(?:es)?|bakery|"
            r"takeaway|kitchen|"
            r"caf[eé]s?|[Kk]üche|[Ii]mbiss|pho|spring rolls?|market stall|grocer\w*|nail (?:bar|salon)s?)|"
            r"(?:restaurant|cuisine|cantine|ristorante|restaurante|cucina|cocina)s? (?:vi[eê]tnamien\w*|"
            r"vietnamit\w+)|"
            r"quán (?:ăn |phở )?Việt|pot-?bell(?:y|ied) pigs?|ベトナム料理|越南(?:菜|餐馆|餐廳|餐厅|料理|河粉)"
        ),
    ),
    (
        "descent or diaspora",
        re.compile(
            r"[Vv]ietnamese[ -](?:American|Australian|Canadian|British|German|French|Czech|born|origin|"
            r"descent|heritage|"
            r"ancestry|roots|background|parents|immigrants?|refugees?|diaspora|community|mother|father|"
            r"boat people)\w*|"
            r"(?:American|Australian|Canadian|British)[ -]Vietnamese|"
            r"(?:of|with) (?:[\w-]+[ -])?Vietnamese (?:origin|descent|heritage|ancestry)|"
            r"(?:born|grew up|raised) in (?:Viet ?[Nn]am|Sa[iï]gon|Hano[iï])|(?:fled|escaped|emigrated "
            r"from|immigrated from) "
            r"(?:South )?Viet ?[Nn]am|from Vietnam as (?:a )?(?:child|refugee)\w*|"
            r"[Vv]ietnamesischstämmig\w*|Viet-?Deutsch\w*|"
            r"[Vv]ietnamesisch\w* (?:Arbeiter\w*|Wurzeln|Vertragsarbeiter\w*|Herkunft|Eltern|Abstammung)|"
            r"d['’]origine vi[eê]tnamienne|(?:gốc|người Mỹ gốc) Việt|Việt kiều|越南裔|ベトナム系|вьетнамского "
            r"происхождения|"
            r"[Ll]ittle Sa[iï]gon|Miss Sa[iï]gon|[Vv]ietnamese language|[Vv]ietnamese[- ]speak\w+|(?:in|"
            r"into|and|,) Vietnamese(?=[,.;)]|$)"
        ),
    ),
    (
        "a label of origin",
        re.compile(
            r"[Mm]ade in Viet ?[Nn]am|(?:imported|shipped|sourced) from (?:\w+, )*Viet ?[Nn]am|"
            r"hergestellt in Vietnam|"
            r"[Ff]lights?(?: \w+)? (?:to|from) (?:Hanoi|Saigon|Vietnam)\b(?= (?:was|were) (?:diverted|"
            r"delayed))"
        ),
    ),
)
_OTHER_COUNTRIES = (
    r"China|Chinese|India|Indian|Thailand|Thai|Japan|Japanese|(?:South |North )?Korea|Korean|Indonesia|"
    r"Malaysia|Philippines|"
    r"Singapore|Cambodia|Laos|Myanmar|Bangladesh|Pakistan|Mexico|Brazil|Taiwan|Turkey|Russia|Ukraine|"
    r"Germany|France|"
    r"Italy|Spain|Poland|Canada|Australia|Nigeria|Egypt|Ethiopia|Kenya|South Africa|Sri Lanka|Nepal|"
    r"Afghanistan|"
    r"Iraq|Iran|Israel|Syria|Colombia|Argentina|Chile|Peru|Venezuela|Cuba|Saudi Arabia|Morocco|Algeria|"
    r"Chine|Inde|Thaïlande|Japon|Corée|Indonésie|Malaisie|Cambodge|Allemagne|Indien|Kambodscha|Südkorea|"
    r"Frankreich|"
    r"Tailandia|Camboya|Filipinas|Trung Quốc|Ấn Độ|Thái Lan|Nhật Bản|Hàn Quốc|Indonesia|Campuchia|Lào|Mỹ|"
    r"Nga|Anh|Pháp|Đức|Úc"
)
_LISTED = re.compile(
    rf"(?:(?:{_OTHER_COUNTRIES})(?:,| and| or|,? und|,? et|,? y| và)\s+(?:the )?(?:\w+,\s+)*Vi[eêệ]t ?[Nn]am)"
    rf"|(?:Vi[eêệ]t ?[Nn]am(?:,| and| or| und| et| y| và)\s+(?:the )?(?:{_OTHER_COUNTRIES}))"
    r"|[、，](?:越南|ベトナム)|(?:越南|ベトナム)[、，]|Вьетнам\w*,|, Вьетнам\w*"
)
_FOREIGN = re.compile(
    rf"(?<![{_LATIN}])(?:{_OTHER_COUNTRIES}|United States|U\.S\.|US|UK|Britain|British|EU|"
    rf"Europe)(?![{_LATIN}])"
)
_VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AboutVietnam:
    """Whether a sentence is about Vietnam, and why."""

    about: bool
    reason: str


def judge_about_vietnam(sentence: str, *, about_context: bool = False) -> AboutVietnam:
    """Whether the sentence is about Vietnam; `about_context` says that its article's title or lead is.

    In such an article a sentence that names no country speaks of Vietnam, and a listed or passing mention counts.
    """
    sentence = unicodedata.normalize("NFC", sentence)
    rest, passing = sentence, None
    for reason, pattern in _NOT_THE_COUNTRY:
        cut = pattern.sub(" ", rest)
        if cut != rest:
            passing = passing or reason
        rest = cut
    listed = _LISTED.search(rest)
    for reason, pattern in (("a place in Vietnam", _PLACES), ("an institution of Vietnam", _INSTITUTIONS)):
        if pattern.search(rest):
            return AboutVietnam(True, reason)
    if _COUNTRY.search(rest) or _PEOPLE.search(rest):
        if listed and not about_context and not _leads(rest):
            return AboutVietnam(False, "one country in a list")
        return AboutVietnam(True, "the country by name" if _COUNTRY.search(rest) else "its people by name")
    if passing:
        return AboutVietnam(False, passing)
    if about_context:
        if _FOREIGN.search(rest):
            return AboutVietnam(False, "names another country")
        return AboutVietnam(True, "its article is about Vietnam")
    return AboutVietnam(False, "no mention of Vietnam")


def judge_article(title: str, lead: str) -> bool:
    """Whether an article is about Vietnam, from its title and the first sentences of its text."""
    if judge_about_vietnam(title).about:
        return True
    return judge_about_vietnam(lead).about and not _FOREIGN.search(title)


def is_vietnamese(text: str) -> bool:
    """Whether at least one word in eight carries a letter that only Vietnamese has."""
    words = text.split()
    return sum(bool(_VIETNAMESE_LETTER.search(word)) for word in words) * 8 >= max(1, len(words))


def _leads(text: str) -> bool:
    """Whether Vietnam comes first: `Vietnam and China signed` is about Vietnam, `China, Vietnam and` is a list."""
    first = _COUNTRY.search(text) or _PEOPLE.search(text)
    foreign = _FOREIGN.search(text)
    return first is not None and (foreign is None or first.start() < foreign.start()) and first.start() < 40
