"""Personal data in posts: found in all its forms, told masked, and not seen where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.checks import NO_RULES, Rules
from publisher.model import GalleryItem, Severity
from tests.checked import post, problems, told

OFFICE = Rules(
    phones=("0254 3852421", "+84 (254) 3.852.422", "1900 1234"),
    emails=("GopY@vidu.vn",),
    email_domains=("@sokhcn.vidu.gov.vn",),
)


@pytest.mark.parametrize(
    "written",
    [
        "0912345678", "0912 345 678", "0912.345.678", "0912-345-678", "091 2345678",
        "+84912345678", "+84 912 345 678", "(+84) 912 345 678", "0084912345678", "84912345678",
        "+84 (0) 912 345 678", "0912–345–678", "0912\u00a0345\u00a0678", "(0912) 345 678",
        "0254 3852 999", "(0254) 3.852.999", "+84 254 3852999", "024 3822 1234", "02838221234",
    ],
)  # fmt: skip
@pytest.mark.parametrize("sentence", ["Gọi {} nhé.", "ĐT: {}", "Số {}; {}", "| Anh A | {} |"])
def test_a_phone_number(written: str, sentence: str) -> None:
    body = sentence.replace("{}", written)
    codes = [code for code, _ in told(body, OFFICE)]
    assert codes == ["personal-phone"] * sentence.count("{}")


@pytest.mark.parametrize(
    "written",
    [
        # of the office
        "0254 3852421", "(0254) 3.852.421", "+84 254 3852 421", "02543852422", "1900 1234",
        # of services
        "1800 1098", "19001234", "1022", "113",
        # days and times
        "ngày 08/6/2010", "08.06.2010 09.07.2011", "ngày 03.05.2023 14:00", "05-03-2023 08:00",
        "09 12 2023 08:00", "kỳ 15/12/2022 - 14/12/2023",
        # laws
        "Nghị định số 09/2019/NĐ-CP", "Quyết định 0912/QĐ-UBND ngày 03/08/2023",
        # money and quantities
        "84.912.345.678 đồng", "0912345678 đồng", "84 912 345 678", "0,912345678", "0.912345678 m",
        "1.234.567.890", "84.000.000",
        # numbers of other things
        "mã số thuế 0312345678", "MST: 0312345678", "số tài khoản 0912345678", "STK: 0912 345 678",
        "Mã hồ sơ: 0912345678", "000.00.19.H06-230315-0001", "H06-0912345678", "A0912345678",
        "[trang](https://vidu.vn/?p=0912345678)", "0912345678@vidu.x1",
        "0412345678", "09123456789", "091234567", "12 0912345678", "ISBN 0912345678",
    ],
)  # fmt: skip
def test_what_is_no_phone_number_of_a_person(written: str) -> None:
    assert told(f"Nội dung: {written}.", OFFICE) == []


@pytest.mark.parametrize(
    "written", ["077085001234", "077 085 001 234", "077.085.001.234", "001199000001"]
)
def test_an_identity_number(written: str) -> None:
    (problem,) = problems(f"Ông A, số {written}, đã nhận.", OFFICE)
    assert problem.code == "personal-id"
    assert problem.params["value"] == f"{written[:3]}•••{written[-3:]}"


@pytest.mark.parametrize("named", ["CMND số", "Chứng minh nhân dân:", "căn cước", "số định danh"])
@pytest.mark.parametrize("written", ["273123456", "273 123 456"])
def test_an_old_identity_number_is_known_by_its_name(named: str, written: str) -> None:
    assert told(f"{named} {written} của ông A.", OFFICE) == [("personal-id", 20)]
    assert told(f"Tổng số {written} lượt.", OFFICE) == []


@pytest.mark.parametrize(
    "written",
    [
        "202312345678", "123456789012", "999999999999", "097123456789", "000123456789",
        "0770850012345", "07708500123", "77.085.001.234 đồng", "A077085001234", "1/077085001234/QĐ",
        "căn cước công dân", "Luật Căn cước số 26/2023/QH15",
    ],
)  # fmt: skip
def test_what_is_no_identity_number(written: str) -> None:
    assert told(f"Nội dung: {written}.", OFFICE) == []


def test_an_email_address_that_is_not_of_the_office() -> None:
    body = (
        "nam.nguyen@gmail.com, <lan@vidu.gov.vn>, [thư](mailto:b@vidu.vn) vanthu@SOKHCN.vidu.gov.vn"
    )
    masked = [p.params["value"] for p in problems(f"{body} gopy@vidu.vn a.b@sub.sokhcn.vidu.gov.vn",
                                                  OFFICE)]  # fmt: skip
    assert masked == ["n•••@gmail.com", "b•••@vidu.vn"]
    assert told("@nhom và a@b, 5@6.", OFFICE) == []


@pytest.mark.parametrize("plate", ["72A-123.45", "72A 12345", "72A1-123.45", "29A-999.99"])
def test_a_number_plate_is_known_by_what_stands_before(plate: str) -> None:
    (problem,) = problems(f"Xe mang biển số {plate} đỗ trước cổng.", OFFICE)
    assert (problem.code, problem.params["value"]) == (
        "personal-plate",
        f"{plate[:3]}•••{plate[-2:]}",
    )
    assert told(f"Hồ sơ {plate} của Sở.", OFFICE) == []


def test_every_text_that_readers_are_shown_is_looked_at() -> None:
    made = post(
        '![Bảng ghi số 0912345671](a.png "Gọi 0912345672")\n\n`0912345673`',
        title="Gọi 0912345674",
        excerpt="Gọi 0912345675",
        source="lan@gmail.com",
        gallery=(GalleryItem("0912345670.png", "Số 0912345676", "Số 0912345677"),),
    )
    assert told(made, OFFICE) == [
        ("personal-phone", 2), ("personal-phone", 6), ("personal-email", 8),
        ("personal-phone", 10), ("personal-phone", 10), ("personal-phone", 20),
        ("personal-phone", 20), ("personal-phone", 22),
    ]  # fmt: skip
    assert told("<!-- gọi 0912345678 -->", OFFICE) == []
    assert told("[gọi](tel:0912345678)", OFFICE) == [("personal-phone", 20)]


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_a_whole_number_is_never_told(number: str, gap: str) -> None:
    written = gap.join((number[:4], number[4:7], number[7:]))
    (problem,) = problems(f"Gọi {written} nhé.", NO_RULES)
    assert problem.severity is Severity.WARNING
    assert number not in str(problem.params) and written not in str(problem.params)
    assert problem.params["value"] == f"{number[:4]}•••{number[-3:]}"
