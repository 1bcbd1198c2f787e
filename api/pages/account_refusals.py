"""Refusals about accounts, signing in, keys and webhooks in Vietnamese; `refusals` says how parts are put."""

# English: Vietnamese
ACCOUNT_REFUSALS: dict[str, str] = {
    "is not an e-mail address": "không phải là địa chỉ thư điện tử",
    "there is no desk {id}": "không có đơn vị {id}",
    "{email} has an account already": "{email} đã có tài khoản",
    "is not changed by oneself; another admin does that": "không tự đổi được; cần quản trị khác",
    "must be lower-case letters and digits, joined by hyphens": (
        "chỉ gồm chữ thường không dấu và số, nối bằng gạch nối"
    ),
    "there is a desk {slug} already": "đã có đơn vị {slug}",
    "must be 1 to 200 printable characters": "phải có từ 1 đến 200 ký tự in được",
    "must have {least} to {most} characters": "phải có từ {least} đến {most} ký tự",
    "is too easy to guess; four or five words that do not belong together are not": (
        "quá dễ đoán; hãy dùng bốn, năm từ không liên quan đến nhau"
    ),
    "is in a published list of passwords that were stolen elsewhere": "nằm trong danh sách mật khẩu đã bị lộ",
    "the account has a second factor already": "tài khoản đã bật xác thực hai bước",
    "there is no second factor that waits to be confirmed": (
        "không có xác thực hai bước nào đang chờ xác nhận"
    ),
    "there is no second factor to switch off": "xác thực hai bước chưa bật nên không tắt được",
    "is not the code that the authenticator shows now": "không phải là mã đang hiện trong ứng dụng xác thực",
    "the account is switched off": "tài khoản đã tắt",
    "the role {role} may not {action}": "vai trò {role} không được {action}",
    "this belongs to another desk; only its own people may {action}": (
        "mục này thuộc đơn vị khác; chỉ người của đơn vị đó được {action}"
    ),
    "this key was not made to {action}": "khóa này không được dùng để {action}",
    "this key may not make one that may do more than itself": (
        "khóa này không tạo được khóa làm nhiều việc hơn nó"
    ),
    "may only become fewer; this key is not for {scopes}": (
        "chỉ được bớt đi; khóa này không dùng cho {scopes}"
    ),
    "key {prefix} has ended": "khóa {prefix} đã kết thúc",
    "the key is unknown, expired or revoked": "khóa không có, đã hết hạn hoặc đã bị thu hồi",
    "send an API key (Authorization: Bearer dc_…) or sign in at /desk/sign-in": (
        "hãy gửi khóa API (Authorization: Bearer dc_…) hoặc đăng nhập ở /desk/sign-in"
    ),
    "forms are for browser sessions; programs use the API": (
        "biểu mẫu chỉ dùng trong trình duyệt; chương trình dùng API"
    ),
    "the form's token is missing or old; load the page again": (
        "biểu mẫu đã cũ hoặc thiếu mã; hãy tải lại trang"
    ),
    "the form of this site is the only one": "chỉ nhận biểu mẫu của chính trang này",
    "the sign-in form of this site is the only one": "chỉ nhận biểu mẫu đăng nhập của chính trang này",
    "there is no OpenID provider here": "ở đây không có đăng nhập bằng OpenID",
    "this sign-in was begun too long ago; begin again": (
        "lần đăng nhập này bắt đầu đã quá lâu; hãy bắt đầu lại"
    ),
    "this sign-in was not begun in this browser; begin again": (
        "lần đăng nhập này không bắt đầu từ trình duyệt này; hãy bắt đầu lại"
    ),
    "the answer belongs to another sign-in; begin again": (
        "câu trả lời thuộc lần đăng nhập khác; hãy bắt đầu lại"
    ),
    "the provider did not sign anybody in": "nơi đăng nhập ngoài không xác nhận ai",
    "the answer is another provider's; begin again": "câu trả lời đến từ nơi đăng nhập khác; hãy bắt đầu lại",
    "the provider's answer has no ID token": "câu trả lời của nơi đăng nhập ngoài không có ID token",
    "the provider does not take its own answer; begin again": (
        "nơi đăng nhập ngoài không nhận lại câu trả lời của mình; hãy bắt đầu lại"
    ),
    "the provider's answer cannot be believed; begin again": (
        "câu trả lời của nơi đăng nhập ngoài không đáng tin; hãy bắt đầu lại"
    ),
    "the OpenID provider does not answer as it should; try again, or use a password": (
        "nơi đăng nhập ngoài không trả lời đúng; hãy thử lại hoặc dùng mật khẩu"
    ),
    "there is no account here for this person; an admin opens one": (
        "người này chưa có tài khoản ở đây; quản trị sẽ mở tài khoản"
    ),
    "wait {seconds} seconds": "hãy đợi {seconds} giây",
    "subscription {id} is {subscription_state}": "đăng ký số {id} ở tình trạng “{subscription_state}”",
    "subscription {id} is disabled; resume it first": "đăng ký số {id} đã tắt; hãy bật lại trước",
    "subscription {id} is unverified: its endpoint has not answered the challenge": (
        "đăng ký số {id} chưa xác minh: địa chỉ nhận chưa trả lời tin thử thách"
    ),
    "subscription {id} has {count} old secrets that still sign": (
        "đăng ký số {id} còn {count} khóa cũ đang ký"
    ),
    "the subscription is somebody else's": "đăng ký này của người khác",
    "there is no subscription at this address": "không có đăng ký nào ở địa chỉ này",
    "there is no subscription that wants this": "không có đăng ký nào cần tin này",
    "the subscription has ended": "đăng ký đã kết thúc",
    "delivery {id} is under way": "lần gửi số {id} đang được gửi",
    "must be earlier than until": "phải sớm hơn mốc cuối",
    "does not know {names}": "không có {names}",
    "must be from 0 to 1": "phải từ 0 đến 1",
    "must be a number from 0 to 1": "phải là một số từ 0 đến 1",
    "is longer than {most} characters": "dài hơn {most} ký tự",
    "must not contain spaces or control characters": "không được có dấu cách hay ký tự điều khiển",
    "names no host": "không nêu tên máy chủ",
    "must not contain a user name or password": "không được có tên người dùng hay mật khẩu",
    "must not have a fragment": "không được có phần sau dấu #",
    "port {port} is not one of the web's": "cổng {port} không dùng cho web",
    "must begin with https://": "phải bắt đầu bằng https://",
    "Port could not be cast to integer value as {written}": "cổng phải là số, không phải {written}",
    "Port out of range 0-65535": "cổng phải từ 0 đến 65535",
    "Invalid IPv6 URL": "địa chỉ IPv6 không đúng",
}

