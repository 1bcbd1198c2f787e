"""The words of what keeps a desk in order: who gets what, who is on duty, accounts and keys, and what changes live."""

# key: (Vietnamese, English)
KEEPING_WORDS: dict[str, tuple[str, str]] = {
    "reroute": ("Chuyển cho đơn vị khác", "Give to another desk"),
    "reroute_to": ("Đơn vị nhận", "Desk that should have it"),
    "reroute_why": ("Vì sao thuộc đơn vị đó", "Why it is theirs"),
    "reroute_hint": (
        "Thời hạn và người trực tính theo đơn vị nhận. Lấy lại được trong 10 phút, nếu đơn vị đó chưa xử lý.",
        "Its clocks and duty officers are that desk's then. It can be taken back for 10 minutes, until they begin.",
    ),
    "given_away": (
        "Đã chuyển cảnh báo {id} cho {desk}: {note}",
        "Alert {id} was given to {desk}: {note}",
    ),
    "take_back": ("Lấy lại cảnh báo {id}", "Take alert {id} back"),
    "why_this_desk": ("Vì sao ở đơn vị này", "Why it is with this desk"),
    "rerouted": ("{name} chuyển tới {desk}", "{name} gave it to {desk}"),
}
