"""The dossiers' part of a hub that behaves as a test wants; it speaks ``kiosk.wire.submission_api`` over real HTTP."""

import io
from dataclasses import dataclass, field

import msgspec
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.dossier.form import Choice, FormField
from kiosk.wire.common import Done, ErrorReply, Text
from kiosk.wire.dossier_api import DossierStatus, HistoryLine, LookUpReply, PaperRef
from kiosk.wire.procedure_api import AllProcedures, FindProcedures, ProcedureHit, ProcedureHits
from kiosk.wire.submission_api import (
    AdmitPhone,
    AnswersChecked,
    ConsentAsked,
    DraftState,
    Handler,
    KioskLookUp,
    PaperState,
    PaperWanted,
    ProcedureForm,
    PutAnswers,
    Receipt,
    ReceiptPaper,
    ResultLink,
    ResumedDraft,
    ResumeDraft,
    SetWay,
    StartDraft,
    SubmitDraft,
    Way,
)
from tests.fakes.clock import MONDAY_9_00

DRAFT, CODE, SECRET = "draft-of-the-stand-in", "000.00.01.H29-261122-0001", "7KQ4MX"
PROCEDURE = "1.001193"
LINK = f"http://hub.test/d/{CODE}#{SECRET}"


def text(vi: str, en: str) -> Text:
    return Text(vi=vi, en=en)


def small_form(**changes: object) -> ProcedureForm:
    """A name, a birthday, a sex, the number, a phone that may be left out; two papers and one to be shown."""
    form = ProcedureForm(
        code=PROCEDURE,
        name=text("Đăng ký khai sinh", "Birth registration"),
        fields=[
            FormField(id="full_name", kind="name", vi="Họ và tên của quý vị", en="Your full name", prefill="full_name"),
            FormField(id="born", kind="date", vi="Ngày sinh", en="Date of birth", prefill="born"),
            FormField(
                id="sex",
                kind="choice",
                vi="Giới tính",
                en="Sex",
                prefill="sex",
                choices=(Choice(id="male", vi="Nam", en="Male"), Choice(id="female", vi="Nữ", en="Female")),
            ),
            FormField(
                id="personal_id", kind="personal_id", vi="Số định danh", en="Personal number", prefill="personal_id"
            ),
            FormField(id="child_name", kind="name", vi="Họ và tên của bé", en="The child's full name"),
            FormField(id="phone", kind="phone", vi="Số điện thoại", en="Phone", required=False),
        ],
        papers=[
            PaperWanted(
                id="birth-note",
                name="Giấy chứng sinh",
                words=text("Giấy chứng sinh", "Birth notice"),
                show_only=False,
                required=True,
                quantity="1 bản",
            ),
            PaperWanted(
                id="marriage",
                name="Giấy chứng nhận kết hôn của cha mẹ",
                words=text("Giấy kết hôn của cha mẹ (nếu có)", "The parents' marriage certificate (if any)"),
                show_only=False,
                required=False,
                quantity="1 bản",
            ),
            PaperWanted(
                id="identity",
                name="Giấy tờ tùy thân",
                words=text("Thẻ căn cước", "ID card"),
                show_only=True,
                required=True,
                quantity="",
            ),
        ],
        notice=text(
            "Trung tâm xử lý thông tin trong đơn để giải quyết thủ tục này theo Luật 91/2025/QH15. "
            "Quý vị được xem, sửa, xóa và rút lại đồng ý.",
            "The centre processes what is in the form to carry out this procedure (law 91/2025/QH15). "
            "You may see it, correct it, have it deleted and take back your consent.",
        ),
        consents=[
            ConsentAsked(
                id="handling",
                words=text("Xử lý thông tin để giải quyết hồ sơ này", "To handle this dossier"),
                required=True,
            ),
            ConsentAsked(id="sms", words=text("Nhận tin nhắn về hồ sơ", "Text messages about it"), required=False),
        ],
        fee=text("Không thu phí nếu đúng hạn", "Free in time"),
        exempt=text("người thuộc hộ nghèo, người khuyết tật", "poor households, people with disabilities"),
        time=text("Trong ngày", "The same day"),
        due_ms=MONDAY_9_00 + 8 * 3_600_000,
        why_due=[text("Nộp trước 15 giờ nên trả trong ngày.", "Handed in before 15:00: the same day.")],
        handlers=[Handler(id="thu", name=text("Phường Thử", "Thu Ward"))],
        can_submit=True,
    )
    return msgspec.structs.replace(form, **changes)


