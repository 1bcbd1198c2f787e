"""The words of the pages where an editor keeps webhooks, Vietnamese and English."""

# key: (Vietnamese, English)
WEBHOOK_WORDS: dict[str, tuple[str, str]] = {
    "webhooks": ("Nhận tin", "Webhooks"),
    "webhooks_hint": (
        "Hệ thống của tòa soạn được báo khi có bản thông tin mới, được cập nhật, đính chính hoặc rút lại.",
        "Your newsroom's system is told when a brief is published, updated, corrected or withdrawn.",
    ),
    "disputes": ("Khiếu nại", "Disputes"),
    "disputes_hint": (
        "Tòa soạn nói một bản thông tin đã công bố là sai. Xác nhận trong một ngày làm việc, kết luận trong bảy ngày; "
        "người có phần trong bản đó không kết luận.",
        "An editor says that a published brief is wrong. Acknowledged within one working day, decided within seven; "
        "never by whoever had a part in the brief.",
    ),
    "no_disputes": ("Không có khiếu nại nào.", "There are no disputes."),
    "raise_dispute": ("Gửi khiếu nại", "Dispute a brief"),
    "dispute_brief": ("Số của bản thông tin (/published/số)", "Number of the brief (/published/number)"),
    "dispute_language": ("Bản", "Text"),
    "dispute_text": ("Sai ở đâu", "What is wrong"),
    "dispute_answer_hint": (
        "Người khiếu nại nhận câu trả lời này qua thư. Nếu chấp nhận, hãy đính chính bản thông tin sau đó.",
        "Whoever raised it gets this answer by e-mail. If it is upheld, correct the brief afterwards.",
    ),
    "uphold_dispute": ("Chấp nhận", "Uphold"),
    "decline_dispute": ("Không chấp nhận", "Decline"),
    "subscribe": ("Đăng ký", "Subscribe"),
    "webhook_url": ("Địa chỉ nhận (https)", "Address (https)"),
    "webhook_description": ("Ghi chú", "Note"),
    "webhook_events": ("Loại tin (không chọn là tất cả)", "Events (none chosen is all)"),
    "webhook_languages": ("Ngôn ngữ (không chọn là tất cả)", "Languages (none chosen is all)"),
    "webhook_ordered": (
        "Gửi đúng thứ tự: tin sau đợi tin trước được nhận",
        "In order: nothing before what came earlier has been taken",
    ),
    "webhook_cloudevents": ("Dạng CloudEvents", "As CloudEvents"),
    "webhook_none": ("Chưa có đăng ký nào.", "No subscription yet."),
    "webhook_secret": (
        "Khóa để kiểm tra chữ ký. Chỉ hiện một lần này, hãy cất giữ cẩn thận:",
        "The key that signatures are verified with. It is shown this once; keep it safe:",
    ),
    "webhook_unverified_hint": (
        "Đã gửi một tin thử thách tới địa chỉ này. Trả lời phải chứa data.challenge; trước đó không gửi gì khác.",
        "A challenge has been sent there. The answer must hold data.challenge; nothing else is sent before.",
    ),
    "webhook_rests_until": ("Tạm ngừng gửi đến {time}", "Left alone until {time}"),
    "webhook_old_secret_until": (
        "Khóa cũ còn ký đến {time}",
        "The old key signs too until {time}",
    ),
    "send_test": ("Gửi thử", "Send a test"),
    "challenge_again": ("Gửi lại thử thách", "Send the challenge again"),
    "rotate": ("Đổi khóa", "Rotate the key"),
    "pause": ("Tạm dừng", "Pause"),
    "resume": ("Bật lại", "Resume"),
    "switch_off": ("Tắt", "Switch off"),
    "replay": ("Gửi lại", "Send again"),
    "replay_missed": ("Gửi lại những tin đã lỡ trong 7 ngày", "Send again what was missed in 7 days"),
    "deliveries": ("Các lần gửi", "Deliveries"),
    "event": ("Tin", "Event"),
    "attempts": ("Số lần thử", "Attempts"),
    "next_attempt": ("Lần tới", "Next"),
    "no_deliveries": ("Chưa gửi tin nào.", "Nothing has been sent yet."),
    "what_was_sent": ("Nội dung gửi", "What was sent"),
    "what_came_back": ("Trả lời", "What came back"),
}

# family.value: (Vietnamese, English)
WEBHOOK_VALUES: dict[str, tuple[str, str]] = {
    "dispute.open": ("đã nhận", "received"),
    "dispute.acknowledged": ("đã xác nhận, đang xem xét", "acknowledged, being looked into"),
    "dispute.upheld": ("chấp nhận; bản thông tin được sửa", "upheld; the brief is being corrected"),
    "dispute.declined": ("không chấp nhận", "declined"),
    "subscription.unverified": ("chưa xác minh", "unverified"),
    "subscription.active": ("đang nhận", "active"),
    "subscription.paused": ("tạm dừng", "paused"),
    "subscription.disabled": ("đã tắt", "switched off"),
    "delivery.pending": ("đang gửi", "under way"),
    "delivery.delivered": ("đã nhận", "delivered"),
    "delivery.given_up": ("không gửi được", "given up"),
    "delivery.cancelled": ("đã hủy", "cancelled"),
    "event.alert.confirmed": ("sẽ có trả lời", "an answer is decided"),
    "event.brief.published": ("bản thông tin mới", "brief published"),
    "event.brief.updated": ("cập nhật", "brief updated"),
    "event.brief.corrected": ("đính chính", "brief corrected"),
    "event.brief.withdrawn": ("rút lại", "brief withdrawn"),
    "event.subscription.test": ("tin thử", "test"),
    "event.subscription.challenge": ("thử thách", "challenge"),
}
