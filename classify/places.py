"""Names of Vietnam: the country, its people, places and institutions, as seven languages spell them."""

from __future__ import annotations

import re

LATIN = "A-Za-zÀ-ỹĐđ"


def _names(words: str) -> str:
    """A pattern for any of the comma-separated names, whole; each may itself be a pattern."""
    alternatives = "|".join(word.strip() for word in words.split(","))
    return rf"(?<![{LATIN}])(?:{alternatives})(?![{LATIN}])"


COUNTRY = re.compile(
    "|".join(
        (
            _names(r"[Vv]i[eê]t[ -]?[Nn]am, VI[EÊ]T[ -]?NAM, Việt[ -]?[Nn]am, VIỆT NAM, CHXHCN Việt Nam"),
            _names(r"(?:North|South)[ -]Vietnam, Vietname, Wietnam\w*, Vietnã, Vietnamu"),
            r"越南|ベトナム|ヴェトナム|베트남|Вьетнам\w*|вьетнам\w*|В'єтнам\w*|เวียดนาม",
        )
    )
)
PEOPLE = re.compile(
    "|".join(
        (
            _names(r"[Vv]ietnamese, [Vv]i[eê]tnamien(?:ne)?s?, [Vv]ietnamesisch\w*, Vietnamese[rn]\w*"),
            _names(r"[Vv]ietnamit[aei]s?, [Vv]ietnamees\w*, [Nn]gười Việt(?! kiều), Việt kiều"),
        )
    )
)
# Names that no other country shares, with and without diacritics.
PLACES = re.compile(
    "|".join(
        (
            # Hue is a colour, a lamp and a surname in English: the city only where a place or its monuments are meant.
            _names(
                r"Hà Nội, Ha Noi, Hano[iï], (?:TP\.? ?)?Hồ Chí Minh, TP\.? ?HCM, TPHCM, H[oô] Chi Minh(?:[ "
                r"-](?:City|Ville|Stadt)), Ciudad Ho Chi Minh, HCMC, Sài Gòn, Sa[iï]gon, Đà Nẵng, Da ?Nang, Hải "
                r"Phòng, Hai ?[Pp]hong, Cần Thơ, Can Tho, Thừa Thiên[ -]+Huế, Phú Quốc, Phu Quoc, Nha Trang, Vũng "
                r"Tàu, Vung Tau, Đà Lạt, Da ?Lat, Hạ Long, Ha ?[Ll]ong [Bb]ay, Hội An(?! "
                r"(?:toàn|ninh|sinh|táng)(?!\w)), Hoi An, Sa ?Pa|Sapa, Cam Ranh, Quy Nh[oơ]n, Phan Thi[eế]t, Mũi "
                r"Né|Mui Ne, Bu[oô]n Ma Thu[oộ]t, Phong Nha, S[oơ]n Đo[oò]ng|Son Doong, Củ Chi|Cu Chi, Red River "
                r"Delta, Đồng bằng sông Hồng, H[oô][ -]Chi[ -]Minh[ -]Ville, (?:baie|Baie) d['’](?:H?A|Ha)long, "
                r"(?:in|from|near|around|outside|to) Hue(?! (?:and|lights?|lamps?|bulbs?|[A-Z])), Hue "
                r"(?:[Cc]ity|province|[Cc]itadel|[Rr]oyal|[Ii]mperial|[Mm]onuments|Festival|Central Hospital), "
                r"[Cc]ity of Hue, Hue['’]s (?:[Cc]itadel|[Rr]oyal|[Ii]mperial|[Mm]onuments|people), "
                r"(?:Thua Thien|Thừa Thiên)[ -]+Hue, (?:à|de|vers|depuis) Hué, Điện Biên Phủ, Dien Bien Phu, "
                r"Mekong Delta, Đồng bằng sông Cửu Long, Hoàng Sa, Trường Sa, Côn Đảo, Con Dao"
            ),
            _names(
                r"An Giang, Bà Rịa, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bac Ninh, Bến Tre, (?<!Thái )Bình "
                r"Dương, Binh Duong, Bình Định, Binh Dinh, Bình Phước, Bình Thuận, Binh Thuan, Cà Mau, Ca Mau, Cao "
                r"Bằng, Cao Bang, Đắk Lắk, Dak Lak, Đắk Nông, Điện Biên, Đồng Nai, Dong Nai, Đồng Tháp, Dong Thap, "
                r"Gia Lai, Hà Giang, Ha Giang, Hà Nam(?! (?:\(?Trung Quốc|của Trung Quốc)), Hà Tĩnh, Ha Tinh, Hải "
                r"Dương, Hai Duong, Hậu Giang, (?<!Nobel )H(?:òa|oà) Bình, Hưng Yên, Hung Yen, Khánh Hòa, Khánh "
                r"Hoà, Khanh Hoa, Kiên Giang, Kien Giang, Kon Tum, Lai Châu, Lâm Đồng, Lam Dong, Lạng Sơn, Lang "
                r"Son, Lào Cai, Lao Cai, Long An, Nam Định, Nam Dinh, Nghệ An, Nghe An, Ninh Bình, Ninh Binh, Ninh "
                r"Thuận, Ninh Thuan, Phú Thọ, Phu Tho, Phú Yên, Phu Yen, Quảng Bình, Quang Binh, Quảng Nam, Quang "
                r"Nam, Quảng Ngãi, Quang Ngai, Quảng Ninh, Quang Ninh, Quảng Trị, Quang Tri, Sóc Trăng, Soc Trang, "
                r"Sơn La, Tây Ninh, Tay Ninh, Thái Bình(?! Dương), Thai Binh, Thái Nguyên, Thai Nguyen, Thanh Hóa, "
                r"Thanh Hoá, Thanh Hoa, Tiền Giang, Tien Giang, Trà Vinh, Tra Vinh, Tuyên Quang, Tuyen Quang, Vĩnh "
                r"Long, Vinh Long, Vĩnh Phúc, Vinh Phuc, Yên Bái, Yen Bai, Tây Nguyên, Huế"
            ),
            # In Japanese 河内 is Kawachi, a place near Osaka and a surname; 西貢 is also a part of Hong Kong.
            r"(?<![ぁ-ヿ])河[内內](?![ぁ-ヿ]|長野)|胡志明市|西[贡貢](?!区|區|市中心|海|半岛|半島)|岘港|峴港|海防市|顺化|順化市|芽庄|芽莊|大叻|富国岛|富國島|"
            r"芹苴|下龙湾|下龍灣|ハノイ|フエ市|ハロン湾|カントー|ホーチミン市|サイゴン|ダナン|ハイフォン|Хано[йяюе]\w*|Хошимин\w*|Хюэ(?!\w)|Нячанг\w*|Халонг\w*|"
            r"Сайгон\w*|Дананг\w*|Хайфон\w*|하노이|호찌민|호치민시|다낭",
        )
    )
)
INSTITUTIONS = re.compile(
    _names(
        r"EVN, Petrolimex, Bamboo Airways, 越通社, "
        r"VinFast, Vingroup, Viettel, Vietcombank, VietinBank, BIDV, Agribank Vietnam, Viet[Jj]et, "
        r"Petro[Vv]ietnam, PetroVietnam, VietnamPlus, VnExpress, Vinamilk, Techcombank, Sabeco, Tuổi Trẻ, "
        r"Thanh Niên, VTV, VCCI, UBND, HĐND, Ủy ban nhân dân, Hội đồng nhân dân, Mặt trận Tổ quốc, Viện "
        r"kiểm sát nhân dân, Tòa án nhân dân, Vinachem, Vinacomin, V-?[Ll]eague"
    )
)
