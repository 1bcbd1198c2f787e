"""The words of the pages where an editor keeps webhooks, Vietnamese and English."""

# key: (Vietnamese, English)
WEBHOOK_WORDS: dict[str, tuple[str, str]] = {
    "webhooks": ("Nhận tin", "Webhooks"),
    "webhooks_hint": (
        "Hệ thống của tòa soạn được báo khi có bản thông tin mới, được cập nhật, đính chính hoặc rút lại.",
        "Your newsroom's system is told when a brief is published, updated, corrected or withdrawn.",
    ),
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
