"""What the public site says besides the phrases it shares with the console. (Vietnamese, English)"""

PUBLIC_WORDS: dict[str, tuple[str, str]] = {
    "answered_claim": ("Nội dung được trả lời", "The claim this answers"),
    "answered_by_record": ("được trả lời theo tư liệu dẫn ra", "answered from the record cited"),
    "stands_to_record": ("Đối chiếu với tư liệu", "How it stands to the record"),
    "printed_at": ("Nơi đã đăng", "Where it was published"),
    "cited_record": ("Tư liệu được dẫn", "Sources"),
    "cited_number": ("Tư liệu số {number}", "Source {number}"),
    "read_on": ("đọc ngày", "read on"),
    "how_made": ("Bản này được làm thế nào", "How this was made"),
    "how_made_text": (
        "Mỗi đoạn dẫn tư liệu đã công bố hoặc ghi rõ là phát biểu của cơ quan. Một người soạn, người khác duyệt. "
        "Máy chỉ giúp tìm câu và tìm tư liệu; người quyết định.",
        "Every block cites the published record or says that it is the office's own statement. One person wrote it "
        "and another approved it. A machine helps to find sentences and sources; people decide.",
    ),
    "whole_method": ("Phương pháp đầy đủ", "The whole method"),
    "no_changes": ("Chưa có lần sửa nào.", "Nothing has been changed."),
    "this_version": ("Phiên bản {number}, địa chỉ không đổi:", "Version {number}, at an address of its own:"),
    "other_formats": ("Dạng khác", "Other formats"),
    "plain_text": ("Văn bản thuần", "Plain text"),
    "every_subject": ("Mọi chủ đề", "Every subject"),
    "every_state": ("Tất cả", "All"),
    "corrections_policy": ("Đính chính", "Corrections"),
    "report_error": ("Báo lỗi", "Report an error"),
    "follow": ("Theo dõi", "Follow"),
    "nothing_matches": ("Không có bản nào như vậy.", "Nothing is like that."),
}

PUBLIC_VALUES: dict[str, tuple[str, str]] = {}
