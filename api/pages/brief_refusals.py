"""Refusals about briefs, fact sheets, reports and disputes in Vietnamese; `refusals` says how parts are put."""

# English: Vietnamese
BRIEF_REFUSALS: dict[str, str] = {
    "cancelled": "có người đã hủy",
    "its time is over": "đã hết thời hạn",
    "replaced by {id}": "đã thay bằng tài liệu số {id}",
    "the page at its address came into the library first; file it again without the address": (
        "trang ở địa chỉ của tài liệu đã vào kho tư liệu trước; hãy nộp lại, không ghi địa chỉ"
    ),
    "another time was set": "đã đặt giờ khác",
    "there is no brief version in {language}": "chưa có bản {language}",
    "there is no published text of this brief in {language}": "bản thông tin này chưa công bố bản {language}",
    "{id} is no accepted report about this brief": (
        "{id} không phải là báo lỗi đã được nhận là đúng về bản thông tin này"
    ),
    "report {id} has led to another text already": "báo lỗi số {id} đã dẫn tới một lần sửa khác",
    "{id} is no upheld dispute of this brief": (
        "{id} không phải là khiếu nại đã được chấp nhận về bản thông tin này"
    ),
    "dispute {id} has led to another text already": "khiếu nại số {id} đã dẫn tới một lần sửa khác",
    "a fact sheet answers no claim: name the passages to draft it from": (
        "bản thông tin theo chủ đề không trả lời nội dung nào: hãy nêu các đoạn tư liệu để soạn"
    ),
    "there is no passage {numbers}": "không có đoạn tư liệu số {numbers}",
    "{written} is not the number of a passage": "{written} không phải là số hiệu đoạn tư liệu",
    "brief {id} is published in {language}; correct it instead": (
        "bản {language} của bản thông tin số {id} đã công bố; hãy đính chính"
    ),
    "brief {id} is published; its subject stays, subscribers know it by that": (
        "bản thông tin số {id} đã công bố; chủ đề giữ nguyên vì người đăng ký nhận tin theo chủ đề đó"
    ),
    "what delivery {id} announced was taken back since": "tin số {id} báo sẽ trả lời, việc đó đã được rút lại",
    "it is proposed to withdraw brief {id}; carry that out or refuse it first": (
        "đang có đề nghị rút lại bản thông tin số {id}; hãy thực hiện hoặc trả lại đề nghị đó trước"
    ),
    "alert {id} does not wait for this brief: {reason}": (
        "cảnh báo số {id} không chờ bản thông tin này: {reason}"
    ),
    "brief {id} has been withdrawn; open another one": (
        "bản thông tin số {id} đã được rút lại; hãy mở bản khác"
    ),
    "alert {id} is answered by brief {brief}": "cảnh báo số {id} đã có bản thông tin số {brief} trả lời",
    "alert {id} is {state}; only one decided as respond is answered": (
        "cảnh báo số {id} ở tình trạng “{state}”; chỉ soạn trả lời khi đã quyết định trả lời công khai"
    ),
    "a brief answers an alert or has a subject": "bản thông tin phải trả lời một cảnh báo hoặc có chủ đề",
    "version {number} in {language} has been submitted already; write a new one": (
        "phiên bản {number} {language} đã được trình duyệt; hãy viết phiên bản mới"
    ),
    "version {number} in {language} has been approved already": "phiên bản {number} {language} đã được duyệt",
    "version {number} in {language} has not been approved": "phiên bản {number} {language} chưa được duyệt",
    "version {number} in {language} is not the newest any more": (
        "phiên bản {number} {language} không còn là mới nhất"
    ),
    "version {number} in {language} has not been submitted": (
        "phiên bản {number} {language} chưa được trình duyệt"
    ),
    "version {number} in {language} has been published; correct it instead": (
        "phiên bản {number} {language} đã công bố; hãy đính chính"
    ),
    "version {number} in {language} is published already": "phiên bản {number} {language} đã được công bố",
    "brief {id} has been withdrawn; nothing more of it is published": (
        "bản thông tin số {id} đã được rút lại; không công bố thêm gì nữa"
    ),
    "version {number} in {language} goes out at {moment}; call it off first": (
        "phiên bản {number} {language} đã hẹn công bố lúc {moment}; hãy hủy hẹn giờ trước"
    ),
    "brief {id} is {state}; only a published one is corrected": (
        "bản thông tin số {id} ở tình trạng “{state}”; chỉ đính chính bản đã công bố"
    ),
    "brief {id} is {state}; only a published one is withdrawn": (
        "bản thông tin số {id} ở tình trạng “{state}”; chỉ rút lại bản đã công bố"
    ),
    "brief {id} is not published in {language}": "bản {language} của bản thông tin số {id} chưa công bố",
    (
        "whoever approved version {number} in {language} may not do so any more ({reason}); recall the approval, "
        "and have it approved again"
    ): (
        "người đã duyệt phiên bản {number} {language} nay không được duyệt ({reason}); hãy rút lại phê duyệt rồi "
        "trình duyệt lại"
    ),
    "whoever wrote on a text cannot approve it; a second person must": (
        "người soạn không tự duyệt được; cần người thứ hai"
    ),
    "whoever submitted a text cannot approve it; a second person must": (
        "người trình không tự duyệt được; cần người thứ hai"
    ),
    "that moment has passed; publish it now or set a later one": (
        "thời điểm đó đã qua; hãy công bố ngay hoặc hẹn giờ muộn hơn"
    ),
    "no time is set for brief {id} in {language}": (
        "bản {language} của bản thông tin số {id} không có hẹn giờ"
    ),
    "not a time; one looks like 2026-12-01T08:00": "không phải là ngày giờ, ví dụ đúng: 2026-12-01T08:00",
    "must be in a year from 2 to 9998": "năm phải từ 2 đến 9998",
    "{zone} is not a time zone such as Asia/Ho_Chi_Minh": (
        "{zone} không phải là múi giờ, ví dụ đúng: Asia/Ho_Chi_Minh"
    ),
    "clocks in {zone} show {written} {reason}; give it with its offset": (
        "đồng hồ ở {zone} chỉ {written} {reason}; hãy ghi kèm độ lệch giờ"
    ),
    "twice": "hai lần",
    "not at all": "không lần nào",
    "this text has {count} blocks": "bản này có {count} đoạn",
    "passage {id} is listed against brief {brief} already": (
        "đoạn tư liệu số {id} đã được nêu là nói khác với bản thông tin số {brief}"
    ),
    "brief {id} has no text yet that could stand": "bản thông tin số {id} chưa có lời văn nào để giữ",
    "passage {id} has been acknowledged already": "đoạn tư liệu số {id} đã được ghi nhận",
    "must be later than valid_from, and not have passed": "phải sau ngày bắt đầu hiệu lực và chưa qua",
    "fact sheet {id} says the same": "tài liệu số {id} có cùng nội dung",
    "fact sheet {id} is not valid any more": "tài liệu số {id} không còn hiệu lực",
    "must be the address of a page, beginning with http: or https:": (
        "phải là địa chỉ một trang, bắt đầu bằng http: hoặc https:"
    ),
    "the page at this address is in the library already": "trang ở địa chỉ này đã có trong kho tư liệu",
    "is a sheet of another desk": "là tài liệu của đơn vị khác",
    "fact sheet {id} has been replaced by {newer}": "tài liệu số {id} đã được thay bằng tài liệu số {newer}",
    "fact sheet {id} is not in the library": "tài liệu số {id} không có trong kho tư liệu",
    "send either a text or a file": "hãy gửi lời văn hoặc tệp, không gửi cả hai",
    "is not the number of a sheet, which stands beside its title": (
        "không phải là số của tài liệu; số ghi cạnh tiêu đề"
    ),
    "is not a day; one looks like 2026-11-30": "không phải là ngày, ví dụ đúng: 2026-11-30",
    "it is larger than {size} MB": "lớn hơn {size} MB",
    "no text was found in it; a scanned page has to be typed first": (
        "không tìm thấy chữ nào; trang quét phải được gõ lại trước"
    ),
    "it has {count} characters, at most {most} are filed": "có {count} ký tự, chỉ nhận nhiều nhất {most}",
    "it is neither PDF nor Word, and no text in UTF-8 or UTF-16": (
        "không phải PDF hay Word, cũng không phải văn bản UTF-8 hoặc UTF-16"
    ),
    "it is neither PDF nor Word nor text": "không phải PDF, Word hay văn bản",
    "the PDF is encrypted; file it without a password": "tệp PDF bị khóa; hãy nộp bản không có mật khẩu",
    "the PDF has {count} pages, at most {most} are read": (
        "tệp PDF có {count} trang, chỉ đọc nhiều nhất {most}"
    ),
    "the PDF is damaged ({kind})": "tệp PDF bị hỏng ({kind})",
    "the Word file unpacks to {count} bytes, which is too much": (
        "tệp Word giải nén thành {count} byte, quá lớn"
    ),
    "it is no Word file, or damaged ({kind})": "không phải tệp Word, hoặc đã hỏng ({kind})",
    "reading took more than {seconds} s and was stopped": "đọc quá {seconds} giây nên đã dừng",
    "reading took more than {seconds} s of processor time and was stopped": (
        "đọc quá {seconds} giây xử lý nên đã dừng"
    ),
    "reading was stopped (the worker ended with {code})": "việc đọc đã bị dừng (mã {code})",
    "reading took more memory than is allowed and was stopped": "đọc tốn quá nhiều bộ nhớ nên đã dừng",
    "reading was stopped": "việc đọc đã bị dừng",
    "nothing to check: the sentence is not written in UTF-8": (
        "không có gì để đối chiếu: câu không viết bằng UTF-8"
    ),
    "nothing to check: give a sentence": "không có gì để đối chiếu: hãy nhập một câu",
    "too long for one sentence: {count} characters, at most {most}": (
        "quá dài cho một câu: {count} ký tự, nhiều nhất {most}"
    ),
    "dispute {id} of this brief is not decided yet": (
        "khiếu nại số {id} về bản thông tin này chưa được quyết định"
    ),
    "dispute {id} is {dispute_state}": "khiếu nại số {id} ở tình trạng “{dispute_state}”",
    "dispute {id} is {dispute_state} already": "khiếu nại số {id} đã ở tình trạng “{dispute_state}”",
    "whoever raised a dispute cannot decide it": "người khiếu nại không quyết định được khiếu nại của mình",
    "whoever wrote, submitted or approved the brief cannot decide whether it is wrong": (
        "người soạn, trình hoặc duyệt bản thông tin không quyết định được bản đó có sai hay không"
    ),
    "report {id} is {report_state}; only a new one is acknowledged": (
        "báo lỗi số {id} ở tình trạng “{report_state}”; chỉ xác nhận báo lỗi mới"
    ),
    "report {id} is {report_state} already": "báo lỗi số {id} đã ở tình trạng “{report_state}”",
    "whoever wrote the text cannot decide what is wrong with it; somebody else must": (
        "người soạn không quyết định được bản của mình sai ở đâu; cần người khác"
    ),
    "there is no report at this address": "không có báo lỗi nào ở địa chỉ này",
}
