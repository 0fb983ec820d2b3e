"""Forms that are a title, some entries and a table: returns, bills, sheets, notes, orders, reports, and the till receipt."""

from __future__ import annotations

from datetime import timedelta

from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import Drawn, Entry, Table, day, form, official, yuan
from brambling.world.packs.sheet import Seal, Sheet, wrap
from brambling.world.packs.story import Item, Story, rounded
from brambling.world.town import COUNTY, stream

_NAME = ("纳税人名称", "企业名称", "纳税人名称", "单位名称")
_TAX_NUMBER = ("纳税人识别号", "统一社会信用代码（纳税人识别号）")


def receipt(story: Story, family: Family) -> Drawn:
    """A narrow slip from a till: company, address, date, lines, total."""
    rng = stream(story.seed, "packs-receipt")
    goods = [
        ("签字笔", 250),
        ("A4复印纸", 2450),
        ("垃圾袋", 890),
        ("矿泉水", 2400),
        ("洗手液", 1590),
        ("插线板", 4900),
        ("文件夹", 680),
    ]
    chosen = sorted(rng.choice(len(goods), 4, replace=False).tolist())
    lines = [(goods[k][0], int(rng.integers(1, 6)), goods[k][1]) for k in chosen]
    total = sum(count * price for _, count, price in lines)
    company = f"仿真{COUNTY[2:]}惠民超市{story.seed % 40 + 1}店"
    address = f"{COUNTY}{story.firm.address[3:6]}集市街{story.seed % 200 + 1}号"
    bought = story.as_of - timedelta(days=story.seed % 40 + 3)
    sheet = Sheet(230, 330, paper=(250, 249, 245))
    size = 10.5
    sheet.text(115, 14, company, 13, family.title, align="middle")
    y = 36.0
    for line in wrap(f"地址：{address}", 210, size):
        sheet.text(115, y, line, size, family.cjk, align="middle")
        y += 15
    stamp = day(family, bought)
    for words in (f"日期：{stamp}  {9 + story.seed % 10:02d}:{story.seed % 60:02d}", f"单号：{story.seed % 10**8:08d}"):
        sheet.text(12, y, words, size, family.cjk)
        y += 16
    sheet.rule(10, y, 220, y, 0.6)
    y += 5
    for name, count, price in lines:
        sheet.text(12, y, name, size, family.cjk)
        sheet.text(130, y, f"{count}×{yuan(price)}", 9, family.figures, align="middle")
        sheet.text(218, y, yuan(count * price), size, family.figures, align="right")
        y += 17
    sheet.rule(10, y, 220, y, 0.6)
    word = ("合计", "总计", "应付金额", "实收金额")[family.words]
    sheet.text(12, y + 6, f"{word}：", 12, family.title)
    sheet.text(218, y + 6, f"¥{yuan(total)}", 13, family.figures, align="right")
    sheet.text(115, y + 34, "谢谢惠顾（仿真票据）", size, family.cjk, align="middle")
    rows = [
        {"name": name, "quantity": str(count), "price": yuan(price), "amount": yuan(count * price)}
        for name, count, price in lines
    ]
    return Drawn([sheet], {"company": company, "address": address, "date": stamp, "total": yuan(total), "lines": rows})


def vat_return(story: Story, family: Family) -> Drawn:
    begins, ends = story.quarter
    sales, rate = story.sales_quarter_minor, story.line.rate
    output, inputs = rounded(sales, rate, 100), rounded(sales, rate * 6, 1000)
    items = [
        Entry("name", _NAME, story.firm.name), Entry("tax_number", _TAX_NUMBER, story.firm.uscc),
        Entry("period", ("税款所属时间", "税款所属期", "所属时期"), f"{official(begins)}至{official(ends)}"),
        Entry("filed", ("填表日期", "申报日期"), official(ends + timedelta(days=10))),
    ]  # fmt: skip
    rows = (
        ("1", "按适用税率计税销售额", yuan(sales)), ("11", "销项税额", yuan(output)), ("12", "进项税额", yuan(inputs)), ("19", "应纳税额", yuan(output - inputs)),
        ("34", "本期应补（退）税额", yuan(output - inputs)),
    )  # fmt: skip
    shown = Table(
        (
            ("column", ("栏次",), 0.12),
            ("item", ("项目",), 0.58),
            ("amount", ("本期金额", "金额", "本期数", "金额（元）"), 0.30),
        ),
        rows,
    )
    drawn = form(family, "增值税及附加税费申报表（一般纳税人适用）", items, shown, seal=_tax_seal())
    drawn.fields |= {
        "sales": yuan(sales),
        "output_tax": yuan(output),
        "input_tax": yuan(inputs),
        "tax_payable": yuan(output - inputs),
    }
    return drawn


