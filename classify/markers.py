"""Words and shapes that mark opinion, norm, prediction, question, satire, boilerplate and report, in two languages.

A few decide on their own (`stop_by_rule`); all of them are features of the learned model and give its reasons a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from classify.lexicon import (
    ANNOUNCED,
    CONCRETE,
    CRITICISM,
    FUTURE,
    IMAGE,
    JUDGEMENT,
    PLAINT,
    RHETORIC,
    SUPERLATIVE,
    compile_words,
)
from classify.vietnam import is_bare_vietnamese, is_vietnamese
from classify.words import strip_diacritics

_FLAGS = re.IGNORECASE


def _strip(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(strip_diacritics(pattern.pattern), pattern.flags)


MARKERS: dict[str, re.Pattern[str]] = {
    "opinion": compile_words(
        r"theo tôi, tôi (?:nghĩ|cho rằng|tin|thấy|cảm thấy|thiết nghĩ), thiết nghĩ, có lẽ, "
        r"dường như, (?<!điển )hình như, rõ ràng là, thật (?:là|sự|ra|đáng|không), "
        r"đáng (?:tiếc|buồn|xấu hổ|thất vọng|trách|lo|khen|tự hào|ngờ|giận), "
        r"chẳng khác (?:gì|nào), không khác (?:gì|nào), khác gì, chẳng qua, suy cho cùng, "
        r"xét cho cùng, nói thẳng, phải thừa nhận, không ai có thể, ai cũng, ngớ ngẩn, vô lý, "
        r"vô trách nhiệm, phi lý, tồi tệ, thảm hại, kém cỏi, yếu kém, bất lực, bất công, hổ thẹn, "
        r"xấu hổ, đạo đức giả, giả tạo, quan liêu, tệ hại, tuyệt vời, đẹp nhất, tệ nhất, "
        r"hay nhất, vĩ đại, quá (?:muộn|chậm|đắt|tệ|nhiều|ít|đáng|xa), mỉa mai, trớ trêu, "
        r"chua chát, i (?:think|believe|feel|suspect|doubt|hope|guess), in my (?:view|opinion), "
        r"to my mind, we (?:believe|think|feel), perhaps, maybe, arguably, frankly, honestly, "
        r"surely, clearly, obviously, sadly, unfortunately, disgrace(?:ful)?, shame(?:ful)?, "
        r"absurd, ridiculous, outrage(?:ous)?, hypocri\w+, failure, incompetent\w*, terrible, "
        r"wonderful, beautiful, brilliant, best, worst, greatest, finest, pathetic, mockery, "
        r"farce, fairy tale, too (?:late|little|slow|weak|much|many|often), "
        r"nothing (?:more|less|but), no better than, little more than, deserves?, unfair\w*, "
        r"unjust\w*, cruel\w*, betray\w*, cynical\w*, hollow, sham, theatre, theater, seems?, "
        r"feels? like"
    ),
    "norm": compile_words(
        r"(?<!trở )(?<!tạo )(?<!làm )(?<!gây )(?<!dựng )(?<!viết )(?<!\W )nên(?! không thể), "
        r"cần(?: phải)?(?! (?:cẩu|câu|đước|giờ|giuộc|sa|thơ|trục)), "
        r"(?<!gặp )(?<!mắc )(?<!vấp )(?<!bên )(?<!chân )(?<!tay )(?<!không )phải(?! chăng), "
        r"không được(?! \w+(?: \w+)?(?: \w+)? bởi), không thể (?:chấp nhận|tiếp tục|để|cứ), "
        r"đã đến lúc, lẽ ra, đáng lẽ, đáng ra, buộc phải, should(?:n['’]t)?, must(?:n['’]t)?, "
        r"ought to, ha(?:s|ve) to, needs? to, it is (?:high )?time, "
        r"cannot (?:go on|continue|be allowed), have a (?:duty|right|responsibility)"
    ),
    "prediction": compile_words(
        r"sẽ, sắp(?! (?:đặt|xếp)), có thể, khó (?:mà|lòng), chắc chắn, ắt, nhất định, rồi (?:sẽ|đây|cũng), "
        r"sớm muộn, chắc chắn (?:sẽ|thắng|thua|vô địch|thất bại), nhiều khả năng, thế nào cũng, thừa sức, "
        r"đẩy \w+ \w+ \w+ vào, không có cửa, hẳn sẽ, ắt hẳn, certain to, destined to, heading for, "
        r"sure to, almost certainly, dự báo, tương lai, e rằng, will, won['’]t, would, shall, going to, likely, "
        r"unlikely, might, (?<!dệt )may(?! (?:bay|mặc|mắn|vá|\d)), could, "
        r"sooner or later, bound to, inevitabl[ey], never again, "
        r"future, expect(?:s|ed)?, forecast(?:s)?"
    ),
    "question": compile_words(
        r"(?-i:[Aa]i)(?! cập), vì sao, tại sao, sao lại, làm sao, bao giờ, phải chăng, hay không, "
        r"(?<!chất )(?<!dược )(?<!dữ )(?<!ngữ )(?<!nguyên )(?<!nhiên )(?<!phế )(?<!sử )(?<!tài )(?<!trị )"
        r"(?<!tư )(?<!vật )(?<!số )(?<!gia )liệu(?! (?:pháp|trình)), "
        r"chăng, thế nào, đến bao giờ, why, how long, how many more, what if, "
        r"who(?:se)? (?:will|is|can), is it (?:any|not), isn['’]t it, do (?:we|you), are we"
    ),
    "exhortation": compile_words(
        r"hãy, đừng, xin (?:hãy|đừng|mời), chúng ta, mong (?:rằng|sao), ước gì, giá (?:như|mà), "
        r"bạn(?! (?:bè|học|đời|trai|gái|thân|cùng|hàng|đọc|trong|của))(?<!kết bạn), "
        r"mời, nhé, thôi, nào, let us, let['’]s, please, don['’]t, you(?:['’]ll|['’]re)?, "
        r"your, join us, wish, imagine, remember"
    ),
    "judgement": JUDGEMENT,
    "rhetoric": RHETORIC,
    "criticism": CRITICISM,
    "superlative": SUPERLATIVE,
    "image": IMAGE,
    "plaint": PLAINT,
    "concrete": CONCRETE,
    "future": FUTURE,
    "announced": ANNOUNCED,
    "satire": compile_words(
        r"kính thưa, xin chúc mừng, vâng, thưa quý vị, nghe đâu, đúng quy trình, chợt, "
        r"nguồn tin (?:vỉa hè|thân cận với), trà đá, congratulations, rejoice, miraculously, "
        r"breaking:, in other news, sources close to, local man, area man, apparently"
    ),
    "first person": compile_words(
        r"tôi, chúng tôi, (?<!của )(?<!một )(?<!giật )mình, gia đình tôi, "
        r"(?<!quý )(?<!khóa )(?<!khoá )(?<!vùng )(?<!loại )(?<!hạng )(?<!cấp )(?<!kỳ )(?<!đợt )i, i['’]m, "
        r"i['’]ve, i['’]d, i['’]ll, my, me, we, we['’]\w+, our, (?-i:us)"
    ),
    "general": compile_words(
        r"luôn luôn, mọi, không bao giờ, chẳng bao giờ, đời nào, chưa bao giờ, muôn đời, xưa nay, "
        r"bao đời, never, always, everyone, everybody, nobody, no one, anyone, whatever, whoever, "
        r"nothing, everything"
    ),
    "report": compile_words(
        r"cho biết, cho hay, thông tin(?: tới)?, thông báo, công bố, xác nhận, khẳng định, "
        r"báo cáo, ghi nhận, theo, nhấn mạnh, nêu rõ, phát biểu, chia sẻ, nói, cho rằng, said, "
        r"says, told, reported, announced, confirmed, according to, stated, showed, shows, "
        r"recorded, published, issued"
    ),
    "event": compile_words(
        r"ngày, tháng, năm \d{4}, sáng, chiều, tối, đã, vừa, được, bị, diễn ra, tổ chức, "
        r"khai mạc, ký, bắt, khởi tố, xảy ra, tăng, giảm, đạt, gồm, "
        r"on (?:mon|tues|wednes|thurs|fri|satur|sun)day, in \d{4}, was, were, opened, signed, "
        r"rose, fell, arrested, killed, held, took place"
    ),
}
_BOILERPLATE = re.compile(
    r"^\W*(?:đọc thêm|xem thêm|mời (?:quý )?(?:bạn đọc|độc giả)|tin liên quan|bài liên quan|chủ đề|từ "
    r"khóa|tags?|nguồn|ảnh|video|đồ họa|chia sẻ|"
    r"bình luận|đăng ký|đăng nhập|theo dõi|liên hệ|bản quyền|read (?:more|also|next)|see also|related|"
    r"photo|image|getty|subscribe|sign up|log ?in|"
    r"share (?:this|on)|follow us|click|advertisement|sponsored|newsletter|cookies?|copyright|all rights "
    r"reserved|this article (?:is|was)|"
    r"correction|editor['’]s note|listen to|watch|download)\b(?:\s*[:\-–|]|.{0,60}$)"
    r"|©|all rights reserved|mọi quyền được bảo lưu|javascript|cookie policy|terms of (?:use|service)|"
    r"privacy policy",
    _FLAGS,
)
_HORTATIVE = re.compile(
    r"^\W*(?:hãy|đừng|xin (?:hãy|đừng)|chúng ta (?:hãy|đừng)|let us|let['’]s|please|do not|don['’]t|"
    r"imagine|remember)\b",
    _FLAGS,
)
_OWN_VIEW = re.compile(
    r"(?<!\w)(?:theo (?:ý kiến (?:của )?)?tôi|tôi (?:nghĩ|thiết nghĩ|tin rằng|cho rằng|tự hỏi|ước)|thiết "
    r"nghĩ|phải chăng|giá như|ước gì|"
    r"i (?:think|believe|feel|suspect|doubt|hope|wish|fear)|in my (?:view|opinion)|to my mind|if you ask "
    r"me)(?!\w)",
    _FLAGS,
)
_NORM = re.compile(
    r"^\W*(?:đã (?:đến|tới) lúc|lẽ ra|đáng (?:lẽ|ra|lý)|phải chi|"
    r"(?:it is|it['’]s) (?:high |about |long past )?time(?! zone)|high time)(?!\w)",
    _FLAGS,
)
_SHOULD = re.compile(
    r"^(?!.*(?<!\w)(?:sa(?:id|ys?)|told|ask\w*|propos\w+|suggest\w*|recommend\w*|advis\w+|rul\w+|order\w*|decid\w+|"
    r"decision|law|decree|according|argu\w+)(?!\w))"
    r".*(?<!\w)(?:should(?:n['’]t)?|ought to|had better|would do well to)(?!\w)"
    r"|(?<!\w)không thể để (?!lại)|^\W*nên (?:bỏ|dừng|giữ|cấm|cho|để|trả)(?!\w)"
    r"|(?<!\w)nên (?:từ chức|(?:được )?(?:bãi bỏ|xem lại|sửa đổi))(?!\w)",
    _FLAGS,
)
"""What should be, in the writer's own voice; of 5,043 claims and 1,204 plain facts it stops none."""
_WE_SHOULD = re.compile(
    r"(?<!\w)(?:chúng ta (?:\w+ ){0,2}(?:cần|phải|nên|hãy|đừng)|we (?:all )?(?:must|should|need to|ought to))(?!\w)",
    _FLAGS,
)
_PREDICTION = re.compile(
    r"(?<!\w)(?:chắc chắn (?:sẽ )?(?:thắng|thua|vô địch|thất bại|sụp đổ|đánh bại|lên ngôi)|thế nào cũng|"
    r"(?:không )?sớm (?:hay |thì )?muộn|rồi (?:sẽ|đây)|(?:ắt|hẳn) (?:sẽ|hẳn)|"
    r"sẽ (?:đẩy(?! nhanh| mạnh| lùi)|nhấn chìm|bóp nghẹt|giết chết|chôn vùi|xóa sổ|dìm|vắt kiệt)|"
    r"không có cửa|thừa sức|"
    r"(?:is|are) (?:bound|destined|sure|certain) to|almost certainly)(?!\w)",
    _FLAGS,
)
_VERDICT = re.compile(
    r"(?<!\w)(?:(?<!tên )(?<!sự )thật (?:phi thường|đáng|khó tin|tuyệt|vô cùng|rẻ mạt|xấu hổ|khôi hài)|"
    r"(?:few|no) (?:\w+ ){1,4}(?:can|could) (?:match|rival|equal))(?!\w)",
    _FLAGS,
)
_SUBJECTS = (
    r"y tế|công an|quốc phòng|ngoại giao|nội vụ|tư pháp|tài chính|công thương|nông nghiệp|giao thông|xây dựng|"
    r"thông tin|"
    r"văn hóa|văn hoá|khoa học|giáo dục|lao động|kế hoạch|tài nguyên|môi trường|dân tộc|chính trị|luật|"
    r"quy hoạch|du lịch|"
    r"công nghiệp|thương mại|thủy sản|nội chính|gd|gtvt|tn|vh|kh|nn|tt|lđ|tư lệnh|tổng tham mưu|đội|trưởng|"
    r"health|education|foreign|external|defen[cs]e|public|finance|industry|trade|agriculture|construction|transport\w*|"
    r"home|interior|justice|culture|science|information|labou?r|natural|planning|environment|energy|tourism|state|"
    r"châu âu|thể thao|thanh niên|giao dịch|chỉ huy|an toàn|phát triển|tài|ngoại|"
    r"commerce|treasury|homeland|communications?|sports?|social|veterans|economic|economy|land|water|digital|ethnic"
)
_OFFICE_UNHEARD_OF = re.compile(
    rf"(?<!\w)(?:Bộ|Sở|(?:Ministry|Department|Bureau) (?:of|for))(?= [A-ZÀ-ÝĂĐƠƯ][a-zà-ỹ])(?! (?i:{_SUBJECTS})(?!\w))"
)
"""A ministry or department of something that no government has one for: the stock figure of deadpan satire."""
_PHRASE = re.compile(
    r"(?<!\w)(?:không thể nào|đời nào|làm gì có (?:chuyện|ai)|còn gì là|nói gì đến|có mơ cũng|lấy đâu ra|"
    r"chẳng ai|mấy ai|"
    r"ai mà|ai cũng (?:biết|hiểu|thấy)|như thể|như kiểu|cứ như|chẳng khác|khác nào|"
    r"(?:thật |rất |quá |vô cùng )?đáng (?:xấu hổ|buồn|trách|khen|phục|nể|tự hào|chê|giận|hổ thẹn|suy ngẫm|trân trọng)|"
    r"thì (?:còn (?:gì|ai|đâu)|làm sao|lấy gì|lấy đâu|để làm gì|nói gì|có khác|khác nào|thật|đúng là|quả)|"
    r"là (?:điều|chuyện|việc|sự|thái độ|cách làm|một sự|lựa chọn) (?:không thể|đáng|vô|phi|thật|quá|thiếu|coi|tệ|bất)|"
    r"(?:nói hộ|(?<!giảng )(?<!nuôi )dạy (?:cho|người))|cho thấy (?:nỗi sợ|sự (?:coi|thiếu|vô|bất|yếu))|"
    r"chưa (?:thuyết phục|tương xứng|đủ sức|ngang tầm|thỏa đáng)|hợp lý hơn|"
    r"(?:is|are|was|were|remains?|has become|have become) (?:simply |merely |nothing but |little more than |"
    r"hardly |at best )?"
    r"(?:an?|the|its own) (?:[\w-]+ ){0,2}(?:joke|farce|shame|sham|mockery|insult|betrayal|disgrace|travesty|"
    r"failure|triumph|"
    r"masterpiece|gem|lesson|substitute|formality|embarrassment|excuse|trap|stain|gamble|miracle|tribute|comment)|"
    r"(?:nobody|no one) who|(?:nobody|no one|everyone|everybody) (?:knows|believes|can|could|asked|remembers)|"
    r"(?:fairer|wiser|more (?:pragmatic|lasting|pleasant|rewarding|sensible|honest)) than|not (?:worth|"
    r"add much|in proportion)|"
    r"too (?:timid|simple|grand|weak|slow)|long enough|says? (?:all|everything|it all|enough)|"
    r"tells? you (?:all|everything|more)|not so much|as if|as though|like a \w+ (?:who|that)|"
    r"(?:has|have) (?:its|their|her|his) priorities|no (?:amount of|excuse)|"
    r"treats? (?:\w+ ){1,5}(?:like an?|as (?:an? )?(?:nuisances?|costs?|burdens?|suspects?|criminals?|enem(?:y|ies)))|"
    r"(?:is|are|was|were) treated like|"
    r"(?:đối xử|xử|coi|xem) (?:\w+ ){0,4}như (?:một )?(?:kẻ|cỏ|rác|tội|trẻ con|công dân hạng|đồ|món)|"
    r"deserves?|is due for|xứng đáng (?:được|với)|one wonders|anyone['’]s guess|the question is (?:whether|why|how)|"
    r"new page in|(?:to|reached) new heights?|rất quyết liệt|kết quả thiết thực)(?!\w)",
    _FLAGS,
)
"""Turns of phrase that only judgement takes: on 5,043 claims of articles they stop five."""
_LOADED = (JUDGEMENT, RHETORIC, IMAGE, SUPERLATIVE)
MOST_LOADED = 0.16
_DENIED = compile_words(r"is not, isn['’]t, are not, aren['’]t")
_QUESTION = re.compile(r"[?？][\"”’»)\]\s]*$")
_EXCLAMATION = re.compile(r"[!！][\"”’»)\]\s]*$")
_NUMBER = re.compile(r"\d")
_DATE = re.compile(r"\b\d{1,2}[/.\-]\d{1,2}\b|\b(?:19|20)\d{2}\b")
_UNIT = re.compile(
    r"\d\s*(?:%|phần trăm|tỷ|tỉ|triệu|nghìn|ngàn|đồng|usd|km|ha|tấn|m2|m²|kg|người|ca|vụ|hộ|percent|per "
    r"cent|million|billion|tonnes?|people|dong|dollars?)",
    _FLAGS,
)
_PARTICULARS = [
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\([^)]{2,60}\)", 0),
        (r"(?<!\w)(?:ông|bà|anh|chị|em|cháu|bé|bị cáo|nghi phạm|Mr|Mrs|Ms|Dr)\.? [A-ZÀ-ÝĂĐƠƯ]", 0),
        (
            r"(?<!\w)(?:tỉnh|huyện|xã|phường|quận|thị xã|thị trấn|TP|thành phố|thôn|ấp|bang|province|"
            r"district|commune|ward|city of)\.? ?[A-ZÀ-ÝĂĐƠƯ0-9]",
            0,
        ),
        (
            r"(?<!\w)(?:Bộ|Sở|Cục|Ủy ban|UBND|Công an|Tòa án|Viện|Bệnh viện|Trường|Đại học|Công ty|Tập "
            r"đoàn|Ngân hàng|Hội|CLB|Ministry|Department|Court|University|Committee|Bank|Police)(?!\w)",
            0,
        ),
        (
            r"(?<!\w)(?:chủ tịch|giám đốc|phó|trưởng|bộ trưởng|thứ trưởng|tổng thống|thủ tướng|HLV|cầu "
            r"thủ|đạo diễn|ca sĩ|president|minister|director|chairman|spokes\w+)(?!\w)",
            re.IGNORECASE,
        ),
        (
            r"(?<!\w)(?:sáng|trưa|chiều|tối|đêm|lúc|vào|hôm|thứ (?:hai|ba|tư|năm|sáu|bảy)|monday|tuesday|"
            r"wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|"
            r"september|october|november|december)(?!\w)",
            re.IGNORECASE,
        ),
        (r"\d+ ?(?:tuổi|years? old|-year-old)", re.IGNORECASE),
        (r",", 0),
        (r"[:;–—]", 0),
        (r"(?<!\w)(?:đã|vừa|đang|được|bị)(?!\w)", re.IGNORECASE),
        (r"(?<!\w)(?:\w+ed|was|were|had)(?!\w)", re.IGNORECASE),
        (r"(?<!\w)(?:is|are|isn['’]t|has|be|là)(?!\w)", re.IGNORECASE),
    )
]
"""Signs that somebody, some place or some moment in particular is spoken of, and the tense in which."""


