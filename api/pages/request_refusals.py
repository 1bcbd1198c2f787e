"""Refusals of a request as such, and of values by their form, in Vietnamese; `refusals` says how parts are put."""

# English: Vietnamese
REQUEST_REFUSALS: dict[str, str] = {
    "The request cannot be understood.": "Không hiểu được yêu cầu.",
    "A key or a session is needed.": "Cần khóa hoặc đăng nhập.",
    "This account may not do that; somebody else can.": (
        "Tài khoản này không được làm việc đó; người khác làm được."
    ),
    "There is nothing at this address, or nothing that this account may see.": (
        "Không có gì ở địa chỉ này, hoặc tài khoản này không được xem."
    ),
    "There is nothing at this address.": "Không có gì ở địa chỉ này.",
    "What was at this address has ended.": "Mục ở địa chỉ này đã kết thúc.",
    "The address exists, but not with this method.": "Địa chỉ có, nhưng không dùng được theo cách này.",
    "The act is not possible in the present state, which is shown as `current`.": (
        "Tình trạng hiện tại không cho phép việc này."
    ),
    "Somebody was quicker: `current` shows the present state, ETag its version.": (
        "Có người đã thay đổi trước; hãy xem lại tình trạng hiện tại."
    ),
    "Say with If-Match which version you have seen.": "Hãy nêu trong If-Match phiên bản đã xem.",
    "The request's body is larger than is accepted.": "Nội dung gửi lên quá lớn.",
    "Values cannot be used; `errors` points at each.": "Có giá trị không dùng được.",
    "An Idempotency-Key was used for another request, or is none.": (
        "Idempotency-Key đã dùng cho yêu cầu khác, hoặc không hợp lệ."
    ),
    "The same request is being carried out; its answer comes to whoever sent it first.": (
        "Yêu cầu này đang được thực hiện; người gửi trước sẽ nhận trả lời."
    ),
    "This key has asked too often; RateLimit says how much is left, Retry-After how long to wait.": (
        "Khóa này đã hỏi quá nhiều; hãy đợi rồi thử lại."
    ),
    "The brief cannot be approved yet; `errors` names what to mend.": (
        "Bản thông tin chưa duyệt được; còn chỗ phải sửa."
    ),
    "Wait as long as Retry-After says.": "Hãy đợi rồi thử lại.",
    "This part of the service is not there at the moment.": "Phần này tạm thời không dùng được.",
    "The service failed; the log has the reason under this request's id.": (
        "Hệ thống gặp lỗi; lý do được ghi trong nhật ký theo mã yêu cầu."
    ),
    "Not Found": "không có gì ở địa chỉ này",
    "Method Not Allowed": "địa chỉ này không dùng được theo cách này",
    "the database is busy; try again": "cơ sở dữ liệu đang bận; hãy thử lại",
    "the database does not answer": "cơ sở dữ liệu không trả lời",
    "the database has another schema than this program: run `dinhchinh init`": (
        "cơ sở dữ liệu không cùng phiên bản với chương trình: hãy chạy `dinhchinh init`"
    ),
    (
        "PDF needs the system's Pango library (Debian: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0); "
        "until then print the page itself, which looks the same"
    ): (
        "để xuất PDF, máy chủ cần thư viện Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0, "
        "libharfbuzz-subset0); trong lúc chờ, hãy in chính trang này, hình thức giống nhau"
    ),
    "many hand-outs are being made; try again in a few seconds": (
        "đang có nhiều bản PDF chờ được tạo; hãy thử lại sau vài giây"
    ),
    "answered {code}": "bên nhận trả lời mã {code}",
    "there is no {noun} {id}": "không có {noun} {id}",
    "{noun} {id} is at version {version}, which is not the one that was seen": (
        "{noun} {id} đã ở phiên bản {version}, khác với phiên bản đã xem"
    ),
    "must not be empty": "không được để trống",
    "must not contain NUL": "không được có ký tự NUL",
    "must be one of {allowed}": "phải là một trong: {allowed}",
    "must have at most {most} characters": "không được quá {most} ký tự",
    "must be {least} to {most}": "phải từ {least} đến {most}",
    "is not the name of an action": "không phải là tên của một việc",
    "must be a date and time with an offset, as in 2026-11-01T08:00:00+07:00": (
        "phải là ngày giờ kèm độ lệch, ví dụ: 2026-11-01T08:00:00+07:00"
    ),
    "has no word in it": "không có từ nào",
    "is not a cursor of this list": "không phải là vị trí trong danh sách này",
    "this is no entry of an exported log: {line}": "đây không phải là mục của nhật ký đã xuất: {line}",
    "send If-Match with the version that the ETag gave": "hãy gửi If-Match với phiên bản lấy từ ETag",
    "at most {most} bytes are accepted": "chỉ nhận nhiều nhất {most} byte",
    "only format=json is offered": "chỉ có format=json",
    "{header} must be 1 to 100 letters, digits and . _ : -": "{header} phải gồm 1 đến 100 chữ, số và . _ : -",
    "this {header} was used for another request: {route}": "{header} này đã dùng cho yêu cầu khác: {route}",
    "a request with this Idempotency-Key is being carried out; wait for its answer": (
        "yêu cầu với Idempotency-Key này đang được thực hiện; hãy đợi trả lời"
    ),
    "Field required": "bắt buộc phải có",
    "Input should be {allowed}": "phải là một trong: {allowed}",
    "Input should be a valid string": "phải là chữ",
    "Input should be a valid integer, unable to parse string as an integer": "phải là số nguyên",
    "Input should be a valid number, unable to parse string as a number": "phải là số",
    "Input should be a valid boolean, unable to interpret input": "phải là có hoặc không",
    "Input should be greater than or equal to {least}": "phải từ {least} trở lên",
    "Input should be less than or equal to {most}": "không được quá {most}",
    "String should have at least {least} character": "phải có ít nhất {least} ký tự",
    "String should have at least {least} characters": "phải có ít nhất {least} ký tự",
    "String should have at most {most} character": "không được quá {most} ký tự",
    "String should have at most {most} characters": "không được quá {most} ký tự",
    "String should match pattern '^[a-z][a-z]$'": "phải là mã hai chữ thường, ví dụ vi hoặc en",
    "String should match pattern '^[A-Za-z][A-Za-z]$'": "phải là mã hai chữ, ví dụ vn hoặc fr",
    "String should match pattern '{pattern}'": "không đúng dạng {pattern}",
    "List should have at most {most} items after validation, not {found}": (
        "không được quá {most} mục, đã gửi {found}"
    ),
}
