"""The trades of the town: what a business of each kind sells, pays, owes and when.

Codes and Chinese names are classes of the public standard GB/T 4754-2017 (Industrial classification for national economic
activities). Every other figure is a round assumption of the simulation, not an estimate from data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Festival = Literal["shutdown", "peak", "visitors", "pause", "none"]
TradeKey = str


@dataclass(frozen=True)
class Trade:
    """One trade. Money in yuan, shares of turnover, days; ``months`` and ``weekdays`` are scaled to mean one.

    ``consumers`` is the share of turnover sold to consumers, ``buys_from`` are the trades inside the town that it can
    buy from, ``holiday`` multiplies consumer sales on public holidays, ``rain`` on wet days, ``promotion`` on 618 and
    Double 11.
    """

    key: TradeKey
    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]  # what stands at the end of a business name
    weight: float
    turnover: float  # median a year, yuan
    consumers: float
    ticket: float
    goods: float  # cost of goods
    wages: float
    rent: float
    utilities: float
    wage_month: float
    terms_days: int
    cycle_days: int  # of orders to suppliers
    vat: float  # on sales of a general taxpayer
    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    festival: Festival
    holiday: float = 1.0
    rain: float = 1.0
    promotion: float = 1.0
    buys_from: tuple[TradeKey, ...] = ()


_FLAT = (1.0,) * 12
_EVEN = (1.0,) * 7
_WEEKEND = (0.88, 0.86, 0.90, 0.94, 1.08, 1.22, 1.12)
_OFFICE = (1.15, 1.18, 1.16, 1.14, 1.12, 0.75, 0.50)
_EATING = (1.05, 0.80, 0.88, 0.92, 1.00, 1.08, 1.10, 1.06, 0.98, 1.06, 1.00, 1.07)
_BUILDING = (0.75, 0.45, 1.00, 1.15, 1.15, 1.05, 0.90, 0.92, 1.15, 1.20, 1.20, 1.08)
_FACTORY = (0.95, 0.60, 1.05, 1.05, 1.02, 1.00, 0.95, 0.98, 1.08, 1.05, 1.12, 1.15)
_TRAVEL = (0.70, 0.95, 0.85, 1.10, 1.20, 0.95, 1.35, 1.40, 0.90, 1.25, 0.70, 0.65)
_TEA = (0.60, 0.50, 1.60, 2.60, 1.50, 0.80, 0.60, 0.60, 1.00, 1.10, 0.60, 0.50)
_CLOTHES = (1.25, 0.75, 0.95, 0.95, 0.95, 0.85, 0.80, 0.85, 1.10, 1.15, 1.25, 1.15)
_FISH = (1.30, 0.90, 0.70, 0.70, 0.80, 0.85, 0.90, 1.00, 1.20, 1.25, 1.15, 1.25)

TRADES: tuple[Trade, ...] = (
    Trade("restaurant", "6210", "正餐服务", "full-service restaurant", ("餐馆", "酒家", "土菜馆"), 10, 1_500_000, 0.95, 120, 0.40, 0.23, 0.09, 0.040, 4300, 30, 7, 0.06, _EATING, _WEEKEND, "visitors", 1.45, 0.86, 1.0, ("aquaculture", "vegetables", "grain", "tea-shop")),
    Trade("snack", "6220", "快餐服务", "fast food", ("快餐店", "面馆", "小吃店"), 8, 700_000, 1.0, 22, 0.41, 0.19, 0.10, 0.040, 3900, 15, 7, 0.06, _EATING, _EVEN, "pause", 1.10, 0.88, 1.0, ("vegetables", "grain")),
    Trade("grocery", "5212", "超级市场零售", "grocery and supermarket", ("超市", "生鲜超市", "便民超市"), 9, 2_600_000, 0.94, 38, 0.79, 0.065, 0.03, 0.012, 3600, 30, 7, 0.13, (1.20, 1.05, 0.92, 0.94, 0.98, 0.98, 1.00, 1.00, 1.02, 1.00, 0.95, 0.98), _WEEKEND, "peak", 1.15, 0.95, 1.05, ("grain", "vegetables", "tea-shop", "packaging")),
    Trade("convenience", "5213", "便利店零售", "convenience store", ("便利店", "小卖部"), 7, 800_000, 1.0, 16, 0.75, 0.065, 0.045, 0.020, 3300, 15, 7, 0.13, _FLAT, _EVEN, "pause", 1.05, 0.90, 1.0, ("grain",)),
    Trade("pharmacy", "5251", "西药零售", "pharmacy", ("大药房", "药店"), 4, 1_600_000, 1.0, 45, 0.70, 0.10, 0.045, 0.010, 4200, 30, 14, 0.13, (1.12, 1.00, 1.02, 0.98, 0.95, 0.93, 0.94, 0.95, 0.98, 1.00, 1.05, 1.12), _EVEN, "pause", 0.95, 0.97, 1.08),
    Trade("clothes-shop", "5232", "服装零售", "clothing shop", ("服饰店", "童装店", "女装店"), 5, 900_000, 1.0, 160, 0.58, 0.12, 0.11, 0.015, 3500, 0, 30, 0.13, _CLOTHES, _WEEKEND, "peak", 1.35, 0.85, 1.35, ("clothes-maker",)),
    Trade("tea-shop", "5226", "酒、饮料及茶叶零售", "tea and drinks shop", ("茶庄", "烟酒茶行"), 4, 1_000_000, 0.70, 210, 0.66, 0.08, 0.07, 0.010, 3600, 30, 30, 0.13, (1.45, 0.95, 0.85, 1.05, 1.00, 0.90, 0.80, 0.90, 1.25, 1.00, 0.90, 0.95), _EVEN, "peak", 1.15, 1.0, 1.25, ("tea", "packaging")),
    Trade("hardware", "5281", "五金零售", "hardware shop", ("五金店", "五金建材店"), 6, 1_100_000, 0.55, 70, 0.71, 0.08, 0.05, 0.010, 3900, 30, 14, 0.13, _BUILDING, _EVEN, "shutdown", 0.85, 0.92, 1.0, ("metals",)),
    Trade("grain", "5121", "米、面制品及食用油批发", "grain and oil wholesale", ("粮油商行", "粮油批发部"), 4, 4_200_000, 0.08, 200, 0.87, 0.03, 0.012, 0.006, 4200, 21, 14, 0.09, (1.20, 0.85, 0.95, 0.95, 0.98, 0.98, 0.98, 1.00, 1.08, 1.00, 0.98, 1.05), _OFFICE, "peak", 1.0, 1.0, 1.0, ("trucking",)),
    Trade("metals", "5164", "金属及金属矿批发", "metal wholesale", ("钢材经营部", "金属材料商行"), 2, 7_500_000, 0.0, 1, 0.91, 0.015, 0.008, 0.004, 5000, 45, 14, 0.13, _BUILDING, _OFFICE, "shutdown", 1.0, 1.0, 1.0, ("trucking",)),
    Trade("machine-parts", "3484", "机械零部件加工", "machine parts maker", ("机械加工厂", "精密机械厂"), 5, 5_200_000, 0.0, 1, 0.56, 0.20, 0.035, 0.040, 5600, 60, 14, 0.13, _FACTORY, _OFFICE, "shutdown", 1.0, 1.0, 1.0, ("metals", "trucking", "battery-repair", "packaging")),
    Trade("clothes-maker", "1819", "其他机织服装制造", "clothing maker", ("制衣厂", "服装加工厂"), 4, 4_600_000, 0.0, 1, 0.55, 0.25, 0.03, 0.020, 4600, 45, 30, 0.13, (0.90, 0.55, 1.05, 1.10, 1.05, 0.95, 0.95, 1.10, 1.15, 1.20, 1.10, 0.95), _OFFICE, "shutdown", 1.0, 1.0, 1.0, ("packaging", "trucking")),
    Trade("connectors", "3989", "其他电子元件制造", "electronic connector maker", ("接插件厂", "电子元件厂"), 3, 8_500_000, 0.0, 1, 0.60, 0.17, 0.03, 0.025, 6000, 75, 14, 0.13, (0.95, 0.60, 1.00, 0.98, 0.98, 1.02, 1.05, 1.12, 1.15, 1.08, 1.05, 1.00), _OFFICE, "shutdown", 1.0, 1.0, 1.0, ("metals", "machine-parts", "packaging", "trucking")),
    Trade("packaging", "2319", "包装装潢及其他印刷", "packaging printer", ("包装印刷厂", "纸箱厂"), 2, 3_800_000, 0.0, 1, 0.60, 0.17, 0.035, 0.030, 5000, 45, 14, 0.13, (1.05, 0.60, 0.95, 0.98, 0.98, 1.00, 1.00, 1.08, 1.12, 1.10, 1.10, 1.02), _OFFICE, "shutdown", 1.0, 1.0, 1.0, ("trucking",)),
    Trade("frozen-food", "1432", "速冻食品制造", "frozen food maker", ("速冻食品厂", "食品厂"), 2, 5_000_000, 0.06, 60, 0.66, 0.14, 0.025, 0.045, 4500, 45, 14, 0.13, (1.40, 0.80, 0.85, 0.85, 0.92, 0.92, 0.90, 0.92, 1.02, 1.08, 1.18, 1.25), _OFFICE, "peak", 1.0, 1.0, 1.15, ("vegetables", "grain", "packaging", "trucking")),
    Trade("trucking", "5431", "普通货物道路运输", "road freight", ("货运部", "物流运输队"), 5, 2_400_000, 0.0, 1, 0.60, 0.20, 0.02, 0.010, 6500, 45, 7, 0.09, (0.95, 0.60, 1.02, 1.00, 1.00, 1.02, 1.00, 1.02, 1.08, 1.08, 1.14, 1.10), _OFFICE, "shutdown", 1.0, 0.94, 1.05, ("car-repair",)),
    Trade("decoration", "5012", "住宅装饰和装修", "home decoration contractor", ("装饰工程队", "家装设计部"), 5, 2_800_000, 0.25, 8000, 0.55, 0.27, 0.025, 0.008, 5800, 60, 14, 0.09, _BUILDING, _EVEN, "shutdown", 0.80, 0.80, 1.0, ("hardware", "metals", "trucking")),
    Trade("tea", "0164", "茶叶种植", "tea grower", ("茶叶合作社", "茶场"), 3, 1_100_000, 0.20, 260, 0.36, 0.34, 0.05, 0.015, 3800, 20, 30, 0.0, _TEA, _EVEN, "pause", 1.10, 0.85, 1.05, ("packaging", "trucking")),
    Trade("vegetables", "0141", "蔬菜种植", "vegetable grower", ("蔬菜合作社", "种植园"), 3, 1_200_000, 0.12, 30, 0.48, 0.27, 0.05, 0.020, 3500, 10, 14, 0.0, (1.20, 0.95, 0.90, 0.95, 1.02, 1.02, 0.98, 0.95, 1.00, 1.00, 1.00, 1.03), _EVEN, "peak", 1.0, 0.88, 1.0, ("trucking", "packaging")),
    Trade("aquaculture", "0412", "内陆养殖", "inland aquaculture", ("水产养殖场", "渔场"), 3, 1_900_000, 0.10, 90, 0.62, 0.14, 0.045, 0.040, 4000, 20, 14, 0.0, _FISH, _EVEN, "peak", 1.10, 0.82, 1.0, ("grain", "trucking")),
    Trade("hotel", "6110", "旅游饭店", "hotel in a scenic area", ("民宿", "山居酒店"), 4, 1_800_000, 0.85, 320, 0.20, 0.29, 0.17, 0.065, 4300, 30, 7, 0.06, _TRAVEL, _WEEKEND, "visitors", 2.10, 0.80, 1.0, ("restaurant", "vegetables", "tea-shop", "laundry")),
    Trade("battery-repair", "8129", "其他办公设备维修", "battery and device repair", ("电池维修部", "设备维修站"), 3, 600_000, 0.50, 130, 0.45, 0.20, 0.09, 0.015, 4500, 30, 14, 0.06, _FLAT, _OFFICE, "pause", 0.80, 0.95, 1.0, ("connectors",)),
    Trade("car-repair", "8111", "汽车修理与维护", "car repair", ("汽修厂", "汽车养护店"), 4, 1_300_000, 0.60, 480, 0.50, 0.20, 0.07, 0.015, 5000, 30, 14, 0.13, (1.25, 0.80, 0.95, 0.98, 1.00, 1.00, 1.05, 1.02, 1.00, 1.00, 0.95, 1.00), _EVEN, "pause", 0.85, 1.03, 1.0, ("battery-repair", "metals")),
    Trade("laundry", "8030", "洗染服务", "laundry", ("洗衣店", "布草洗涤厂"), 2, 700_000, 0.45, 48, 0.22, 0.33, 0.11, 0.100, 3800, 30, 30, 0.06, _TRAVEL, _EVEN, "pause", 1.10, 1.0, 1.0),
    Trade("software", "6513", "应用软件开发", "software developer", ("软件工作室", "信息技术部"), 3, 2_600_000, 0.0, 1, 0.12, 0.52, 0.05, 0.010, 11000, 60, 30, 0.06, (0.90, 0.60, 1.00, 0.95, 0.95, 1.10, 0.95, 0.92, 1.08, 0.95, 1.10, 1.50), _OFFICE, "pause", 1.0, 1.0, 1.0, ("battery-repair",)),
)  # fmt: skip

BY_KEY = {trade.key: trade for trade in TRADES}
