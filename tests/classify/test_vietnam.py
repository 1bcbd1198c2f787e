"""What is about Vietnam, and what only mentions it."""

import pytest

from classify.vietnam import is_bare_vietnamese, is_vietnamese, judge_about_vietnam, judge_article


@pytest.mark.parametrize(
    "sentence",
    [
        "Vietnam's exports rose 12 percent in March.",
        "Việt Nam xuất khẩu 8 triệu tấn gạo.",
        "Le Viêt Nam a signé un accord avec l'Union européenne.",
        "La police vietnamienne a arrêté trois hommes.",
        "越南第三季度经济增长7.4%。",
        "ベトナムの首都ハノイで会談が行われた。",
        "Премьер-министр Вьетнама прибыл в Москву.",
        "Das vietnamesische Parlament hat das Gesetz verabschiedet.",
        "The Ho Chi Minh City metro opened in December 2024.",
        "A landslide in Lao Cai killed 30 people.",
        "VinFast delivered 9,000 cars in the quarter.",
        "Vietnam and China signed a rail agreement.",
        "Hanoi said the Vietnam War never ended for those exposed to dioxin.",
        "Người Việt đi du lịch trong nước nhiều hơn.",
        # Vietnamese: new and old placing of tones, cities that other words hide in
        "Sáng nay, phố cổ Hội An đón 2.000 lượt khách.",
        "Tỉnh Hoà Bình xả lũ bốn cửa.",
        "Thái Bình có 100 km đê biển.",
        "Mưa lớn ở Huế làm ngập 20.000 nhà.",
        # English: Hue where it can only be the city
        "Floods in Hue closed the citadel for two days.",
        "The Hue Imperial City reopened on Monday.",
        "Trains to Hue were cancelled.",
        "Sa Pa recorded frost on Tuesday.",
        "Hue's citadel reopened after the flood.",
        "The city of Hue planted 3,000 trees.",
        "China and Vietnam signed 13 agreements.",
        "Trung Quốc và Việt Nam ký 13 văn kiện hợp tác.",
        "EVN tăng giá bán lẻ 3%.",
        "A bomb from the Vietnam War exploded in Quang Tri.",
        "Bom sót lại từ chiến tranh Việt Nam phát nổ ở Quảng Trị.",
        # French, with and without hyphens, in any inflection
        "Le Viêt-nam a exporté 8 millions de tonnes de riz.",
        "Le VIETNAM et le Laos signent un accord ferroviaire.",
        "Hanoï annonce une hausse des salaires.",
        "À Hô-Chi-Minh-Ville, le métro a transporté 100 000 voyageurs.",
        "Les autorités vietnamiennes ont fermé deux usines.",
        "Le festival de Hué commence vendredi.",
        # Chinese, both scripts
        "越南总理抵达北京。",
        "河内出租车将改用电动车。",
        "胡志明市地鐵一號線通車。",
        "岘港机场重新开放。",
        # Russian, case by case
        "Вьетнам увеличил экспорт кофе.",
        "Торговля с Вьетнамом выросла на 10%.",
        "Во Вьетнаме прошли выборы.",
        "Вьетнамские рыбаки вернулись домой.",
        "Самолёт вылетел из Ханоя.",
        "Переговоры с Ханоем продолжаются.",
        "В Хошимине открылось метро.",
        # Japanese
        "ベトナムのコーヒー輸出が増えた。",
        "日本企業がホーチミン市に工場を建てる。",
        "ベトナム人の技能実習生は二十万人を超えた。",
        "ヴェトナム政府は法案を可決した。",
    ],
)
def test_a_sentence_about_the_country_is_recognised_in_its_spelling(sentence: str) -> None:
    assert judge_about_vietnam(sentence).about


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("He was drafted during the Vietnam War and moved to Canada.", "the war as history"),
        ("My father served two tours in Vietnam as a Marine.", "the war as history"),
        ("The Vietnam Veterans Memorial in Washington drew 5 million visitors.", "the war as history"),
        ("La guerre du Vietnam a marqué cette génération.", "the war as history"),
        ("Der Vietnamkrieg prägte die Studentenbewegung.", "the war as history"),
        ("ベトナム戦争に反対する運動が広がった。", "the war as history"),
        ("A new Vietnamese restaurant opened in Berlin last week.", "a restaurant or dish"),
        ("The Vietnamese-American author won the prize in 2016.", "descent or diaspora"),
        ("She was born in Saigon and grew up in Ohio.", "descent or diaspora"),
        ("Its shoes are made in Vietnam.", "a label of origin"),
        ("The firm has plants in China, Vietnam and Mexico.", "one country in a list"),
        ("Berlin's mayor met the prime minister of Thailand.", "no mention of Vietnam"),
        ("Der Übersetzer hilft vietnamesischen Arbeitern in Thüringen.", "descent or diaspora"),
        ("The Vietnam War memorial in Washington was cleaned.", "the war as history"),
        ("Vietnam-era draft records were digitised.", "the war as history"),
        ("La bataille de Diên Biên Phu a scellé le sort de l'Indochine.", "the war as history"),
        ("Il est ancien combattant du Viêt Nam.", "the war as history"),
        ("越南战争期间他在海军服役。", "the war as history"),
        ("他参加过越战。", "the war as history"),
        ("Он ветеран Вьетнама.", "the war as history"),
        ("Вьетнамская война закончилась в 1975 году.", "the war as history"),
        ("ベトナム反戦の歌が流行した。", "the war as history"),
        ("Un restaurant vietnamien a ouvert à Lyon.", "a restaurant or dish"),
        ("В Казани открылся вьетнамский ресторан.", "a restaurant or dish"),
        ("ベトナム料理の店が渋谷に開店した。", "a restaurant or dish"),
        ("他最爱越南河粉。", "a restaurant or dish"),
        ("L'actrice est d'origine vietnamienne.", "descent or diaspora"),
        ("Певица вьетнамского происхождения живёт в Праге.", "descent or diaspora"),
        ("越南裔议员当选。", "descent or diaspora"),
        ("The tower of Hanoi is taught to every programmer.", "only borrows the name"),
        ("Jane Fonda was called Hanoi Jane.", "only borrows the name"),
        ("ハノイの塔を解くプログラムを書いた。", "only borrows the name"),
        ("The paint is a warm hue of green.", "no mention of Vietnam"),
        ("Hue lamps from the maker went on sale.", "no mention of Vietnam"),
        ("Dr. Hue Tran opened a clinic in Houston.", "no mention of Vietnam"),
        ("A hue and cry followed the ruling in Ohio.", "no mention of Vietnam"),
        ("Hội An toàn giao thông quốc tế họp ở Geneva.", "no mention of Vietnam"),
        ("Bão hình thành trên Thái Bình Dương.", "no mention of Vietnam"),
        ("Tỉnh Hà Nam (Trung Quốc) có 100 triệu dân.", "no mention of Vietnam"),
        ("Ông được trao giải Nobel Hòa Bình năm 2010.", "no mention of Vietnam"),
        ("河内さんは大阪の河内長野市に住む。", "no mention of Vietnam"),
        ("香港西貢區發生山火。", "no mention of Vietnam"),
        ("中国加强海防建设。", "no mention of Vietnam"),
        ("Война во Вьетнаме унесла миллионы жизней.", "the war as history"),
        ("Chiến tranh Việt Nam là đề tài của bộ phim Mỹ.", "the war as history"),
        ("The Saigon wine bar in Brooklyn closed.", "a restaurant or dish"),
        ("Pho Saigon in Houston failed an inspection.", "a restaurant or dish"),
        ("A Da Nang-born chef opened a bistro in Paris.", "descent or diaspora"),
        ("Born in Hue, she became a senator in Texas.", "descent or diaspora"),
        ("Good Morning, Vietnam returned to cinemas.", "only borrows the name"),
        ("Hanoi Hannah was the voice of a radio show.", "only borrows the name"),
    ],
)
def test_a_mention_alone_does_not_make_a_sentence_about_the_country(sentence: str, reason: str) -> None:
    result = judge_about_vietnam(sentence)
    assert (result.about, result.reason) == (False, reason)


