"""Refusals about alerts, duty and routing in Vietnamese; `refusals` says how parts in braces are put."""

# English: Vietnamese
ALERT_REFUSALS: dict[str, str] = {
    "an alert that is {state} cannot take the act {act}; it must be {allowed_states}": (
        "cảnh báo ở tình trạng “{state}” không {act} được; phải là: {allowed_states}"
    ),
    "it is {state}": "cảnh báo ở tình trạng “{state}”",
    "somebody else holds it": "người khác đang xử lý",
    "alert {id} is held by somebody else": "cảnh báo số {id} đang do người khác xử lý",
    "alert {id} is not held by this person any more": "bạn không còn nhận xử lý cảnh báo số {id}",
    "alert {id} is not held by this person; hold it first": (
        "bạn chưa nhận xử lý cảnh báo số {id}; hãy nhận trước"
    ),
    "{noun} {id} is at version {version}, not {seen}: somebody was quicker": (
        "{noun} {id} đã ở phiên bản {version}, không còn là {seen}: có người đã thay đổi trước"
    ),
    "alert {id} stands for this claim already": "nội dung này đã có cảnh báo số {id}",
    "claim {id} is not grouped yet; try again in a moment": (
        "nội dung số {id} chưa được xếp nhóm; hãy thử lại sau giây lát"
    ),
    "nothing has been held against this claim yet; write the text yourself": (
        "nội dung này chưa được đối chiếu với tư liệu nào; hãy tự soạn lời văn"
    ),
    "no passage is known for this claim; write the text yourself": (
        "chưa có đoạn tư liệu nào về nội dung này; hãy tự soạn lời văn"
    ),
    "alert {id} is {state}; only an undecided one is split": (
        "cảnh báo số {id} ở tình trạng “{state}”; chỉ tách được cảnh báo chưa quyết định"
    ),
    "must all be claims of alert {id}": "tất cả phải thuộc cảnh báo số {id}",
    "at least one claim must stay": "phải để lại ít nhất một câu",
    "has the alert already": "đơn vị này đã có cảnh báo",
    "alert {id} has not been given to another desk": "cảnh báo số {id} chưa được chuyển cho đơn vị khác",
    "it is taken back by whoever gave it away": "chỉ người đã chuyển cảnh báo mới lấy lại được",
    "the ten minutes in which it can be taken back are over": "đã quá mười phút được lấy lại cảnh báo",
    "somebody has acted on alert {id} at its new desk": "đơn vị nhận đã bắt đầu xử lý cảnh báo số {id}",
    "another desk has this already": "đơn vị khác đang giữ mục này",
    "must lie ahead, by thirty days at most": "phải ở phía trước, không quá ba mươi ngày",
    "does not belong to this outcome": "không thuộc kết luận này",
    "belongs to the outcome {outcome} alone": "chỉ dùng cho kết luận “{outcome}”",
    "belongs to the outcome {outcome}, which needs it": "phải có, và chỉ có, khi kết luận là “{outcome}”",
    "name the alert that this one repeats": "hãy nêu số của cảnh báo trùng",
    "an alert cannot repeat itself": "cảnh báo không thể trùng với chính nó",
    "alert {id} is itself a repeat of {other}; name that one": (
        "cảnh báo số {id} cũng trùng với cảnh báo số {other}; hãy nêu số {other}"
    ),
    "an alert that was answered is not reopened; correct or withdraw its brief": (
        "cảnh báo đã trả lời thì không mở lại; hãy đính chính hoặc rút lại bản thông tin"
    ),
    "alert {id} has no decision to undo": "cảnh báo số {id} không có quyết định nào để hoàn tác",
    "a decision is undone by whoever took it": "chỉ người đã quyết định mới hoàn tác được",
    "the ten minutes in which a decision can be undone are over": "đã quá mười phút được hoàn tác quyết định",
    "a brief that answers alert {id} has been begun": (
        "đã có người bắt đầu soạn bản thông tin trả lời cảnh báo số {id}"
    ),
    "subscribers have been told of this decision about alert {id}": (
        "các nơi đăng ký đã được báo về quyết định này ở cảnh báo số {id}"
    ),
    "task {id} of this decision has been settled": (
        "việc số {id} phát sinh từ quyết định này đã được xử lý xong"
    ),
    "task {id} has been settled already": "việc số {id} đã được xử lý xong",
    "an answer is decided for one alert at a time": "trả lời công khai phải quyết định cho từng cảnh báo một",
    "it is the one that the others repeat": "đây là cảnh báo mà các cảnh báo kia trùng với",
    "there is no such alert": "không có cảnh báo này",
    "pick at least one": "hãy chọn ít nhất một",
    "matches more than {most} alerts; narrow it": "khớp với hơn {most} cảnh báo; hãy lọc hẹp hơn",
    "name the alerts either by number or by `matching`": (
        "hãy chọn các cảnh báo theo số hoặc theo bộ lọc, không dùng cả hai"
    ),
    "say either an outcome or `until` when to snooze": "hãy chọn một kết luận hoặc thời hạn tạm hoãn",
    "is not one that a preview gave": "không phải của lần đếm nào; hãy đếm lại",
    "belongs to somebody else's preview": "thuộc lần đếm của người khác; hãy đếm lại",
    "is older than ten minutes; preview again": "đã quá mười phút; hãy đếm lại",
    "is not an active colleague of this desk": "không phải người đang làm việc ở đơn vị này",
    "must lie ahead and after the beginning": "phải ở phía trước và sau lúc bắt đầu",
    "is on duty at this desk already from {moment} {reason}": (
        "người này đã có ca trực ở đơn vị từ {moment} {reason}"
    ),
    "until {moment}": "đến {moment}",
    "without an end": "đến khi kết thúc ca",
    "{written} is not a day such as 2027-02-15": "{written} không phải là ngày, ví dụ đúng: 2027-02-15",
    "{written} is not a moment such as 2027-02-15T08:00": (
        "{written} không phải là ngày giờ, ví dụ đúng: 2027-02-15T08:00"
    ),
    "there is no time zone {zone}": "không có múi giờ {zone}",
    "{part}: expected hours that do not overlap, such as 08:00-11:30 13:30-17:00": (
        "{part}: cần các giờ không chồng nhau, ví dụ 08:00-11:30 13:30-17:00"
    ),
    "{part}: a day is named twice": "{part}: có ngày được nêu hai lần",
    "expected hours such as `mon-fri 08:00-17:00`, or `always`": (
        "cần giờ như mon-fri 08:00-17:00, hoặc always"
    ),
    "no holidays are known for {country}; expected a country code such as VN": (
        "không biết ngày nghỉ lễ của {country}; cần mã nước như VN"
    ),
    "{part}: expected days such as mon-fri or sat": "{part}: cần các ngày như mon-fri hoặc sat",
    "{part}: the week begins with mon": "{part}: tuần bắt đầu từ mon",
    "{part}: expected hours such as 08:00-17:00, at most until 24:00": (
        "{part}: cần giờ như 08:00-17:00, muộn nhất đến 24:00"
    ),
    "there is no rule {number}": "không có quy tắc số {number}",
    "the rules are not those that were seen; read them again": (
        "quy tắc đã được sửa từ lúc bạn mở trang; hãy xem lại"
    ),
    "may be {most} at most": "không được quá {most}",
    "there is a view {name} already": "đã có chế độ xem {name}",
    "is one too many: {most} views are kept": "đã đủ số: chỉ lưu {most} chế độ xem",
    "must lie between 2000 and 2200": "phải ở giữa năm 2000 và năm 2200",
}

# alerts.lifecycle.AlertAct, after "cannot"
ALERT_ACTS: dict[str, str] = {
    "hold": "nhận xử lý",
    "release": "trả lại hàng đợi",
    "lapse": "hết hạn xử lý",
    "snooze": "tạm hoãn",
    "wake": "đưa lại vào hàng đợi",
    "reroute": "chuyển đơn vị",
    "respond": "quyết định trả lời",
    "settle": "kết luận",
    "revise": "kết luận khác",
    "undo": "hoàn tác",
    "submit": "trình duyệt",
    "refuse": "trả lại để sửa",
    "publish": "công bố",
    "correct": "đính chính",
    "withdraw": "rút lại",
    "close": "đóng",
    "reopen": "mở lại",
}