# What an account or a key may do: Act and Permission, after "may not"
ACTIONS: dict[str, str] = {
    "raise an alert": "lập cảnh báo",
    "hold an alert": "nhận xử lý cảnh báo",
    "take an alert over": "tiếp quản cảnh báo",
    "decide an alert": "quyết định cảnh báo",
    "give an alert to another desk": "chuyển cảnh báo cho đơn vị khác",
    "close an alert": "đóng cảnh báo",
    "settle a task about the record": "xử lý việc cần sửa trong tư liệu",
    "reopen an alert": "mở lại cảnh báo",
    "write a brief": "soạn bản thông tin",
    "comment on a brief": "nhận xét bản thông tin",
    "file a fact sheet": "nộp tài liệu",
    "approve a brief": "duyệt bản thông tin",
    "publish a brief": "công bố bản thông tin",
    "withdraw a brief": "rút lại bản thông tin",
    "answer reports of errors": "trả lời báo lỗi",
    "dispute a published brief": "khiếu nại bản thông tin đã công bố",
    "answer disputes": "trả lời khiếu nại",
    "keep subscriptions": "quản lý đăng ký nhận tin",
    "keep other people's subscriptions": "quản lý đăng ký nhận tin của người khác",
    "read alerts, claims and briefs in the making": "xem cảnh báo, nội dung và bản thông tin đang soạn",
    "search the evidence library and check a sentence": "tìm trong kho tư liệu và thử một câu",
    "read sources and articles": "xem nguồn tin và bài báo",
    "search over everything that one may read": "tìm trong mọi nội dung",
    "keep saved views": "lưu chế độ xem",
    "follow what happens at the desk": "theo dõi việc ở đơn vị",
    "read the list of desks": "xem danh sách đơn vị",
    "keep desks": "quản lý đơn vị",
    "read who is on duty, hand-over notes and routing rules": (
        "xem ca trực, bàn giao và quy tắc phân cảnh báo"
    ),
    "write hand-over notes": "ghi bàn giao",
    "keep a desk's duty officers and working days": "quản lý người trực và ngày làm việc của đơn vị",
    "keep a desk's chat room": "quản lý phòng trò chuyện của đơn vị",
    "keep routing rules": "quản lý quy tắc phân cảnh báo",
    "keep accounts": "quản lý tài khoản",
    "throw away what is old": "xóa dữ liệu cũ",
    "read one's own account and keep its keys": "xem tài khoản của mình và quản lý khóa",
    "read and verify the audit log": "xem và kiểm tra nhật ký",
    "read metrics": "xem số liệu vận hành",
}
