"""A company's word for what it sells, linked to a product of the chain.

Names match exactly in one case of ten. What works is to find the chain's product inside the name: the longest one, at
the end rather than the beginning since the head of a Chinese name stands last, after the words of trade (sale, repair,
series, division) are taken off. Likeness of n-grams serves what is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from brambling.perception.industry.model.placing import NameLinker

LIKENESS_MIN = 0.42
NAME_MAX = 40
# Taken off the ends again and again: what is done with goods, and how a company sorts its accounts.
_TRADE = (
    "销售", "制造", "生产", "业务", "分部", "零售", "批发", "出租", "租赁", "加工", "维修", "安装", "研发", "设计", "服务", "收入",
    "系列", "类", "业", "经销", "代销", "贸易", "进出口", "开发", "施工", "板块", "产品", "行业", "产业", "采购", "出口", "内销", "外销",
    "自产", "其他", "其它", "及其他", "及其它", "等", "及", "和", "的", "费", "项目", "事业部", "运营", "经营", "部门", "总承包", "分销",
    "专用", "用", "新型", "普通", "高端", "高品质", "国内", "国外", "系统及产品", "管理", "技术", "技术服务", "咨询", "代理",
)  # fmt: skip
_ENDS = re.compile(
    rf"^(?:{'|'.join(sorted(_TRADE, key=len, reverse=True))})+|(?:{'|'.join(sorted(_TRADE, key=len, reverse=True))})+$"
)
# Nodes of the chain that name no goods: to land on one of them is not to be found.
GENERIC = frozenset((
    "产品", "设备", "系统", "销售", "制造", "业务", "服务", "生产", "材料", "制品", "其他", "综合", "工程", "技术",
    "配件", "零件", "附件", "器件", "系列", "相关", "配套", "研发", "施工", "改造", "投资", "行业", "信息", "智能",
    "应用", "开采", "代理", "咨询", "出租", "租赁", "批发", "零售", "贸易", "加工", "装备", "工业", "商业", "企业",
    "公司", "管理", "运营", "平台", "项目", "服务业", "成品", "半成品", "新材料", "板块", "模块化", "普通", "高端",
    "基础", "设计", "维修", "移动", "安全", "电子", "电力", "机械", "建筑", "化工", "汽车零", "解决方案", "子系统",
    "检测系统", "监测系统", "财产租赁", "辅助设备", "合作", "转换", "方案", "生产销售", "服务器", "事业", "组件", "部件",
    "零部件", "环保", "节能", "自动化", "一体化", "集成", "系统集成", "大型", "小型", "模式", "国内", "国外", "进出口",
    "广告位", "中心", "体系", "消费", "联合", "二期", "一期", "分析", "测试", "控制", "控制系统", "管理系统", "信息系统",
    "软件系统", "管理服务", "技术服务", "物流服务", "原料", "原材料", "食品级", "金属", "新能源", "能源", "专用", "通用",
    "精密", "高速", "特种", "器材", "工具", "用品", "器具", "器械", "医用", "医疗", "农业", "农产", "林业", "渔业",
    "商品", "物资", "物业", "地产", "资产", "料", "剂", "机", "器", "件", "材", "线", "水", "电", "车", "船",
    "抗震", "综合类", "厂房", "车间", "合同", "品牌", "市场", "渠道", "客户", "会员", "加盟", "直营", "网络", "线上",
    "线下", "传统", "现代", "城市", "农村", "道路", "环境", "资源", "再生", "生物", "海洋", "室内", "检测", "设施",
    "成型", "毫米以上", "功能性", "以下", "以上", "辅助", "科技", "高效节能",
))  # fmt: skip
# One character names a thing only where it is a material.
MATERIALS = frozenset("板管油气药酒盐铁钢铜铝锌金银布纸肉鱼米面糖茶奶蛋菜果花木石砂煤锡镍铅镁钛锂硅")


@dataclass(frozen=True)
class Link:
    """The chain's product for a name, and how it was found: ``exact``, ``stripped``, ``inside`` or ``likeness``."""

    name: str
    confidence: float
    how: str


class ProductLinker:
    """Links names to ``products``."""

    def __init__(self, products: Sequence[str]) -> None:
        self.products = frozenset(products)
        self._names = [name for name in dict.fromkeys(products) if name not in GENERIC]
        self._likeness: NameLinker | None = None

    def link(self, texts: Sequence[str]) -> list[Link | None]:
        """The product of each text, None where none fits."""
        found = [self._find(text) for text in texts]
        left = [i for i, link in enumerate(found) if link is None]
        if left and self._names:
            if self._likeness is None:
                self._likeness = NameLinker(self._names)
            for i, hits in zip(left, self._likeness.link([bare(texts[i]) or texts[i] for i in left]), strict=True):
                if hits and hits[0][1] >= LIKENESS_MIN:
                    found[i] = Link(self._names[hits[0][0]], round(0.5 + 0.4 * hits[0][1], 4), "likeness")
        return found

    def _find(self, text: str) -> Link | None:
        if text in self.products and text not in GENERIC:
            return Link(text, 1.0, "exact")
        core = bare(text)[-NAME_MAX:]
        if core in self.products and core not in GENERIC:
            return Link(core, 0.97, "stripped")
        return self._inside(core)

    def _inside(self, core: str) -> Link | None:
        """The longest product at the end, which is the head of the name, or before an "and"; the latest of equals.

        A product elsewhere in a name is what it is for or made of (``集装箱码头`` is no container): not told.
        """
        for length in range(len(core) - 1, 0, -1):
            for start in range(len(core) - length, -1, -1):
                part, after = core[start : start + length], core[start + length :]
                if (
                    part not in self.products
                    or part in GENERIC
                    or (length == 1 and (part not in MATERIALS or len(core) > 4))
                ):
                    continue
                if not after:
                    return Link(part, round(0.75 + 0.2 * length / len(core), 4), "inside")
                if length > 1 and after[0] in "及与和、/" and start == 0:
                    return Link(part, round(0.6 + 0.2 * length / len(core), 4), "inside")
        return None


def bare(text: str) -> str:
    """A name without the words of trade at its ends; the last part of a name with a dash."""
    core = re.split(r"[-—_–（(]", text.strip(" -—_)）"))[-1].strip() or text
    while True:
        shorter = _ENDS.sub("", core)
        if shorter == core or len(shorter) < 2:
            return core
        core = shorter