@dataclass(frozen=True, slots=True)
class RuleStop:
    """A rule that stopped a sentence, by the name that is counted.

    What stops `only_print` ("I think", "let's look at") may in speech as well open a fact. A verdict ("fleeces",
    "like a man who") stops in speech too: of the debates' training sentences that the judge of speech passed, unseen,
    those rules stop 14 facts and 6 others, which is too many others.
    """

    reason: str
    only_print: bool = False


_RULES = (
    ("boilerplate", _BOILERPLATE),
    ("question", _QUESTION),
    ("exhortation", _HORTATIVE),
    ("opinion", _OWN_VIEW),
    ("norm", _NORM),
    ("norm", _WE_SHOULD),
    ("norm", _SHOULD),
    ("prediction", _PREDICTION),
    ("opinion", _VERDICT),
    ("opinion", _PHRASE),
)
_ONLY_PRINT = (_OWN_VIEW, _WE_SHOULD, _SHOULD, _HORTATIVE)
# The same for Vietnamese typed without its marks; only there, for `theo toi` and `dang le` are harmless in no language.
_BARE_RULES = tuple((reason, _strip(pattern)) for reason, pattern in _RULES)
_BARE_MARKERS = {kind: _strip(pattern) for kind, pattern in MARKERS.items()}


def stop_by_rule(sentence: str) -> RuleStop | None:
    """The rule under which this cannot be the statement of a fact, if there is one."""
    for reason, pattern in _BARE_RULES if is_bare_vietnamese(sentence) else _RULES:
        if pattern.search(sentence):
            return RuleStop(reason, only_print=pattern in _ONLY_PRINT)
    if _EXCLAMATION.search(sentence) and not _NUMBER.search(sentence):
        return RuleStop("exclamation")
    return RuleStop("opinion") if _is_loaded(sentence) else None


