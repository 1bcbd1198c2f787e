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
    "report_in_this": ("Báo lỗi trong bản này", "Report an error in this text"),
    "report_about": ("Về bản:", "About:"),
    "report_lead": (
        "Bạn thấy điều gì sai? Chúng tôi xác nhận trong một ngày làm việc và quyết định trong bảy ngày.",
        "Is something wrong? We acknowledge within one working day and decide within seven.",
    ),
    "report_text": ("Điều gì sai, và vì sao", "What is wrong, and why"),
    "report_text_hint": (
        "Nếu có, hãy ghi nguồn cho thấy điều đúng. Đừng ghi thông tin riêng tư của ai.",
        "If you can, name a source that shows what is right. Please give no private details of anybody.",
    ),
    "report_contact": ("Cách liên lạc (không bắt buộc)", "How to reach you (optional)"),
    "report_contact_hint": (
        "Chỉ dùng để hỏi lại bạn; bị xóa khi đã quyết định. Không lưu gì khác về bạn.",
        "Only to ask you back; deleted with the decision. Nothing else is kept of you.",
    ),
    "report_send": ("Gửi", "Send"),
    "report_needs_text": ("Hãy viết điều gì sai.", "Say what is wrong."),
    "report_wait": (
        "Đã nhận nhiều báo lỗi từ mạng này. Hãy thử lại sau; nội dung bạn viết vẫn còn bên dưới.",
        "Many reports have come from this network. Try again later; what you wrote is kept below.",
    ),
    "your_report": ("Báo lỗi của bạn", "Your report"),
    "keep_address": (
        "Hãy giữ địa chỉ của trang này: câu trả lời sẽ đăng ở đây, và chỉ bạn có địa chỉ.",
        "Keep the address of this page: the answer will stand here, and only you have it.",
    ),
    "report_received": ("Nhận", "Received"),
    "report_acknowledge_by": ("Xác nhận trước", "To be acknowledged by"),
    "report_decide_by": ("Quyết định trước", "To be decided by"),
    "report_said": ("Bạn đã viết", "You wrote"),
    "report_answer": ("Trả lời", "Answer"),
    "done_on": ("đã làm", "done"),
    "latest_corrections": ("Các lần sửa gần đây", "Latest changes"),
    "reports": ("Báo lỗi", "Error reports"),
    "reports_hint": (
        "Bạn đọc báo lỗi trong các bản đã công bố. Người đã soạn bản đó không quyết định được.",
        "Readers report errors in what was published. Whoever wrote the text cannot decide.",
    ),
    "reports_open": ("Đang chờ", "Waiting"),
    "reports_decided": ("Đã quyết định", "Decided"),
    "no_reports": ("Không có báo lỗi nào.", "There are no reports."),
    "report_no_brief": ("Về trang công khai nói chung", "About the public site"),
    "report_contact_left": ("Liên lạc", "Contact"),
    "report_contact_goes": (
        "Cần hỏi lại thì hỏi trước khi quyết định: cách liên lạc bị xóa cùng lúc.",
        "Ask back before deciding if you need to: the contact is deleted with it.",
    ),
    "report_answer_hint": (
        "Người gửi sẽ đọc. Nếu nhận là sai, hãy đính chính bản thông tin sau đó.",
        "The sender will read it. If there is an error, correct the brief afterwards.",
    ),
    "acknowledge": ("Xác nhận đã nhận", "Acknowledge"),
    "accept_report": ("Có lỗi", "There is an error"),
    "decline_report": ("Không có lỗi", "There is none"),
    "late": ("quá hạn", "late"),
    "follow": ("Theo dõi", "Follow"),
    "nothing_matches": ("Không có bản nào như vậy.", "Nothing is like that."),
}

PUBLIC_VALUES: dict[str, tuple[str, str]] = {
    "report.received": ("đã nhận", "received"),
    "report.acknowledged": ("đã xác nhận, đang xem xét", "acknowledged, being looked into"),
    "report.accepted": ("có lỗi; bản thông tin được sửa", "there is an error; the brief is being corrected"),
    "report.declined": ("không có lỗi", "no error was found"),
}