def small_status(**changes: object) -> DossierStatus:
    status = DossierStatus(
        code=CODE,
        procedure=PROCEDURE,
        status=4,
        words=text("Đang giải quyết", "Being worked on"),
        next_step=text("Quý vị không phải làm gì thêm.", "There is nothing for you to do."),
        due_ms=MONDAY_9_00 + 86_400_000,
        why_due=[],
        late=False,
        history=[
            HistoryLine(
                at_ms=MONDAY_9_00,
                status=1,
                words=text("Đã gửi, chờ cán bộ kiểm tra", "Sent; an officer checks it"),
                note="",
            ),
            HistoryLine(at_ms=MONDAY_9_00 + 3_600_000, status=4, words=text("Đang giải quyết", "Worked on"), note=""),
        ],
    )
    return msgspec.structs.replace(status, **changes)


@dataclass
class DossierDesk:
    """Remembers what was asked; ``pages`` are the bytes of each paper."""

    form: ProcedureForm = field(default_factory=small_form)
    found: list[DossierStatus] = field(default_factory=lambda: [small_status()])
    wait_s: int = 0
    kept: bool = False  #: the city cannot be reached
    central_away: bool = False
    started: list[StartDraft] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[bytes]] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    submitted: list[SubmitDraft] = field(default_factory=list)
    looked_up: list[KioskLookUp] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    phone_url: str = ""
    phone_number: str = ""  #: what a phone that waits shows
    phone_joined: bool = False

    def routes(self) -> list[Route]:
        draft, paper = f"/v1/drafts/{DRAFT}", f"/v1/drafts/{DRAFT}/papers/{{paper}}"
        return [
            Route("/v1/procedures/find", self._find, methods=["POST"]),
            Route("/v1/procedures", self._everything),
            Route(f"/v1/procedures/{PROCEDURE}/form", self._form),
            Route("/v1/drafts", self._start, methods=["POST"]),
            Route(draft, self._state),
            Route(f"{draft}/answers", self._answers, methods=["POST"]),
            Route(f"{paper}/files", self._add, methods=["POST"]),
            Route(f"{paper}/clear", self._clear, methods=["POST"]),
            Route(f"{paper}/way", self._way, methods=["POST"]),
            Route(f"{paper}/pages/{{page:int}}", self._page),
            Route(f"{draft}/phone", self._phone, methods=["POST"]),
            Route(f"{draft}/phone/admit", self._admit, methods=["POST"]),
            Route(f"{draft}/submit", self._submit, methods=["POST"]),
            Route(f"{draft}/leave", self._leave, methods=["POST"]),
            Route(f"{draft}/resume", self._resume, methods=["POST"]),
            Route("/v1/dossiers/look-up", self._look_up, methods=["POST"]),
            Route("/v1/dossiers/result-link", self._link, methods=["POST"]),
        ]

    def draft(self) -> DraftState:
        papers = [
            PaperState(
                paper=each.id,
                way=self.ways.get(each.id, ""),
                state="ready" if self.pages.get(each.id) else "empty",
                pages=len(self.pages.get(each.id, [])),
                low_resolution=[],
                words=None,
            )
            for each in self.form.papers
        ]
        return DraftState(
            draft=DRAFT,
            procedure=PROCEDURE,
            papers=papers,
            phone_url=self.phone_url,
            phone_until_ms=MONDAY_9_00 + 900_000 if self.phone_url else 0,
            phone_seen=self.phone_joined,
            phone_waits=bool(self.phone_number) and not self.phone_joined,
        )

    @property
    def _procedures(self) -> list[ProcedureHit]:
        return [
            ProcedureHit(code=PROCEDURE, name=self.form.name, field="Hộ tịch", service="khai-sinh"),
            ProcedureHit(code="1.004884", name=text("Đăng ký lại khai sinh", "Again"), field="Hộ tịch", service=""),
        ]

    async def _find(self, request: Request) -> Response:
        asked = msgspec.json.decode(await request.body(), type=FindProcedures)
        hits = self._procedures if "k" in asked.query.lower() else []
        return _reply(ProcedureHits(hits=hits, ambiguous=0))

    async def _everything(self, request: Request) -> Response:
        other = ProcedureHit(code="2.001023", name=text("Trợ cấp", "Benefit"), field="Bảo trợ xã hội", service="")
        return _reply(AllProcedures(procedures=[*self._procedures, other]))

    async def _form(self, request: Request) -> Response:
        return _reply(self.form)

    async def _start(self, request: Request) -> Response:
        self.started.append(msgspec.json.decode(await request.body(), type=StartDraft))
        return _reply(self.draft())

    async def _state(self, request: Request) -> Response:
        return _reply(self.draft())

    async def _answers(self, request: Request) -> Response:
        self.answers = msgspec.json.decode(await request.body(), type=PutAnswers).answers
        return _reply(AnswersChecked(wrong=[]))

    async def _add(self, request: Request) -> Response:
        paper, way = request.path_params["paper"], request.query_params["way"]
        self.pages.setdefault(paper, []).append(await request.body())
        self.ways[paper] = "scanner" if way == "scanner" else "camera"
        return _reply(self.draft())

    async def _clear(self, request: Request) -> Response:
        self.pages.pop(request.path_params["paper"], None)
        return _reply(self.draft())

    async def _way(self, request: Request) -> Response:
        self.ways[request.path_params["paper"]] = msgspec.json.decode(await request.body(), type=SetWay).way
        return _reply(self.draft())

    async def _page(self, request: Request) -> Response:
        with Image.open(io.BytesIO(self.pages[request.path_params["paper"]][request.path_params["page"] - 1])) as page:
            page.thumbnail((300, 300))
            jpeg = io.BytesIO()
            page.convert("RGB").save(jpeg, "JPEG")
        return Response(jpeg.getvalue(), media_type="image/jpeg")

    async def _phone(self, request: Request) -> Response:
        self.phone_url = "http://hub.test/p/one-time"
        return _reply(self.draft())

    async def _admit(self, request: Request) -> Response:
        if msgspec.json.decode(await request.body(), type=AdmitPhone).number != self.phone_number:
            words = text("Chưa đúng số.", "Not the number.")
            return Response(msgspec.json.encode(ErrorReply(error="other_phone", message=words)), 409)
        self.phone_joined = True
        return _reply(self.draft())

    async def _submit(self, request: Request) -> Response:
        self.submitted.append(msgspec.json.decode(await request.body(), type=SubmitDraft))
        return _reply(self.receipt())

    def receipt(self) -> Receipt:
        papers = [ReceiptPaper(name=each.name, way=self.ways.get(each.id, "")) for each in self.form.papers]
        return Receipt(
            code=CODE,
            secret=SECRET,
            procedure=self.form.name,
            submitted_ms=MONDAY_9_00,
            due_ms=self.form.due_ms,
            why_due=self.form.why_due,
            papers=papers,
            kept="kept" if self.kept else "sent",
            look_up_url=LINK,
            centre=text("Trung tâm Phục vụ hành chính công phường Thử", "Public Service Centre of Thu Ward"),
        )

    async def _leave(self, request: Request) -> Response:
        self.left.append(DRAFT)
        return _reply(Done())

    async def _resume(self, request: Request) -> Response:
        last4 = msgspec.json.decode(await request.body(), type=ResumeDraft).last4
        self.resumed.append(last4)
        if last4 != "0011":
            words = text("Bốn số không khớp.", "These digits do not match.")
            return _reply(ErrorReply(error="wrong_digits", message=words), 403)
        return _reply(ResumedDraft(state=self.draft(), answers=self.answers))

    async def _look_up(self, request: Request) -> Response:
        asked = msgspec.json.decode(await request.body(), type=KioskLookUp)
        self.looked_up.append(asked)
        if self.central_away:
            words = text("Chưa liên lạc được với thành phố.", "The city cannot be reached.")
            return _reply(ErrorReply(error="central_away", message=words), 503)
        fits = (asked.code, asked.secret) == (CODE, SECRET) or asked.phone_end == "4567"
        return _reply(LookUpReply(found=self.found if fits else [], wait_s=self.wait_s))

    async def _link(self, request: Request) -> Response:
        return _reply(ResultLink(url="http://hub.test/r/one-time", until_ms=MONDAY_9_00 + 600_000))


def with_result() -> DossierStatus:
    return small_status(
        status=9,
        words=text("Đã có kết quả, mời đến nhận", "The result is ready"),
        results=[PaperRef(paper="birth-certificate", name="Giấy khai sinh")],
        name=small_form().name,
        late=True,
        apology=text("Hồ sơ trễ hẹn 2 ngày. Trung tâm xin lỗi quý vị.", "Two days late. We apologise."),
    )


def _reply(message: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(message), status, media_type="application/json")