def income_tax_return(story: Story, family: Family) -> Drawn:
    begins, ends = story.quarter
    sales = story.sales_quarter_minor
    cost, profit = rounded(sales, 88, 100), sales - rounded(sales, 88, 100)
    tax = rounded(profit, 5, 100)
    items = [
        Entry("name", _NAME, story.firm.name), Entry("tax_number", _TAX_NUMBER, story.firm.uscc),
        Entry("period", ("税款所属期间", "税款所属期", "预缴期间"), f"{official(begins)}至{official(ends)}"),
    ]  # fmt: skip
    rows = (
        ("1", "营业收入", yuan(sales)),
        ("2", "营业成本", yuan(cost)),
        ("3", "利润总额", yuan(profit)),
        ("9", "实际利润额", yuan(profit)),
        ("11", "应纳所得税额", yuan(tax)),
    )
    shown = Table(
        (
            ("column", ("行次",), 0.12),
            ("item", ("项目",), 0.58),
            ("amount", ("本年累计金额", "金额", "累计金额", "金额（元）"), 0.30),
        ),
        rows,
    )
    drawn = form(family, "企业所得税月（季）度预缴纳税申报表（A类）", items, shown, seal=_tax_seal())
    drawn.fields |= {"revenue": yuan(sales), "cost": yuan(cost), "profit": yuan(profit), "tax_payable": yuan(tax)}
    return drawn


def _tax_seal() -> Seal:
    return Seal(440, 600, f"国家税务总局{COUNTY}税务局", "征税专用章", 50)


def utility_bill(story: Story, family: Family, kind: str) -> Drawn:
    power = kind == "electricity_bill"
    amount = story.electricity_minor if power else story.water_minor
    company, unit = (f"{COUNTY}供电公司", "千瓦时") if power else (f"{COUNTY}自来水公司", "吨")
    price = 78 if power else 380
    used, month = amount // price, (story.as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    items = [
        Entry("customer", ("户名", "客户名称", "用户名称", "用电户" if power else "用水户"), story.firm.name),
        Entry("customer_number", ("户号", "客户编号", "用户编号", "户号"), f"{9990000000 + story.seed % 10**6}"),
        Entry("address", ("用电地址",) if power else ("用水地址",), story.firm.address),
        Entry("period", ("账期", "计费月份", "结算周期", "账单月份"), f"{month:%Y}年{month:%m}月"),
        Entry("usage", ("用电量",) if power else ("用水量",), f"{used}{unit}"),
        Entry("total", ("应缴金额", "本期应付", "费用合计", "金额合计"), f"{yuan(amount)}元"), Entry("due", ("缴费期限", "缴费截止日"), day(family, month.replace(day=28))),
    ]  # fmt: skip
    drawn = form(
        family, f"{company}{'电费' if power else '水费'}账单", items, seal=Seal(430, 500, company, "收费专用章", 48)
    )
    drawn.fields["company"] = company
    return drawn


