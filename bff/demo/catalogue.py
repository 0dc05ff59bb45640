"""Who buys, who sells and what, in the demonstration. All of it is made up."""

from dataclasses import dataclass

from bff.domain.orders.records import AddressRecord, MerchantRecord
from bff.domain.stars.model import Behaviour


@dataclass(frozen=True, slots=True)
class Good:
    sku: str
    title: str
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Goods of one merchant and category that stand in for each other."""

    merchant_no: str
    category: str
    goods: tuple[Good, ...]

    def good(self, turn: int) -> Good:
        return self.goods[turn % len(self.goods)]


@dataclass(frozen=True, slots=True)
class Persona:
    """`credits`: how much came back before; `found`: by inspections."""

    shopper_no: str
    nickname: str
    credits: int
    found: tuple[Behaviour, ...]
    addresses: tuple[AddressRecord, ...]


def _address(recipient: str, phone: str, region: str, street: str) -> AddressRecord:
    return AddressRecord(recipient=recipient, phone=phone, region=region, street=street)


# Buying is soon worth its most to all five; what inspections found sets them apart, however often
# more is bought.
PERSONAS = (
    Persona(
        "demo-1",
        "晚风吹过",
        3,
        (Behaviour.EMPTY_PARCEL, Behaviour.WRONG_ITEM),
        (_address("陆晚", "13800000001", "四川省成都市武侯区", "人民南路四段27号3单元1102室"),),
    ),
    Persona(
        "demo-2",
        "小满",
        6,
        (Behaviour.EMPTY_PARCEL,),
        (_address("周小满", "13800000002", "广东省深圳市南山区", "科技园南区高新南七道8号"),),
    ),
    Persona(
        "demo-3",
        "林深见鹿",
        6,
        (Behaviour.WRONG_ITEM,),
        (
            _address("林鹿", "13800000003", "上海市徐汇区", "衡山路688弄12号502室"),
            _address("林鹿", "13800000003", "上海市静安区", "南京西路1266号38层"),
        ),
    ),
    Persona(
        "demo-4",
        "南栀",
        9,
        (Behaviour.USED_ITEM,),
        (_address("沈南栀", "13800000004", "北京市朝阳区", "望京西园三区318号楼1506室"),),
    ),
    Persona(
        "demo-5",
        "云上的木木",
        2,
        (),
        (
            _address("木子云", "13800000005", "浙江省杭州市西湖区", "文三路478号华星公寓6幢201室"),
            _address("木子云", "13800000005", "浙江省杭州市滨江区", "江南大道3688号2号楼前台"),
        ),
    ),
)


def _merchant(number: str, name: str, address: AddressRecord, *, covers: bool) -> MerchantRecord:
    return MerchantRecord(
        merchant_no=number, name=name, covers_pickup=covers, return_address=address
    )


MERCHANTS = (
    _merchant(
        "linen-house",
        "素麻女装旗舰店",
        _address("素麻售后组", "0571-80000001", "浙江省杭州市临平区", "南苑街道新丰路199号2号仓"),
        covers=False,
    ),
    _merchant(
        "northwind",
        "北风男装旗舰店",
        _address("北风退货部", "0595-80000002", "福建省泉州市石狮市", "服装城大道58号B区"),
        covers=False,
    ),
    _merchant(
        "step-by-step",
        "步步鞋履旗舰店",
        _address("步步客服部", "020-80000003", "广东省广州市白云区", "黄石东路88号鞋业园5栋"),
        covers=True,
    ),
    _merchant(
        "silk-road",
        "丝路配饰旗舰店",
        _address("丝路售后", "0512-80000004", "江苏省苏州市吴江区", "盛泽镇舜湖西路36号"),
        covers=False,
    ),
    _merchant(
        "pixel-hub",
        "像素数码专营店",
        _address("像素售后", "0755-80000005", "广东省深圳市福田区", "华强北路1002号赛格广场17层"),
        covers=False,
    ),
    _merchant(
        "morning-market",
        "早市生鲜旗舰店",
        _address("早市客服", "021-80000006", "上海市青浦区", "华新镇华隆路1777号冷链仓"),
        covers=False,
    ),
)

WOMEN = Shelf(
    "linen-house",
    "womenswear",
    (
        Good("LH-1001", "法式亚麻收腰连衣裙 雾蓝 M", 36_900),
        Good("LH-1002", "宽松针织开衫 燕麦色 均码", 25_900),
        Good("LH-1003", "高腰直筒牛仔裤 浅蓝 27码", 19_900),
        Good("LH-1004", "醋酸缎面半身裙 墨绿 S", 42_900),
        Good("LH-1005", "双面羊绒大衣 驼色 M", 369_900),
    ),
)
TAILOR = Shelf(
    "linen-house",
    "made-to-order",
    (
        Good("LH-9001", "量体定制香云纱旗袍", 128_000),
        Good("LH-9002", "量体定制西装外套 刺绣姓名", 98_000),
    ),
)
MEN = Shelf(
    "northwind",
    "menswear",
    (
        Good("NW-2001", "免烫牛津纺衬衫 白色 41码", 18_900),
        Good("NW-2002", "美利奴羊毛圆领衫 藏青 L", 32_900),
        Good("NW-2003", "修身弹力休闲裤 卡其 32码", 23_900),
        Good("NW-2004", "重磅纯棉T恤 炭灰 L", 9_900),
        Good("NW-2005", "轻薄鹅绒羽绒服 黑色 XL", 59_900),
    ),
)
SHOES = Shelf(
    "step-by-step",
    "shoes",
    (
        Good("SS-3001", "复古德训鞋 米白 38码", 39_900),
        Good("SS-3002", "缓震跑鞋 黑橙 42码", 45_900),
        Good("SS-3003", "牛皮乐福鞋 酒红 37码", 52_900),
        Good("SS-3004", "加绒防滑雪地靴 驼色 38码", 36_900),
    ),
)
ACCESSORIES = Shelf(
    "silk-road",
    "accessories",
    (
        Good("SR-4001", "桑蚕丝印花方巾 90厘米", 29_900),
        Good("SR-4002", "羊毛格纹围巾 红黑格", 16_900),
        Good("SR-4003", "头层牛皮腰带 棕色 110厘米", 13_900),
        Good("SR-4004", "帆布渔夫帽 军绿", 8_900),
    ),
)
SOCKS = Shelf(
    "silk-road",
    "accessories",
    (
        Good("SR-4101", "纯棉中筒袜 5双装 黑白灰", 3_900),
        Good("SR-4102", "莫代尔船袜 5双装 浅色", 3_500),
    ),
)
WORN_ON_SKIN = Shelf(
    "silk-road",
    "accessories",
    (
        Good("SR-4201", "莫代尔无痕内裤 3条装 拆封不退", 7_900),
        Good("SR-4202", "真丝眼罩 贴肤用品 拆封不退", 9_900),
    ),
)
ELECTRONICS = Shelf(
    "pixel-hub",
    "electronics",
    (
        Good("PH-5001", "主动降噪蓝牙耳机 曜石黑", 89_900),
        Good("PH-5002", "65W氮化镓充电器 三口", 12_900),
        Good("PH-5003", "87键机械键盘 茶轴", 45_900),
    ),
)
CARDS = Shelf(
    "pixel-hub",
    "digital",
    (
        Good("PH-5901", "视频会员年卡 卡密直充", 19_800),
        Good("PH-5902", "单机游戏激活码 标准版", 9_900),
    ),
)
FRESH = Shelf(
    "morning-market",
    "fresh",
    (
        Good("MM-6001", "智利车厘子 JJ级 2.5千克", 18_900),
        Good("MM-6002", "云南蓝莓 18毫米 6盒", 11_900),
        Good("MM-6003", "阳澄湖大闸蟹 公4两母3两 4对", 39_800),
    ),
)
