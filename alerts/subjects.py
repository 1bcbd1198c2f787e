"""Which of twelve subjects a claim is about: a label for routing, told by the words it uses, and nothing more. Pure."""

import enum
import re
from dataclasses import dataclass

from models import nfc


class Subject(enum.StrEnum):
    """The classes a desk may be routed by."""

    ECONOMY = "economy_and_statistics"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    DEMOCRACY_AND_LAW = "democracy_and_law"
    RELIGION = "religion"
    HUMAN_RIGHTS = "human_rights"
    SOVEREIGNTY_AND_SEA = "sovereignty_and_sea"
    HEALTH = "health"
    DISASTER_AND_ENVIRONMENT = "disaster_and_environment"
    EDUCATION_AND_CULTURE = "education_and_culture"
    TOURISM_AND_IMAGE = "tourism_and_image"
    RANKINGS = "rankings_and_indices"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SubjectLabel:
    """A subject, and the words that pointed to it."""

    subject: Subject
    words: tuple[str, ...]


# Words are compared as written, because without its marks Vietnamese confuses them: "dân tộc" and "dẫn tốc",
# "bão" (storm) and "báo" (newspaper). A phrase of several words counts once for each word.
_WORDS: dict[Subject, str] = {
    Subject.RANKINGS: """
        xếp hạng, thứ hạng, bảng xếp hạng, chỉ số hạnh phúc, chỉ số cảm nhận tham nhũng, chỉ số phát triển
        con người, chỉ số đổi mới sáng tạo, ranking, rankings, ranked, ranks, league table, global
        innovation index, corruption perceptions index, human development index, happiness index, press
        freedom index
    """,
    Subject.SOVEREIGNTY_AND_SEA: """
        chủ quyền, biển đông, hoàng sa, trường sa, vùng đặc quyền kinh tế, thềm lục địa, lãnh hải, cảnh sát
        biển, hải quân, biên giới, ngư trường, tàu cá, sovereignty, south china sea, east sea, paracel,
        paracels, spratly, spratlys, exclusive economic zone, continental shelf, coast guard, territorial
        waters, navy, border
    """,
    Subject.RELIGION: """
        tôn giáo, phật giáo, công giáo, tin lành, cao đài, hòa hảo, hồi giáo, giáo hội, nhà thờ, tín đồ,
        giáo xứ, chùa, religion, religious, buddhist, buddhism, catholic, protestant, church, pagoda,
        temple, mosque, worship
    """,
    Subject.ETHNIC_AFFAIRS: """
        dân tộc thiểu số, đồng bào dân tộc, vùng dân tộc, người thượng, người khmer, người hmông, người
        mông, người chăm, tây nguyên, ethnic minority, ethnic minorities, ethnic group, ethnic groups,
        montagnard, montagnards, hmong, khmer krom, cham, central highlands
    """,
    Subject.HUMAN_RIGHTS: """
        nhân quyền, quyền con người, tự do ngôn luận, tự do báo chí, tự do hội họp, tra tấn, buôn bán người,
        mua bán người, lao động cưỡng bức, lao động trẻ em, bình đẳng giới, án tử hình, human rights,
        freedom of expression, press freedom, torture, human trafficking, forced labour, forced labor, child
        labour, child labor, gender equality, death penalty
    """,
    Subject.HEALTH: """
        y tế, bệnh viện, bác sĩ, bệnh nhân, ca mắc, ca nhiễm, tử vong do, vắc xin, vắc-xin, vaccine, tiêm
        chủng, dịch bệnh, sốt xuất huyết, cúm, covid, ung thư, bảo hiểm y tế, thuốc, ngộ độc, health,
        hospital, hospitals, doctor, doctors, patient, patients, vaccines, vaccination, disease, epidemic,
        dengue, influenza, cancer, measles, outbreak
    """,
    Subject.DISASTER_AND_ENVIRONMENT: """
        bão, áp thấp nhiệt đới, lũ, lũ quét, lụt, ngập, sạt lở, động đất, hạn hán, xâm nhập mặn, cháy rừng,
        thiên tai, ô nhiễm, bụi mịn, môi trường, khí thải, phát thải, biến đổi khí hậu, rừng, typhoon,
        storm, tropical depression, flood, floods, flooding, landslide, landslides, earthquake, drought,
        salinity, wildfire, disaster, pollution, emissions, environment, climate change, forest, forests
    """,
    Subject.EDUCATION_AND_CULTURE: """
        giáo dục, học sinh, sinh viên, giáo viên, trường học, đại học, tốt nghiệp, kỳ thi, sách giáo khoa,
        học phí, văn hóa, di sản, bảo tàng, lễ hội, nghệ thuật, education, student, students, pupil, pupils,
        teacher, teachers, school, schools, university, universities, exam, exams, textbook, textbooks,
        tuition, culture, heritage, museum, festival, unesco
    """,
    Subject.TOURISM_AND_IMAGE: """
        du lịch, du khách, khách quốc tế, lượt khách, thị thực, visa, khách sạn, điểm đến, tourism, tourist,
        tourists, visitor, visitors, international arrivals, foreign arrivals, e-visa, hotel, hotels,
        destination, travellers
    """,
    Subject.DEMOCRACY_AND_LAW: """
        quốc hội, bầu cử, đại biểu quốc hội, nghị quyết, nghị định, thông tư, dự thảo luật, bộ luật, luật,
        hiến pháp, tòa án, toà án, viện kiểm sát, khởi tố, bị cáo, xét xử, bản án, sáp nhập tỉnh, tinh gọn
        bộ máy, national assembly, election, elections, ballot, lawmakers, decree, resolution, law,
        constitution, court, trial, prosecutors, verdict, legislation, merger of provinces
    """,
    Subject.ECONOMY: """
        kinh tế, gdp, tăng trưởng, lạm phát, cpi, xuất khẩu, nhập khẩu, kim ngạch, xuất siêu, nhập siêu,
        thặng dư, thâm hụt, tỷ giá, lãi suất, ngân hàng, đầu tư, fdi, thuế, ngân sách, nợ công, doanh
        nghiệp, thất nghiệp, tiền lương, lương tối thiểu, dân số, thống kê, chứng khoán, giá xăng, giá điện,
        giá vàng, economy, economic, growth, inflation, exports, export, imports, import, turnover, trade
        surplus, trade deficit, exchange rate, interest rate, bank, banks, investment, tax, taxes, tariff,
        tariffs, budget, public debt, enterprises, unemployment, wage, wages, population, statistics, stock
        market
    """,
}


def _compile(words: str) -> re.Pattern[str]:
    phrases = sorted({nfc(" ".join(word.split())) for word in words.split(",")}, key=lambda w: (-len(w), w))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)")


_PATTERNS = {subject: _compile(words) for subject, words in _WORDS.items()}


def label_subject(text: str) -> SubjectLabel:
    """The subject whose words the text uses most; the earlier in the table when two are level, other for none."""
    written = nfc(text).casefold()
    best, best_score = SubjectLabel(Subject.OTHER, ()), 0
    for subject, pattern in _PATTERNS.items():
        words = tuple(dict.fromkeys(pattern.findall(written)))
        score = sum(len(word.split()) for word in words)
        if score > best_score:
            best, best_score = SubjectLabel(subject, words), score
    return best