def payroll_sheet(story: Story, family: Family) -> Drawn:
    month = (story.as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = tuple(
        (str(k), name, yuan(gross), yuan(social), yuan(gross - social))
        for k, (name, gross, social) in enumerate(story.wages, start=1)
    )
    sums = [
        sum(one) for one in zip(*((gross, social, gross - social) for _, gross, social in story.wages), strict=True)
    ]
    total = ("", "合计", *(yuan(value) for value in sums))
    items = [
        Entry("company", ("单位", "单位名称", "公司名称", "编制单位"), story.firm.name),
        Entry("period", ("月份", "所属月份", "工资月份", "发放月份"), f"{month:%Y}年{month:%m}月"),
    ]
    shown = Table((("number", ("序号",), 0.1), ("name", ("姓名",), 0.24), ("gross", ("应发工资", "应发合计"), 0.22), ("social_security", ("社保个人", "代扣社保"), 0.22), ("net", ("实发工资", "实发金额"), 0.22)), rows, total)  # fmt: skip
    drawn = form(family, f"{month.month}月份工资表", items, shown, [f"制表：{story.firm.person}"])
    drawn.fields |= {"total_gross": yuan(sums[0]), "total_net": yuan(sums[2]), "headcount": str(len(rows))}
    return drawn


def social_security_list(story: Story, family: Family) -> Drawn:
    month = (story.as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = tuple(
        (str(k), name, yuan(gross), yuan(rounded(gross, 1600, 10_000)), yuan(social))
        for k, (name, gross, social) in enumerate(story.wages, start=1)
    )
    total = sum(rounded(gross, 1600, 10_000) + social for _, gross, social in story.wages)
    items = [
        Entry("company", ("单位名称", "参保单位"), story.firm.name), Entry("uscc", ("统一社会信用代码",), story.firm.uscc),
        Entry("period", ("费款所属期", "缴费月份"), f"{month:%Y}年{month:%m}月"), Entry("headcount", ("参保人数", "缴费人数"), str(len(rows))),
        Entry("total", ("缴费合计", "应缴金额"), yuan(total)),
    ]  # fmt: skip
    shown = Table((("number", ("序号",), 0.1), ("name", ("姓名",), 0.24), ("base", ("缴费基数",), 0.22), ("employer", ("单位缴纳", "单位部分"), 0.22), ("person", ("个人缴纳", "个人部分"), 0.22)), rows)  # fmt: skip
    return form(
        family,
        "社会保险费缴费清单",
        items,
        shown,
        seal=Seal(440, 600, f"{COUNTY}社会保险事业管理中心", "业务专用章", 52),
    )


def _goods(items: list[Item]) -> Table:
    rows = tuple(
        (
            item.good.name,
            item.good.spec,
            item.good.unit,
            str(item.quantity),
            yuan(item.good.price_minor),
            yuan(item.amount_minor),
        )
        for item in items
    )
    return Table((("name", ("品名", "货物名称", "产品名称", "物料名称"), 0.24), ("spec", ("规格", "规格型号"), 0.2), ("unit", ("单位",), 0.1), ("quantity", ("数量",), 0.12), ("price", ("单价",), 0.16), ("amount", ("金额", "小计"), 0.18)), rows)  # fmt: skip


def delivery_note(story: Story, family: Family) -> Drawn:
    bill = story.invoices["vat_special_invoice"]
    sent = bill.day - timedelta(days=3)
    items = [
        Entry("number", ("单号", "送货单号", "编号", "单据编号"), f"SH{sent:%Y%m%d}{story.seed % 100:02d}"), Entry("date", ("日期", "送货日期"), day(family, sent)),
        Entry("supplier", ("发货单位", "供货单位"), bill.seller.name), Entry("customer", ("收货单位", "客户", "购货单位", "客户名称"), bill.buyer.name),
        Entry("address", ("收货地址", "送货地址"), bill.buyer.address), Entry("total", ("金额合计", "合计金额"), yuan(bill.amount_minor)),
    ]  # fmt: skip
    return form(
        family,
        "送货单",
        items,
        _goods(bill.items),
        [f"送货人：{story.wages[0][0]}　　收货人签字：{bill.buyer.person}"],
        Seal(430, 500, bill.buyer.name, "收货专用章", 46),
    )


def purchase_order(story: Story, family: Family) -> Drawn:
    bill = story.invoices["vat_special_invoice"]
    placed = story.contracts["sales_contract"].signed + timedelta(days=2)
    items = [
        Entry("number", ("订单号", "采购单号", "订单编号", "PO号"), f"PO{placed:%Y%m%d}{story.seed % 100:02d}"), Entry("date", ("下单日期", "订单日期"), day(family, placed)),
        Entry("buyer", ("采购方", "需方", "订货单位", "买方"), bill.buyer.name), Entry("supplier", ("供应商", "供方", "供货单位", "卖方"), bill.seller.name),
        Entry("delivery", ("交货日期", "要求到货日"), day(family, bill.day - timedelta(days=3))), Entry("total", ("总金额", "合计金额"), yuan(bill.amount_minor)),
    ]  # fmt: skip
    return form(family, "采购订单", items, _goods(bill.items), seal=Seal(430, 500, bill.buyer.name, "采购专用章", 50))


def warehouse_receipt(story: Story, family: Family) -> Drawn:
    bill = story.invoices["purchase"]
    items = [
        Entry("number", ("入库单号", "单据编号", "编号", "单号"), f"RK{bill.day:%Y%m%d}{story.seed % 100:02d}"), Entry("date", ("入库日期", "日期"), day(family, bill.day)),
        Entry("warehouse", ("仓库", "库房"), "原料一号库"), Entry("supplier", ("供应商", "供货单位"), bill.seller.name),
        Entry("company", ("单位", "入库单位"), story.firm.name), Entry("total", ("金额合计", "合计金额"), yuan(bill.amount_minor)),
    ]  # fmt: skip
    return form(
        family, "入库单", items, _goods(bill.items), [f"仓管员：{story.wages[-1][0]}　　经办人：{story.wages[0][0]}"]
    )


def price_list(story: Story, family: Family) -> Drawn:
    rows = tuple(
        (str(k), good.name, good.spec, good.unit, yuan(good.price_minor))
        for k, good in enumerate(story.line.sells, start=1)
    )
    starts = story.as_of.replace(day=1) - timedelta(days=60)
    items = [
        Entry("company", ("报价单位", "公司名称"), story.firm.name),
        Entry("valid_from", ("生效日期", "执行日期"), day(family, starts)),
        Entry("phone", ("电话", "联系电话"), story.firm.phone),
    ]
    shown = Table((("number", ("序号",), 0.1), ("name", ("品名", "产品名称"), 0.34), ("spec", ("规格", "规格型号"), 0.24), ("unit", ("单位",), 0.12), ("price", ("单价", "单价（元）"), 0.2)), rows)  # fmt: skip
    return form(family, "产品价目表", items, shown, ["以上价格不含税，以订货时为准。"])


def quality_report(story: Story, family: Family) -> Drawn:
    bill = story.invoices["vat_special_invoice"]
    tested = bill.day - timedelta(days=6)
    item = bill.items[0]
    items = [
        Entry("number", ("报告编号", "编号"), f"ZJ{tested:%Y%m%d}{story.seed % 1000:03d}"), Entry("product", ("样品名称", "产品名称"), item.good.name),
        Entry("maker", ("生产单位", "受检单位"), story.firm.name), Entry("spec", ("规格型号", "规格"), item.good.spec or "—"),
        Entry("tested", ("检验日期", "检测日期"), day(family, tested)), Entry("result", ("检验结论", "结论"), "合格"), Entry("laboratory", ("检验机构", "检测单位"), "仿真质量检验中心"),
    ]  # fmt: skip
    rows = (
        ("1", "外观", "无缺陷", "无缺陷", "合格"),
        ("2", "尺寸偏差", "±0.10", "+0.04", "合格"),
        ("3", "包装", "完好", "完好", "合格"),
    )
    shown = Table((("number", ("序号",), 0.1), ("item", ("检验项目",), 0.28), ("limit", ("技术要求", "标准值"), 0.22), ("found", ("实测结果", "检测值"), 0.22), ("verdict", ("判定",), 0.18)), rows)  # fmt: skip
    return form(family, "产品质量检验报告", items, shown, seal=Seal(440, 560, "仿真质量检验中心", "检验专用章", 50))


def customs_declaration(story: Story, family: Family) -> Drawn:
    bill = story.invoices["e_invoice"]
    declared = bill.day + timedelta(days=2)
    total = bill.amount_minor // 7
    items = [
        Entry("number", ("海关编号", "报关单号"), f"9990{declared:%Y}{story.seed % 10**10:010d}"), Entry("exporter", ("境内发货人", "经营单位"), story.firm.name),
        Entry("uscc", ("统一社会信用代码",), story.firm.uscc), Entry("consignee", ("境外收货人",), "IMITATION TRADING LTD"),
        Entry("declared", ("申报日期",), f"{declared:%Y%m%d}"), Entry("country", ("运抵国（地区）", "目的国"), "仿真国"), Entry("trade_mode", ("监管方式", "贸易方式"), "一般贸易"),
        Entry("currency", ("币制",), "USD"), Entry("total", ("总价", "成交总价"), yuan(total)),
    ]  # fmt: skip
    rows = tuple(
        (
            str(k),
            f"{8400000000 + k * 1013}",
            item.good.name,
            f"{item.quantity}{item.good.unit}",
            yuan(item.amount_minor // 7),
        )
        for k, item in enumerate(bill.items, start=1)
    )
    shown = Table((("number", ("项号",), 0.09), ("code", ("商品编号",), 0.23), ("name", ("商品名称",), 0.3), ("quantity", ("数量及单位",), 0.18), ("amount", ("总价",), 0.2)), rows)  # fmt: skip
    return form(
        family,
        "中华人民共和国海关出口货物报关单",
        items,
        shown,
        seal=Seal(620, 470, "仿真海关", "验讫章", 44),
        landscape=True,
    )
