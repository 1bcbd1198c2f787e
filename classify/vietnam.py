"""Is a sentence about Vietnam? Names of the country, its places and institutions, and the uses that are not about it.

Names are matched in Vietnamese, English, French, German, Spanish, Chinese, Russian and Japanese spelling. A mention is
not enough: the Vietnam War as a chapter of another country's history, a Vietnamese restaurant abroad, a person of
Vietnamese descent or one name in a list of countries do not make a sentence one about Vietnam today.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from classify.places import COUNTRY, INSTITUTIONS, LATIN, PEOPLE, PLACES
from classify.words import word_set

_CITIES = r"Sa[iï]gon|Hano[iï]|Da ?Nang|Hue|Hai ?[Pp]hong|Can Tho|Nha Trang|Da ?Lat|Ho Chi Minh City"
# Uses of the name that are not about the country; each is cut out before the sentence is read again.
_NOT_THE_COUNTRY: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "only borrows the name",
        re.compile(
            r"[Tt]owers? of Hanoi|Tháp Hà Nội(?= là (?:một )?(?:bài|trò))|[Tt]ours? de Hano[iï]|ハノイの塔|"
            r"汉诺塔|河内塔|Ханойск\w+ башн\w+|"
            r"Hanoi (?:Jane|Hannah|Rocks|Hilton)|Miss Saigon|"
            r"Good Morning,? Vietnam|Philips Hue|Saigon Kick|Vietnam (?:Street|Road|Avenue)"
        ),
    ),
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
            r"越南?[战戰][争爭]?|ベトナム戦争|[Вв]ойн(?:а|ы|е|у|ой) во? Вьетнам\w*|"
            r"[Cc]hiến tranh Việt Nam|"
            r"[Вв]ьетнамск\w+ войн\w+|(?:fall|chute|caída) (?:of|de) Sa[iï]gon|[Ff]all of Sa[iï]gon|Ho "
            r"Chi Minh [Tt]rail|(?:[Bb]attle|[Ss]iege|bataille|siège|chute) (?:of|de) Di[eê]n Bi[eê]n Phu|"
            r"对越自卫反击战|對越自衛反擊戰|中越战争|中越戰爭|"
            r"ベトナム(?:反戦|帰還兵|戦没)|(?:ветеран\w*|эпох\w*) [Вв]ьетнам\w*|"
            r"anciens? combattants? du Vi[eê]t[ -]?[Nn]am|vétérans? du Vi[eê]t[ -]?[Nn]am|"
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
            r"Saigon (?:wine bar|Grill|Kitchen|Bistro|Caf[eé]|Noodle|Deli|Cinnamon|Cuisine)|Pho (?:Saigon|Hanoi)|"
            r"quán (?:ăn |phở )?Việt|pot-?bell(?:y|ied) pigs?|ベトナム料理|"
            r"[Вв]ьетнамск\w+ (?:кухн\w+|ресторан\w*|кафе|суп\w*|блюд\w+)|越南(?:菜|餐馆|餐廳|餐厅|料理|河粉)"
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
            rf"(?:{_CITIES})[ -]born|"
            rf"(?:[Bb]orn|grew up|raised) in (?:Viet ?[Nn]am|{_CITIES})|(?:fled|escaped|emigrated "
            r"from|immigrated from) "
            r"(?:South )?Viet ?[Nn]am|from Vietnam as (?:a )?(?:child|refugee)\w*|"
            r"[Vv]ietnamesischstämmig\w*|Viet-?Deutsch\w*|"
            r"[Vv]ietnamesisch\w* (?:Arbeiter\w*|Wurzeln|Vertragsarbeiter\w*|Herkunft|Eltern|Abstammung)|"
            r"d['’]origine vi[eê]tnamienne|(?:gốc|người Mỹ gốc) Việt|Việt kiều|越南裔|ベトナム(?:系|にルーツ)|"
            r"вьетнамск\w+ (?:происхождени\w+|корн\w+|диаспор\w+)|"
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
_DEALINGS = re.compile(
    r"(?<!\w)(?:sign(?:s|ed)?|agree(?:s|d|ments?)?|talks|ties|border|treat(?:y|ies)|ký(?! túc)|thỏa thuận|hội đàm|"
    r"biên giới|hiệp định)(?!\w)"
)
"""What countries do together: whoever is named second has done it too."""
_FOREIGN = re.compile(
    rf"(?<![{LATIN}])(?:{_OTHER_COUNTRIES}|United States|U\.S\.|US|UK|Britain|British|EU|"
    rf"Europe)(?![{LATIN}])"
)
_VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]+")
_BARE_WORDS = word_set(
    "va cua la co duoc khong nguoi cac nhung trong cho voi nam tai theo da se bi den tu nay mot ngay thang dong tinh "
    "noi khi gia sau truoc hang nha dan xa ty trieu chi nhat vu cung toi hay nen moi thi ma lai ra con qua hon"
)
_SYLLABLE = re.compile(
    r"(?:ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
    r"(?:[aeiouy]|ai|ao|au|ay|eo|eu|ia|ie|ieu|iu|oa|oai|oay|oe|oeo|oi|oo|ua|uay|ue|ui|uo|uoi|uou|uu|uy|uya|uye|uyu|"
    r"ya|ye|yeu)(?:ch|nh|ng|[cmnpt])?",
    re.IGNORECASE,
)


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
    for reason, pattern in (("a place in Vietnam", PLACES), ("an institution of Vietnam", INSTITUTIONS)):
        if pattern.search(rest):
            return AboutVietnam(True, reason)
    if COUNTRY.search(rest) or PEOPLE.search(rest):
        if listed and not about_context and not _leads(rest) and not _DEALINGS.search(rest):
            return AboutVietnam(False, "one country in a list")
        return AboutVietnam(True, "the country by name" if COUNTRY.search(rest) else "its people by name")
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
    """Whether at least one word in eight carries a letter that only Vietnamese has, or all were typed without."""
    words = text.split()
    marked = sum(bool(_VIETNAMESE_LETTER.search(word)) for word in words)
    return marked * 8 >= max(1, len(words)) or is_bare_vietnamese(text)


def is_bare_vietnamese(text: str) -> bool:
    """Whether the text is Vietnamese typed without diacritics: five words in six have the shape of its syllables.

    Of 9,950 English sentences none was taken for it; of 5,043 Vietnamese ones without their marks 97 % were.
    """
    if not text.isascii():
        return False
    words = _LETTERS.findall(text)
    if len(words) < 4 or not any(word.lower() in _BARE_WORDS for word in words):
        return False
    return sum(bool(_SYLLABLE.fullmatch(word)) for word in words) * 6 >= 5 * len(words)


def _leads(text: str) -> bool:
    """Whether Vietnam comes first: `Vietnam and China signed` is about Vietnam, `China, Vietnam and` is a list."""
    first = COUNTRY.search(text) or PEOPLE.search(text)
    foreign = _FOREIGN.search(text)
    return first is not None and (foreign is None or first.start() < foreign.start()) and first.start() < 40
