"""The words of the pages on signing in and on one's own account; `wording` takes them in."""

# key: (Vietnamese, English)
ACCOUNT_WORDS: dict[str, tuple[str, str]] = {
    "account": ("Tài khoản", "Account"),
    "own_work": ("Cảnh báo và bản thông tin của ta", "Our own alerts and briefs"),
    "every_desk": ("mọi đơn vị", "every desk"),
    "sign_in_outside": ("Đăng nhập bằng {name}", "Sign in with {name}"),
    "second_factor": ("Xác thực hai bước", "Second factor"),
    "code": ("Mã xác thực hoặc mã dự phòng", "Code, or a recovery code"),
    "code_hint": (
        "Mở ứng dụng xác thực và nhập mã sáu chữ số đang hiện.",
        "Open your authenticator and enter the six digits that it shows.",
    ),
    "wrong_code": (
        "Mã không đúng, đã dùng rồi hoặc đã hết hạn.",
        "The code is not right, was used before or has run out.",
    ),
    "first_code": ("Mã sáu chữ số đang hiện", "The six digits that it shows"),
    "wrong_first_code": (
        "Mã không đúng. Hãy kiểm tra giờ của điện thoại rồi nhập mã đang hiện.",
        "The code is not right. Check your telephone's clock and enter the code that it shows now.",
    ),
    "scan_hint": (
        "Quét hình này bằng ứng dụng xác thực, hoặc nhập dãy chữ bên dưới. Sau đó nhập mã mà ứng dụng hiện.",
        "Scan this picture with your authenticator, or type the letters below into it. Then enter the code it shows.",
    ),
    "qr_code": ("Mã QR cho ứng dụng xác thực", "QR code for the authenticator"),
    "factor_is_on": ("Xác thực hai bước đang bật.", "The second factor is on."),
    "factor_is_off": (
        "Đang tắt. Khi bật, đăng nhập cần thêm mã từ điện thoại của bạn.",
        "Off. When it is on, signing in also takes a code from your telephone.",
    ),
    "factor_begin": ("Bật xác thực hai bước", "Set up the second factor"),
    "factor_confirm": ("Xác nhận và bật", "Confirm and switch on"),
    "factor_end": ("Tắt xác thực hai bước", "Switch the second factor off"),
    "factor_off": ("Đã tắt xác thực hai bước.", "The second factor is off."),
    "recovery_hint": (
        "Hãy cất các mã dự phòng này ở nơi an toàn; mỗi mã dùng được một lần và không hiện lại nữa.",
        "Keep these recovery codes in a safe place: each works once, and they are not shown again.",
    ),
    "codes_left": ("Còn {count} mã dự phòng.", "{count} recovery codes are left."),
    "change_password": ("Đổi mật khẩu", "Change the password"),
    "present_password": ("Mật khẩu hiện nay", "Present password"),
    "new_password": ("Mật khẩu mới", "New password"),
    "password_rule": (
        "Ít nhất {least} ký tự, không cần ký tự đặc biệt. Bốn, năm từ không liên quan đến nhau là mật khẩu tốt.",
        "At least {least} characters, no special ones needed. Four or five words that do not belong together do well.",
    ),
    "poor_password": (
        "Mật khẩu mới phải có ít nhất {least} ký tự, không dễ đoán và không nằm trong danh sách đã bị lộ.",
        "The new password must have at least {least} characters, be hard to guess and not be in a list of stolen ones.",
    ),
    "wrong_present_password": ("Mật khẩu hiện nay không đúng.", "The present password is not right."),
    "password_changed": (
        "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.",
        "The password is changed. Every other session has ended.",
    ),
}

ACCOUNT_VALUES: dict[str, tuple[str, str]] = {
    "works_as.analyst": ("phân tích viên", "analyst"),
    "works_as.press_officer": ("cán bộ báo chí", "press officer"),
    "works_as.approver": ("người duyệt", "approver"),
    "works_as.editor": ("biên tập viên bên ngoài", "editor"),
    "works_as.desk_chief": ("trưởng đơn vị", "desk chief"),
    "works_as.admin": ("quản trị", "admin"),
}