def _is_loaded(sentence: str) -> bool:
    """Whether two or more words of judgement make up a good part of the sentence; of 5,043 claims none is.

    That something is not so is a sign of rhetoric for the model; by itself it is a statement.
    """
    loaded = sum(len(words.findall(sentence)) for words in _LOADED) - len(_DENIED.findall(sentence))
    return loaded >= 2 and loaded / max(4, len(sentence.split())) > MOST_LOADED


def count_markers(sentence: str) -> list[float]:
    """How often each kind of marker occurs, then shape: length, numbers, dates, units, names, quotes, end mark."""
    words = max(1, len(sentence.split()))
    names = count_names(sentence)
    bare = is_bare_vietnamese(sentence)
    counts = [len(pattern.findall(sentence)) for pattern in (_BARE_MARKERS if bare else MARKERS).values()]
    return [
        *(min(3.0, float(count)) for count in counts),
        *(min(0.4, count / words) * 6.0 for count in counts),
        *(min(4.0, float(len(pattern.findall(sentence)))) / 2.0 for pattern in _PARTICULARS),
        min(words, 60) / 20.0,
        min(4.0, float(len(_NUMBER.findall(sentence)))) / 2.0,
        min(2.0, float(len(_DATE.findall(sentence)))),
        min(2.0, float(len(_UNIT.findall(sentence)))),
        min(6.0, float(names)) / 2.0,
        names / words * 4.0,
        min(2.0, float(len(_OFFICE_UNHEARD_OF.findall(sentence)))),
        float(bare),
        float(is_vietnamese(sentence)),
        float("?" in sentence),
        float("!" in sentence),
        float("…" in sentence or "..." in sentence),
        float(any(q in sentence for q in '"“”«»')),
    ]


def count_names(sentence: str) -> int:
    """Capitalised words after the first, each a sign that somebody or something in particular is spoken of."""
    return sum(word.lstrip("\"“«(‘'")[:1].isupper() for word in sentence.split()[1:])


def name_reason(sentence: str) -> str:
    """The name of the kind of non-factual marking that is most frequent in the sentence."""
    counted = {kind: len(MARKERS[kind].findall(sentence)) for kind in _NOT_FACTUAL}
    kind = max(counted, key=lambda k: counted[k])
    return kind if counted[kind] else "opinion"


_NOT_FACTUAL = (
    "opinion",
    "criticism",
    "judgement",
    "norm",
    "prediction",
    "question",
    "exhortation",
    "satire",
    "general",
    "first person",
)
