"""One place has one code, however it is spelt."""

import pytest

from bff.core.areas import area_code, area_name, known_area


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        (
            "330106",
            [
                "浙江省杭州市西湖区",
                "浙江 杭州 西湖区",
                "浙江杭州西湖",
                "杭州市西湖区",
                "浙江省/杭州市/西湖区",
                "浙江省-杭州市-西湖区",
                "中国浙江省杭州市西湖区",
                "浙江省\u3000杭州市\u200b西湖区",
                "浙江省西湖区",
                "浙江省杭州市西湖区文三路1号",
            ],
        ),
        ("110105", ["北京市朝阳区", "北京朝阳", "北京市北京市朝阳区", "北京市市辖区朝阳区"]),
        ("310115", ["上海市浦东新区", "上海浦东"]),
        ("500229", ["重庆市城口县", "重庆市县城口县"]),
        ("419001", ["河南省济源市", "河南济源", "济源市", "河南省省直辖县级行政区划济源市"]),
        ("422801", ["湖北省恩施土家族苗族自治州恩施市", "湖北恩施州恩施市"]),
        ("654002", ["新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "新疆伊犁伊宁市"]),
        ("150102", ["内蒙古自治区呼和浩特市新城区", "内蒙古呼和浩特新城区"]),
        ("220202", ["吉林省吉林市昌邑区", "吉林市昌邑区"]),
        ("441900", ["广东省东莞市", "东莞", "东莞市长安镇"]),
        ("620200", ["甘肃省嘉峪关市", "嘉峪关"]),
        ("810001", ["香港特别行政区中西区", "香港中西区", "香港香港中西区"]),
        ("710000", ["台湾省台北市"]),
        ("330105", ["浙江省杭州市拱墅区", "浙江省杭州市下城区"]),
        ("350405", ["福建省三明市沙县区", "福建省三明市沙县"]),
        ("220273", ["吉林省吉林市吉林中国新加坡食品区"]),
        ("654000", ["新疆伊犁", "新疆伊犁伊宁"]),  # a city and a county there have that name
        ("310000", ["上海市", "上海"]),
        ("330100", ["浙江省杭州市", "浙江省杭州市一个新区"]),
    ],
)
def test_one_place_has_one_code(code: str, spellings: list[str]) -> None:
    assert {area_code(text) for text in spellings} == {code}
    assert {area_name(text) for text in spellings} == {code}


@pytest.mark.parametrize(
    "text", ["", "x", "London", "浙江省", "吉林", "海南", "朝阳区", "河北省桥西区", "中国"]
)
def test_no_city_and_two_places_of_one_name_have_no_code(text: str) -> None:
    assert area_code(text) is None


def test_what_is_not_in_the_table_goes_by_its_text() -> None:
    assert area_name("Camden, London") == area_name("camden London") == "camdenlondon"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("330106", "330106"),
        (" ３３０１０６ ", "330106"),
        ("330106001002", "330106"),
        ("330103", "330100"),
        ("110100", "110000"),
        ("620201", "620200"),
        ("330000", None),
        ("990101", None),
        ("33010", None),
        ("x", None),
    ],
)
def test_a_code_is_known_to_the_county_or_the_city(code: str, known: str | None) -> None:
    assert known_area(code) == known
