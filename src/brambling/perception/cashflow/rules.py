"""The categories of money movements, and the words that give them away. Pure: text in, category out.

Two kinds of rule: a *sure* rule reads a word that a bank, a tax office or a payroll writes for one purpose only; a
*likely* rule reads the sign and the shape of the counterparty. The small model (``model``) may overrule a likely rule,
never a sure one, and the user's corrections overrule both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Category = Literal["sales", "payroll", "rent", "tax", "supplier", "loan", "owner", "transfer", "other"]
CATEGORIES: tuple[Category, ...] = (
    "sales",
    "payroll",
    "rent",
    "tax",
    "supplier",
    "loan",
    "owner",
    "transfer",
    "other",
)

Direction = Literal["in", "out", "both"]


@dataclass(frozen=True)
class Rule:
    """``pattern`` is a regular expression over lower-case memo and counterparty; it holds for money in, out or both.

    ``where`` says which text is read: a company called 税友软件 is no tax office, so some words count in the memo only.
    """

    category: Category
    direction: Direction
    pattern: str
    where: Literal["memo", "counterparty", "any"] = "any"


# The first rule that fits decides: the order is from the narrow word to the wide one.
SURE: tuple[Rule, ...] = (
    # what looks like the word of another category, and is not
    Rule(
        "sales",
        "in",
        r"退货扣款冲回|货款|销售款|营业款|销售收入|结算款|收款码|扫码收款|商户结算|收单|清算款|pos.?(清算|结算|入账|收单)",
        "memo",
    ),
    Rule(
        "supplier",
        "out",
        r"货款|采购|进货|材料款|原料款|设备款|运费|加工费|purchase|supplies|inventory|raw material",
        "memo",
    ),
    Rule("other", "in", r"退税|税费返还|出口退税|tax refund|留抵退税", "any"),
    Rule("other", "both", r"退款|冲正|撤销|refund|reversal|chargeback"),
    # payroll and what is paid with it
    Rule(
        "payroll",
        "out",
        r"工资|薪资|薪酬|奖金|代发|劳务费|社保|社会保险|养老保险|医疗保险|公积金|五险|salary|payroll|wages?\b",
    ),
    # taxes
    Rule(
        "tax",
        "out",
        r"税款|缴税|税费|增值税|所得税|印花税|附加税|城建税|扣税|国家金库|税务局|电子缴税|财税库行|\btax(es)?\b|\bvat\b|hmrc|\birs\b",
    ),
    # rent and the fee of the building; power and water are no rent: they follow use, not a contract
    Rule(
        "rent",
        "out",
        r"房租|租金|租赁费|店租|铺租|厂租|物业|\brent\b|\blease\b",
    ),
    # loans: money in that is borrowed, money out that pays back
    Rule("loan", "in", r"贷款发放|放款|借款发放|贷款入账|贷款转入|loan (disburs|payout|drawdown|proceeds)"),
    Rule(
        "loan",
        "out",
        r"还贷|还本|还息|贷款还款|归还贷款|归还本金|贷款本|贷款利息|本息|按揭|融资租赁|小额贷款|loan|mortgage|instal?lment",
    ),
    Rule("loan", "both", r"贷款|借款本金|网商贷|微粒贷|信用贷"),
    # interest the bank pays, what it charges, power and water
    Rule("other", "in", r"结息|存款利息|利息收入|活期利息|利息|interest|补贴|补助|奖励金|subsid"),
    Rule(
        "other",
        "out",
        r"水电|水费|电费|燃气|供电|电力公司|自来水|utilit(y|ies)|electricity|手续费|账户管理费|工本费|短信费|年费|bank (fee|charge)|\bfees?\b|保险费|保费|insurance|罚款|捐",
    ),
    # the owner's purse
    Rule(
        "owner",
        "both",
        r"股东|投资款|注资|增资|实收资本|出资|法人借款|业主|老板|备用金|周转金|生活费|分红|个人消费|家用|owner|draw(ing)?s?\b|dividend|capital (injection|contribution)|private use",
    ),
    # between own accounts
    Rule(
        "transfer",
        "both",
        r"本行转存|转存|定期|活期转|理财|申购|赎回|结构性存款|余额宝|零钱通|零钱提现|提现|充值|账户互转|内部转账|同名|本人|自有账户|资金归集|own account|internal transfer|between accounts|savings|withdraw to bank",
    ),
)

# Money in is not spent, and money out is not earned; what comes back from a supplier is a refund, hence "other".
_ONLY_OUT = frozenset({"payroll", "rent", "tax", "supplier"})


def fits(category: str, money_in: bool) -> bool:
    """Whether a movement of this direction can be of ``category``."""
    return category not in _ONLY_OUT if money_in else category != "sales"


# Counterparties that are wallets or card schemes paying out the takings of a shop.
PAYING_OUT = r"财付通|支付宝|微信支付|银联|拉卡拉|收钱吧|美团|饿了么|抖音|京东|拼多多|网联|商户待清算|stripe|square|paypal|worldpay|adyen"
# Words that make a name an organisation: such a payee is bought from, such a payer buys.
ORGANISATION = r"公司|厂|店|行|部|社|中心|集团|经营|商行|酒店|医院|学校|局|所|会|市场|超市|\b(ltd|llc|inc|co|gmbh|corp|company|plc|bv|sa|store|shop)\b"