def test_in_an_article_about_vietnam_a_sentence_without_names_is_about_it() -> None:
    assert judge_about_vietnam("Exports rose 12 percent in March.", about_context=True).about
    assert not judge_about_vietnam("Exports rose 12 percent in March.").about


def test_in_an_article_about_vietnam_a_sentence_about_another_country_is_not() -> None:
    assert not judge_about_vietnam("Thailand grew 2 percent.", about_context=True).about


def test_an_article_is_about_vietnam_by_its_title_or_else_by_its_lead() -> None:
    assert judge_article("Vietnam raises its wage floor", "The change takes effect in July.")
    assert judge_article("Wage floor to rise in July", "Vietnam will raise its minimum wage.")
    assert not judge_article("Germany debates wages", "Unlike Vietnam, Germany has a single floor.")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Ho Khe Sen co dung tich 63 trieu m3.", True),
        ("Doi tuyen nu Viet Nam thang Myanmar 2-0.", True),
        ("The reservoir holds 63 million cubic metres.", False),
        ("Let him do it on the way to the inn.", False),
        ("Hồ có dung tích 63 triệu m3.", False),
        ("Le Vietnam a un nouveau premier ministre.", False),
    ],
)
def test_vietnamese_is_known_without_its_diacritics(text: str, bare: bool) -> None:
    assert is_bare_vietnamese(text) is bare
    assert is_vietnamese(text) is (bare or text.startswith("Hồ"))
