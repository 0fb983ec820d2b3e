"""What a question is about: the figure that answers it, or the approved text. Pure; the first pattern that fits counts.

Patterns are concepts in both languages, not sentences; what they do not know is looked up in the ways to ask that the
knowledge itself lists.
"""

from __future__ import annotations

import re

from brambling.marketing.dialogue.rules.acts import Call

_CLAUSE = re.compile(r"[,。.!?;\n]+(?!\d)|(?:还有|另外|顺便问|以及)|\b(?:also|by the way)\b")

# -- figures ------------------------------------------------------------------------------------------------------------

_EXPLAIN = re.compile(
    r"怎么(?:算|来|定|做|得出|预测)|如何(?:算|计算|定)|咋算|根据什么|凭什么|依据|什么原理|准(?:吗|不准|确)|靠谱吗|可信|how (?:is|was|do|did|are) (?:that|this|it|you|the (?:forecast|limit|rate|figure)).{0,14}(?:work|calculat|comput|get|arriv|come|made|set|do)|where does (?:that|this|it) come from|what(?:'s| is) (?:that|this|it) based on|based on what|trust (?:it|that|this)|reliable|accurate"
)
_TOOLS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        "balance",
        re.compile(
            r"余额|账[上户里户头]{1,2}.{0,6}(?:多少|几|剩|有)|卡(?:里|上).{0,6}(?:多少|几|剩)|(?:还)?剩(?:下)?(?:多少|几个?)钱|(?:现在|目前|手上|我)有多少(?:钱|现金)"
            r"|\bbalance\b|how much (?:money |cash )?(?:do i have|have i got|is (?:there )?(?:in|on|left)|i have|i've got)|(?:what'?s|what is|how much).{0,12}(?:in|on) my account"
        ),
        re.compile(
            r"闲|理财|打理|在哪(?:里|儿)?(?:能|可以)?(?:看|查)|remaining balance|where (?:can|do) i (?:see|find|check)|invest|idle|lying|spare|put to"
        ),
    ),
    (
        "limit",
        re.compile(
            r"(?:我|给我|还有|有没有|多少|剩余|可用).{0,6}(?:额度|limit)|(?:额度|limit).{0,6}(?:多少|是|有|还|剩|几|查)|(?:能|可以|可|够|准)(?:借|贷|批)(?:到|给我|我|出)?(?:多少|几)|最(?:多|高|大).{0,6}(?:借|贷|批|额)|给我(?:批|借|贷|放)(?:多少|几)|批(?:给)?我多少|(?:我的|你们给我的|给我的|这个|那个|我)?报价(?!.{0,4}(?:有效多久|过期了怎么))"
            r"|\b(?:my|a|the|tell me my|what) (?:\w+ )?limit\b|\blimit\b.{0,8}\?|my 额度|how (?:much|high) (?:can|could|may|am) i (?:borrow|get|take|allowed|draw)|(?:the )?most (?:i|you|that i) (?:can|could|will|would|may)|(?:my|the|this|your) offer\b|maximum (?:loan|amount)|how much (?:would|will|can|could|are) you.{0,14} lend|on offer for me|(?:what|how much) (?:can|could) you (?:offer|give)"
        ),
        re.compile(
            r"怎么(?:定|算|提|才|能|来|得|样才)|怎样才|如何(?:提|定|算)|为什么|为啥|提高|提额|涨额|增加额度|低|改成|how (?:is|do|can|could|does|did).{0,20}(?:limit|one)\b.{0,12}(?:calculat|set|rais|increas|work|comput)?|\bwhy\b|raise|increase|so low|cancel|accept|多久.{0,4}(?:过期|失效|有效)|有效多久"
        ),
    ),
    (
        "loans",
        re.compile(
            r"欠(?:你们|了|着|银行|款|贷|的)?.{0,4}(?:多少|几)|(?:下|这)(?:一)?(?:次|期|个月|笔).{0,6}(?:还|扣|交|付|款).{0,10}|(?:什么时候|哪天|几号).{0,4}(?:扣|还)(?:款)?.{0,6}(?:多少|下)|还(?:剩|有)(?:多少|几期|几个月)?.{0,4}(?:没还|贷款|要还|欠款)|(?:查|看).{0,6}(?:我的)?(?:贷款|借款|欠款|欠账)|我的?(?:贷款|借款|欠款).{0,6}(?:多少|还剩|情况|状态|怎么样|到期)|我(?:现在)?逾期(?:了)?(?:多少|几天|吗|没)|剩余(?:本金|贷款|欠款)|欠款|本期"
            r"|\bowe\b|\bowing\b|outstanding|next (?:instal?ment|payment|due|debit|repayment)|(?:look up|check|see|show|find|tell me about) my loans?|my loans? (?:balance|status)|when is (?:it|my|the).{0,20}\bdue\b|left (?:to pay|on (?:my|the) loan|to repay)|when (?:do|must|should|will) i .{0,10}pay (?:next|again)|what do i (?:have to )?pay (?:next|this)|(?:am|are) (?:i|we) (?:late|overdue|behind|in arrears)|how (?:much|many).{0,14}(?:left|remain)"
        ),
        re.compile(r"怎么还|如果|要是|万一|remaining balance|what if|happens if|left in (?:my|the) account"),
    ),
    (
        "forecast",
        re.compile(
            r"(?:会不会|会|够不够|够|能不能|能).{0,6}(?:没钱|断(?:流|粮|钱)|不够|缺钱|见底|撑|周转|用|透支|亏空)|(?:现金流?|资金|钱|账上).{0,8}(?:预测|够不够|够用|撑|最?紧|见底|断|什么时候|哪天)|最(?:低|紧|少|难|险|糟|危险|缺)(?:的|张的?|钱的?)?(?:那|是|一)?(?:哪)?(?:一)?(?:天|日|时候|点|周)|哪(?:一)?(?:天|周|日).{0,6}(?:最|紧|低|少|险|缺|难)|(?:未来|接下来|往后|后面|今后|13周|十三周|三个月).{0,10}(?:现金|资金|钱|周转|怎么样|会)|预测"
            r"|\brun (?:out|short|dry)|cash ?flow|\bforecast|\blowest\b|\btightest\b|worst day|which day|(?:enough|out of|short of) (?:cash|money)|(?:coming|next) (?:few )?(?:weeks|months|13|thirteen)|(?:will|can) (?:i|my (?:cash|money)|we|it|the money) .{0,14}(?:last|make it|be enough)"
        ),
        re.compile(r"逾期|late|overdue|loan run"),
    ),
    (
        "idle_plan",
        re.compile(
            r"(?:能|可以|该|应该|好)?(?:放|拿|投|挪|存|买|动).{0,4}(?:多少|几).{0,8}(?:理财|投资|打理|出来|进去)?|(?:闲|多余|空余|用不着|用不上|富余|闲置).{0,8}(?:多少|几)|(?:多少).{0,8}(?:理财|闲钱|闲着|投资|是闲)|我的?(?:理财|闲钱)(?:方案|计划|建议)|(?:方案|计划).{0,4}(?:给我|我的)"
            r"|(?:how much|what).{0,30}(?:put to work|invest|idle|spare|park|put (?:aside|away)|set aside|safely)|idle (?:amount|plan)|\bmy (?:idle|cash) plan|put to work"
        ),
        re.compile(r"借|贷|怎么打理|what can i do|products?"),
    ),
    (
        "application",
        re.compile(
            r"(?:申请|贷款|审批|审核|那笔|单子).{0,8}(?:批了|批下来|过了|下来|结果|进度|怎么样了|到哪|状态|通过了|好了|办得)|批(?:了|下来)?(?:没|吗)|为(?:什么|啥).{0,8}(?:拒|没过|没批|不批|没通过|不给)|(?:被拒|拒了|没通过|拒绝).{0,4}(?:为什么|为啥|原因|理由)|(?:什么时候|多久|几时|哪天).{0,4}(?:出结果|有结果|批|审完|能批)|审批到哪"
            r"|\b(?:my|the|our) application\b|(?:been )?(?:decided|approved) (?:yet|already)|turn(?:ed)? me down|why (?:was|did|am|were|have) (?:i|you|my).{0,20}(?:declin|reject|refus|turn|den)|(?:any|is there|what).{0,10}(?:news|decision|update|progress)|where is my"
        ),
        re.compile(r"取消|撤|cancel|withdraw|take .{0,16}back|怎么申请|保证|能批下来|怎么(?:得出|来|做)|审批结果"),
    ),
)
_RATE_MINE = re.compile(
    r"我的?.{0,6}(?:利率|年化|几个点|利息率|rate)|(?:给|收)我.{0,4}(?:多少|什么|几)?(?:利率|利息|个点)|(?:我|这笔).{0,6}(?:利率|利息)是?(?:多少|几)|\bmy (?:own |interest |current |annual )?rate|(?:what|which) (?:interest )?rate (?:do|would|will|can|did|am|have) (?:i|you)|rate (?:am|for me|on my|i)|and at (?:what|which) rate|at (?:what|which) rate|my interest|(?:what|how much) interest (?:would|will|do|am) i"
)
_RATE = re.compile(r"利率|利息|年化|几个点|\brates?\b|\binterest\b")
_SCHEDULE = re.compile(
    r"(?:每个?月|每期|一期|一个月|月月)(?:要|得|大概|需要?|应|是)?(?:还|付|供|交|出|摊)?(?:款)?(?:多少|几)|月供|(?:利息|利钱).{0,4}(?:一共|总共|合计|加起来|总的|多少钱)|(?:一共|总共|合计|总).{0,4}(?:利息|利钱|还多少|要还)|还款计划|(?:首期|第一期|末期|最后一期).{0,4}(?:多少|还)"
    r"|\bmonthly\b|(?:cost|pay|repay|payments?|instal?ments?|back|much|to).{0,20}(?:a|per|each|every) month|\binstal?ments? (?:for|of|on|be|would)|repayment (?:schedule|plan|table)|cost me|interest.{0,20}(?:altogether|in total|overall|in all|come to|add up)|total (?:interest|cost)|how much interest"
)
_NOT_SCHEDULE = re.compile(
    r"下次|下一?期|下个月|next|怎么算|还款方式有|what .* methods|how (?:do you|is) .*(?:calculat|comput)|欠"
)


def figures(text: str) -> tuple[str, ...]:
    """The tools whose figures ``text`` asks for, in the order of the tools; schedules apart."""
    found = [name for name, asks, but in _TOOLS if asks.search(text) and not (but and but.search(text))]
    if "forecast" in found and _EXPLAIN.search(text):
        found.remove("forecast")
    if "balance" in found and "loans" in found and not re.search(r"余额|balance", text):
        found.remove("balance")
    if "limit" in found and _EXPLAIN.search(text):
        found.remove("limit")
    if (_RATE_MINE.search(text) and not _EXPLAIN.search(text)) or (found == ["limit"] and _RATE.search(text)):
        found.append("rate")
    return tuple(found)


def wants_schedule(text: str) -> bool:
    """Whether instalments or the whole interest of a loan are asked for."""
    return _SCHEDULE.search(text) is not None and not _NOT_SCHEDULE.search(text)


def asks_for_explanation(text: str) -> bool:
    """Whether the way to the last figure is asked for ("how is that worked out")."""
    return _EXPLAIN.search(text) is not None


# which text explains a figure
EXPLAINED_BY = {
    "forecast": "forecast",
    "limit": "loan-limit",
    "rate": "loan-rate",
    "schedule": "loan-interest",
    "loans": "loan-interest",
    "idle_plan": "cash-plan",
    "application": "decision-reasons",
    "balance": "balance",
}

# -- approved texts -----------------------------------------------------------------------------------------------------

_TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern))
    for topic, pattern in (
        (
            "refusals",
            r"退订|(?:提醒|通知).{0,6}(?:还会|还发|还有|照常|会不会)|(?:不想|别|不要).{0,6}(?:收|发).{0,6}(?:广告|营销|短信)|营销(?:短信|信息|消息)|unsubscrib|opt out|stop .{0,10}(?:marketing|messages|ads)|(?:still|will i).{0,30}(?:reminder|notice|notification)|marketing messages?",
        ),
        ("invoices", r"发票|开票|e-?invoices?|invoices?|receipts? for (?:the )?interest"),
        (
            "assistant",
            r"你(?:是|到底是)?不?是?.{0,4}(?:真人|机器人|ai|人工|人吗|电脑|程序)|(?:真人|人工)还是(?:机器|ai)|你是谁|你叫什么|你能(?:做|干)(?:什么|啥)|你(?:能|可以)(?:给我|帮我|直接)?批|谁(?:在|来)?(?:做)?决定|我在(?:和|跟)谁|are you (?:a |an )?(?:human|real|robot|bot|machine|person|ai)|(?:am i )?(?:talking|speaking|chatting) (?:to|with) (?:a|an) (?:machine|bot|robot|human|person|computer|real)|who are you|who (?:am i|decides)|what can you do|(?:can|could|will) you (?:just )?approve",
        ),
        (
            "loan-trades",
            r"(?:小额?贷款?公司|典当|担保公司|保险(?:公司|代理)|证券|基金公司|金融(?:公司|业|行业)|p2p|投资公司|租赁公司).{0,14}(?:贷|借|申请|行|可以|能)|(?:哪些|什么|我(?:这个?|们)?(?:的)?|所有).{0,4}(?:行业|行当|生意).{0,8}(?:不能|不(?:给|支持|做)|能|可以|限制)|micro-?(?:lending|finance|credit)|(?:run|own|have|am|we're|we are).{0,16}(?:lending|insurance|finance|brokerage|pawn|securities|bank)\b|(?:industries|trades|sectors|business(?:es)? types?|kinds? of business).{0,24}(?:exclud|serv|not|lend|accept)?|finance compan",
        ),
        (
            "loan-use",
            r"(?:用|拿|贷|借).{0,8}(?:买房|炒股|购房|买理财|首付|投股|买基金|炒币|买车|转借|转贷|放贷|装修|进货|发工资|干什么|干啥|做什么)|用途|能(?:用来|拿来)|(?:use|spend|used).{0,16}(?:loan|money|it) (?:for|on|to)|(?:buy|invest in|get) .{0,12}(?:shares|stocks?|flat|house|home|apartment|crypto|bitcoin|property|securities|funds).{0,16}|lend it on|what (?:is|may|can) .{0,12}loan .{0,6}for|what can i (?:use|spend)",
        ),
        (
            "loan-collateral",
            r"抵押|担保|质押|保证人|guarantor|collateral|(?:as|put up|need|any) .{0,14}security|secured|pledge|mortgage",
        ),
        (
            "loan-early",
            r"(?:提前|早点?|提早|一次性?|先)(?:还|结清|还清|还款|还完|全部还)|违约金|(?:利息|利钱).{0,4}(?:能|可以|会)?(?:少|省|减)|(?:少|省)(?:点|些)?利息|(?:pay|repay|repaying|paying|settle|clear|repayment).{0,20}(?:early|ahead|sooner|off|in advance|before)|early (?:repay|pay|settle)|prepay|sav(?:e|es|ing) .{0,8}interest|penalt",
        ),
        (
            "loan-overdue",
            r"逾期|(?:晚|迟|拖)(?:点|几天|一天|两天|一点|个)?.{0,2}(?:还|付|交|天)|还不(?:上|起|了)|断供|忘(?:记|了)还|没(?:按时|及时)还|罚息|滞纳金|(?:pay|paying|payment|am|'m|days?|instal?ment|was|is).{0,14}\blate\b|late (?:fee|interest|payment|charge)|miss(?:ed)? (?:a |an |my |the )?(?:payment|instal)|overdue|default|forg[eo]t.{0,8} (?:pay|repay)|can'?t pay|cannot pay",
        ),
        (
            "loan-hardship",
            r"(?:经营|还款|生意).{0,4}(?:困难|遇到)|延期|展期|宽限|缓(?:几|一|两|三)?(?:个)?(?:月|期)|重组|difficult(?:y|ies)|pause|postpone|defer|payment holiday|restructur|reschedul|in trouble",
        ),
        (
            "loan-methods",
            r"还款方式|等额本[息金]|先息后本|(?:怎么|哪种).{0,4}还.{0,4}(?:划算|便宜|省)|(?:ways?|methods?|options?) (?:to|of|for) (?:repay|pay)|repayment (?:methods?|options?|types?)|equal (?:instal|principal)|annuity|bullet",
        ),
        (
            "loan-payout",
            r"(?:多久|什么时候|几天|几时|何时|多长时间|多快|马上|当天).{0,6}(?:到账|放款|拿到钱|下款|能到|打给我)|放款|到账|下款|(?:when|how (?:fast|soon|quickly|long)).{0,24}(?:money|paid out|payout|pay out|funds|cash)\b|pay ?out|disburs|funds? arrive|get the money",
        ),
        (
            "loan-tenor",
            r"(?:最长|最多|能|可以|能不能|可不可以).{0,6}(?:贷|借)?.{0,4}(?:几个?月|几年|多久|多长|两年|三年|五年|24个月|期限)|(?:贷款?)?期限|最长(?:多久|能|可以|贷|借|期)|(?:贷|借)(?:多久|多长|几年|几个月)|\btenors?\b|\bterms?\b.{0,10}(?:loan|long|length)|how long (?:can|may|could|does|do|will|is|a) .{0,16}(?:loan|borrow|run|last|take|keep|it)|longest|(?:two|three|five) years",
        ),
        (
            "loan-register",
            r"征信|信用报告|信用记录|上报|credit (?:report|register|record|history|score|bureau|file)|credit check",
        ),
        (
            "loan-cancel",
            r"(?:取消|撤回|撤销|撤).{0,4}(?:申请|报价|贷款)|(?:申请|报价).{0,6}(?:取消|撤)|反悔|不想贷了|cancel.{0,14}(?:application|offer|loan|it)|withdraw.{0,10}(?:application|offer)|chang(?:e|ed) my mind|back out",
        ),
        (
            "loan-offer",
            r"报价.{0,8}(?:有效|过期|多久|到期|失效)|offer.{0,16}(?:valid|expire|last|good for|run out|lapse)|how long .{0,12}offer",
        ),
        (
            "loan-decline",
            r"(?:拒|没通过|不通过|没批|被否)(?:了|绝)?.{0,10}(?:还能|怎么办|可以|能不能|再|重新|办)|(?:还能|可以|能不能|什么时候|多久).{0,4}(?:再|重新)(?:次)?(?:申请|试|来|贷)|再申请|被拒|(?:may|can|could|when).{0,10}(?:try|apply|reapply|re-apply).{0,8}(?:again|once more|a second)|re-?apply|(?:declin|reject|turned down|refus).{0,24}(?:what|now|next|again|do|can)|after (?:a |the )?(?:rejection|decline|refusal)|why was i declined",
        ),
        (
            "loan-review",
            r"人工(?:审|看|确认|复核|来看|评)|(?:为什么|为啥|怎么|要).{0,6}(?:人工|人)(?:来)?(?:审|看|批)|(?:审核|审批|审查).{0,6}(?:多久|几天|慢|还在|要)|还在审|under review|\breview\b.{0,14}(?:take|long|why|last)|(?:person|human|someone|somebody).{0,14}(?:look|decid|review|check)|who decides large|why .{0,20}(?:person|human|reviewed)",
        ),
        (
            "decision-reasons",
            r"(?:决定|结果|审批).{0,6}(?:依据|理由|根据|凭什么|怎么来|怎么做)|为什么是这个(?:结果|决定|额度)|复核|凭什么这么|(?:explain|reasons?|basis|grounds?).{0,14}(?:decision|outcome|result)|decision.{0,14}(?:based|reason|explain|made)|on what was it based|human review|review by a human",
        ),
        (
            "loan-limit",
            r"额度.{0,10}(?:怎么|低|少|提|高|涨|加|算|定)|(?:怎么|如何|提).{0,6}额度?|提额|(?:怎么|怎样|咋)(?:才)?能?(?:有|提高?|增加|拿到).{0,4}额度|(?:limit|amount).{0,20}(?:calculat|set|so low|rais|increas|higher|work|determin|comput|low)|(?:raise|increase|higher|bigger|more).{0,12}limit|how .{0,10}limit",
        ),
        (
            "loan-fees",
            r"手续费|服务费|中介费|管理费|工本费|(?:收|有|要|别的|其他|额外|除了利息).{0,6}(?:费用|费|收费|收别的|钱吗)|除了利息|免费吗|收费|\bfees?\b|handling charge|extra (?:cost|charge)|charges? (?:on top|besides|apart)|(?:anything|else|costs?) (?:on top|besides|apart from|beyond)|commission|free of charge|cost anything|hidden",
        ),
        (
            "loan-interest",
            r"(?:利息|利钱|利率).{0,6}(?:怎么|如何|咋|按).{0,4}(?:算|计|来|本金)|(?:计息|算息|复利|单利|利滚利|按天算|按日)|剩余本金|(?:comput|calculat|work out|figure|count|accru).{0,16}interest|interest.{0,24}(?:comput|calculat|worked out|on the whole|on what|daily|accru|compound)|compound|simple interest",
        ),
        (
            "loan-rate",
            r"(?:利率|利息|年化|几个点|多少利|几厘|几分利|息高)|\brates?\b|\binterest\b|\bapr\b|how expensive|price of (?:a|the) loan",
        ),
        (
            "loan-documents",
            r"(?:需要|要|带|准备|提供|交|缺|备).{0,8}(?:材料|资料|证件|文件|手续|东西|执照|啥|什么证)|(?:材料|资料|证件).{0,4}(?:有哪|哪些|什么|清单)|营业执照|documents?|paper(?:s|work)|what (?:do|should|must) i (?:bring|provide|submit|prepare|hand)|licen[cs]e|\bpaperwork",
        ),
        (
            "statement-failed",
            r"(?:传|上传|导入|文件|流水|识别|提交|格式).{0,8}(?:失败|不了|不上|报错|出错|被拒|(?<!行)不行|错误|不成功|没反应|通不过)|(?:老是|总是|一直|又|还是).{0,4}(?:失败|报错|传不)|(?:upload|file|import|statement|csv).{0,24}(?:fail|error|reject|not work|won'?t|doesn'?t|refus|wrong|broken)|(?:keeps?|always) (?:reject|fail|say)|(?:reject|fail|refus)\w* (?:my|the) (?:file|upload|statement)|can'?t upload",
        ),
        (
            "statement-upload",
            r"(?:怎么|如何|哪里|在哪|哪儿|咋).{0,6}(?:传|上传|导入|提交).{0,6}|(?:流水|账单|对账单|文件).{0,10}(?:怎么|格式|行不行|可以|能用|行吗|算|支持|要多|多长)|支持.{0,6}格式|什么格式|(?:微信|支付宝).{0,4}(?:账单|流水)|上传流水|传流水|upload|(?:file )?formats?|(?:statement|alipay|wechat|csv|excel|pdf|ofx).{0,24}(?:work|accept|ok|do|good|enough|count|send|submit|use)|how .{0,12}statement",
        ),
        ("loan-contract", r"合同|协议(?:书|在|副本)|\bcontracts?\b|agreement"),
        (
            "loan-repay",
            r"怎么还|如何还|还款(?:日|账户|渠道|时间)|从哪(?:里|儿|个账户)?(?:扣|还)|自动扣|(?:什么时候|几号|哪天).{0,4}(?:扣|还)款|扣款|how (?:do|can|should|will) i (?:re)?pay\b|(?:money|instal?ments?).{0,16}(?:taken|collected|debited|deducted)|direct debit|when (?:is|are).{0,16}(?:due|taken|collected)|repay",
        ),
        (
            "account-open",
            r"开(?:个|立)?(?:账?户|账号|卡)|办(?:张|个)?卡|(?:open|opening|need|set up) (?:an?|the|my|a current|a business)? ?(?:\w+ )?account",
        ),
        (
            "login",
            r"登(?:录|陆|不上|不了|不进)|密码(?:忘|错|找回|重置)|忘(?:了|记)?密码|换(?:了)?(?:手机|号码)|手机号.{0,4}(?:换|变|改|丢)|账号.{0,4}锁|log ?(?:in|on)\b|sign ?in|(?:new|chang\w+|lost).{0,12}(?:phone|number|mobile)|forg[eo]t\w* (?:my )?password|locked out|reset .{0,8}password",
        ),
        (
            "security",
            r"(?:要|问|索要|给|告诉|提供).{0,8}(?:验证码|密码)|(?:真的|是不是|正规).{0,4}(?:银行|你们|机构)|你们.{0,4}(?:真的|正规|靠谱)|骗子|冒充|假冒|诈骗|安全(?:账户|吗)|防骗|(?:ask|asks|asked|asking|want|wants|give|tell).{0,16}(?:code|password|pin)\b|really the bank|scam|fake|phish|imperson|pretending|genuine|legit",
        ),
        ("fraud", r"举报|被骗|fraud|report a"),
        ("complaints", r"投诉|complain"),
        ("bereavement", r"去世|过世|遗产|继承|身故|passed away|inherit|deceased|died|death"),
        (
            "data-delete",
            r"(?:删除|注销|清除|销毁).{0,8}(?:资料|信息|数据|账户|账号|记录)?|撤(?:回|销).{0,4}(?:授权|同意)|(?:delete|erase|remove).{0,14}(?:data|information|account|details|me)|withdraw.{0,10}consent|forget me|close my account",
        ),
        (
            "privacy",
            r"(?:个人|我的)?(?:信息|资料|数据|隐私).{0,10}(?:安全|泄露|保护|怎么用|用来|卖|给别人|共享|会不会)|隐私|泄露|(?:my|personal|our) (?:data|information|details)|privacy|share .{0,10}(?:data|information)|sell .{0,8}data|gdpr",
        ),
        (
            "contact-hours",
            r"(?:什么时候|几点|晚上|半夜|周末|多久).{0,8}(?:发(?:消息|短信)|打电话|联系我)|(?:消息|短信|电话).{0,6}(?:多|频繁|几条)|(?:when|how often|what time|at night|why).{0,20}(?:messages?|texts?|write|contact|call me|text me)|(?:messages?|texts?|calls?).{0,12}(?:at night|how many)|why at night",
        ),
        (
            "hours",
            r"(?:几点|什么时候|何时|多会儿).{0,6}(?:上班|下班|开门|关门|营业|在线|有人|开始)|(?:上班|营业|服务|工作|办公)时间|(?:周末|周六|周日|节假日|晚上|中午|国庆|春节).{0,6}(?:上班|有人|营业|开门|开吗|办|休息)|还在?(?:上班|营业)|(?:when|what time|what hours|until when|how late).{0,32}(?:open|close|clos|shut|there|in\b|available|start|work|hours)|opening (?:hours|times)|business hours|\bopen (?:on|at|today|now|weekends?|saturday|sunday)|weekend|\bhours\b",
        ),
        (
            "cash-early",
            r"(?:没到期|未到期|提前|中途|急用|急着用|要用钱|万一要用).{0,10}(?:取|赎|拿|支|用|出)|(?:提前|随时|能不能|可以)(?:赎回|支取|取出来?|拿出来|退出)|赎回|(?:redeem|withdraw|take|get|need|pull).{0,18}(?:early|before|back|out|any ?time|at any|sooner|end)|redeem|before (?:the end|maturity|it ends)|locked",
        ),
        (
            "cash-t0",
            r"t\+?0|活期理财|随时(?:能|可以)?(?:取|用)|现金管理|当天到账的?理财|same[- ]day|cash fund|any day|instant access",
        ),
        (
            "cash-term",
            r"(?:7|30|90|七|三十|九十)天.{0,8}(?:理财|产品|区别|差|期)?|定期(?:理财|产品)|封闭期|(?:7|30|90|seven|thirty|ninety)[- ]days?|fixed[- ]term|with a term",
        ),
        (
            "cash-risk",
            r"保本|亏(?:本|钱|吗|损)?|风险|安全(?:吗|不|么)|稳(?:吗|不|当|赚)|会不会(?:亏|赔|少)|赔(?:钱|本)|\brisk|guaranteed?\b|lose (?:my |any |some )?(?:money|capital|principal|it)|\bsafe\b|insured|principal",
        ),
        (
            "cash-products",
            r"(?:有|买|推荐|哪些|什么|介绍|啥).{0,8}(?:理财|产品|收益)|理财(?:产品|有)|闲钱.{0,8}(?:怎么|打理|放|做|干)|(?:收益|利息)高|怎么打理|(?:what|which|any|tell me about).{0,24}(?:products?|wealth|invest|idle cash|deposit)|(?:idle|spare|surplus) (?:cash|money)|wealth product|where (?:to|can i) (?:put|park|invest)",
        ),
        (
            "cash-plan",
            r"(?:多少|放多少).{0,6}(?:闲钱|合适|理财|安全)|闲钱.{0,6}(?:多少|怎么算)|留(?:多少|够)|safely|idle amount|how much .{0,12}(?:invest|idle|keep)",
        ),
        (
            "loan-product",
            r"(?:有|什么|哪些|介绍|推荐|啥|说说|讲讲).{0,8}(?:贷款|经营贷|产品|借款|贷)|经营贷|周转贷|贷款产品|(?:what|which|any|tell me about|describe|have|offer).{0,20}loans?\b|business loan|working[- ]capital",
        ),
        (
            "loan-eligibility",
            r"(?:我|个体|这样|新店|刚开|小店|谁|什么人|公司).{0,10}(?:能|可以|能不能)(?:申请|贷|借|办)|(?:条件|资格|门槛|要求)(?:是|有|什么|吗|够)?|符合|够格|(?:can|could|may|do|am|is|would) (?:i|we|a|my|it) .{0,20}(?:apply|qualify|eligible|get a loan|borrow)|eligib|who can|qualif|requirements?|conditions?",
        ),
        (
            "loan-apply",
            r"(?:怎么|如何|咋|哪里|在哪|流程|步骤|怎样).{0,8}(?:申请|贷|借|办理|办|有额度|拿到)|申请(?:流程|步骤|方法|方式)|how (?:do|can|should|would|to|does) (?:i |one |we )?.{0,10}(?:apply|get (?:one|a|it|that|started)|borrow|application)|steps|application process|where (?:do|can) i apply",
        ),
        (
            "person",
            r"(?:怎么|如何|可以|能).{0,6}(?:转人工|找(?:到)?(?:人|客服))|人工.{0,4}(?:电话|怎么)|how (?:do|can) i (?:reach|contact|get)|hotline|phone number",
        ),
        ("balance", r"余额.{0,8}(?:在哪|哪里|怎么查|怎么看)|where .{0,14}balance"),
        (
            "forecast",
            r"预测.{0,10}(?:怎么|准|靠谱|可信|依据)|(?:forecast|prediction).{0,24}(?:work|trust|made|accurate|reliable|comput)|how .{0,10}forecast",
        ),
    )
)


# a message that only asks on: its words count less than what was just spoken of
_ASKS_ON = re.compile(
    r"^(?:那|那么|这|这个|它|and|so|then|does (?:that|it)|is (?:that|it)|how is (?:that|it|this)|what about)"
)


def topic_of(text: str) -> str:
    """The approved text that ``text`` asks for, empty where no pattern knows it."""
    return next((topic for topic, pattern in _TOPICS if pattern.search(text)), "")


def topics_of(text: str, most: int = 2) -> tuple[str, ...]:
    """The texts that the clauses of a message ask for, in order, ``most`` at the most; the whole message where no clause
    alone says it."""
    found: list[str] = []
    for clause in _CLAUSE.split(text):
        topic = topic_of(clause.strip()) if len(clause.strip()) > 1 else ""
        if topic and topic not in found:
            found.append(topic)
    return tuple(found[:most]) or tuple(filter(None, [topic_of(text)]))


def explanation(text: str, call: Call | None) -> str:
    """The text that explains the figure just given, where that is what is asked for; empty else."""
    if call is None or not _EXPLAIN.search(text):
        return ""
    return EXPLAINED_BY.get(call.tool, "")


# -- wishes to act, and needs -------------------------------------------------------------------------------------------

_APPLY = re.compile(
    r"(?:我|我们|咱|帮我|给我|麻烦|替我)?.{0,2}(?:想|要|申请|需要|准备|打算|帮我|给我|来|就|再)(?:个|一笔|去|跟你们|找你们|向你们|再|一下|申请)*.{0,4}(?:贷款|借款|借钱|贷|借|申请)|^(?:申请|借|贷)|(?:能|可以|可否|能否|还是|那就?)(?:借|贷)|(?:借|贷)(?:给)?我|申请(?:贷款|借款|\d|[一二两三四五六七八九十]|这个|它|吧)|就(?:申请|贷|借|要)这|贷款申请"
    r"|\bapply\b|\bborrow\b|\bafter a loan\b|\bfinanc(?:e|ing)\b|\btake out\b|\blend me\b|\b(?:a|the|for) .{0,20}loan\b|\bloan (?:of|application|for)\b|\bapplication\b"
)
_ASKING = re.compile(
    r"怎么|如何|流程|条件|材料|资料|利率|利息|多少|什么|哪|多久|几个点|吗|么[??]|不[??]?$|能不能|可不可以|行不行|[??]$|最长|最多"
    r"|\?$|^(?:what|which|how|when|where|why|who|do|does|is|are|can|could|may|am|would|will|any|if)\b"
)
_WANTS = re.compile(
    r"(?:i'?d like|i want|i need|i would like|let me|let's|please|i wish|help me|start|want to|looking for|put in|make) .{0,24}(?:loan|borrow|apply|application|credit|lend)|^(?:apply|borrow|loan)|^(?:good|ok|okay|fine|great|yes).{0,4}apply|(?:我|想|要|帮|给我).{0,8}(?:贷|借|申请)|申请"
)
_NOT_APPLY = re.compile(
    r"(?:不|别|没)(?:想|要|打算|需要)?(?:再)?(?:贷|借|申请)|申请(?:了|过|批|到哪|进度|结果|怎么|被)|我的申请|(?:don'?t|not) (?:want|need)|my application|applied|撤|取消|cancel|broke|owe|repay|还了|退出"
)
_WANTS_MONEY = re.compile(
    r"^(?:请)?(?:我|我们|店里)?(?:想要|要|需要|急需|缺).{0,12}(?:\d|[一二两三四五六七八九十百千万])"
    r"|\b(?:want|need|like|looking for|could use|after|require)\b.{0,16}(?:\d|¥|thousand|hundred|million)"
)
_CREDIT_NEED = re.compile(
    r"(?:手头|资金|现金|周转|钱|账上).{0,6}(?:紧|不够|缺|吃紧|差(?:一)?点|转不开|周转不|有点难|不太宽裕|跟不上)|缺(?:钱|资金|一笔)|差(?:钱|一笔)|(?:备货|进货|囤货|铺货|垫资|扩店|装修|换设备|添设备|买设备|开分店|旺季).{0,14}(?:紧|缺|不够|差|要钱|资金|周转)"
    r"|(?:cash|money|funds|capital|budget|things?) (?:is|are|'s)? ?(?:a (?:bit|little) |rather |really |pretty |quite |getting |very )?(?:tight|short|thin)|(?:short|low) (?:of|on) (?:cash|money|funds|capital)|stock(?:ing)? up|tide (?:me|us) over|bridge (?:a|the) gap|need .{0,20}(?:stock|inventory|working capital|equipment|new (?:oven|machine|shop))"
)
_WEALTH_NEED = re.compile(
    r"(?:钱|资金|回款|现金).{0,8}(?:闲着|躺着|放着|用不上|没用|多出来|富余)|(?:闲|多余|空|富余)(?:着)?.{0,4}(?:钱|资金|现金)|闲着不少|(?:cash|money) (?:is |just |that'?s |that is )?(?:lying|sitting|idle|doing nothing|parked)|(?:spare|surplus|idle|extra) (?:cash|money)|got .{0,12}lying around"
)
_CALL_ME = re.compile(
    r"(?:给我|帮我|让人|找人|安排|预约|约|请|叫).{0,10}(?:电话|回电|回拨|通话|联系我)|回电|回拨|打(?:个|一个)?电话(?:给我|过来)?|\b(?:call|ring|phone) me\b|\bcall[- ]?back|\b(?:arrange|schedule|book|set up) .{0,14}call|give me a (?:call|ring)"
)
_CHANGES = re.compile(
    r"改|换|不对|不是|错|变成|调成|应该是|而是|\bactually\b|\bmake it\b|\bmake that\b|\bchange\b|\bno,|\binstead\b|\brather\b|\bnot\b|\bi mean\b|\bcorrection\b|^no\b"
)
_WHOLE = re.compile(
    r"借满|贷满|全(?:部|都)?(?:借|贷|要)|全额|(?:按|用)?(?:最高|最多|上限|顶格|满额)(?:的|额度|来|贷|借|吧|就|$)|拉满|all of it|the (?:whole|full) (?:lot|amount|thing|limit)|\bthe (?:max|maximum|most)\b|as much as (?:i can|possible)|everything"
)
_LONGEST = re.compile(r"最长|最久|越长越好|longest|as long as (?:possible|i can)|maximum (?:term|tenor)")
_SHORTEST = re.compile(r"最短|越短越好|shortest")


def wants_to_apply(text: str, *, with_terms: bool) -> bool:
    """Whether the owner wants to apply for a loan, not to know about it; ``with_terms``: an amount or tenor is named."""
    if _NOT_APPLY.search(text) or not (_APPLY.search(text) or (with_terms and _WANTS_MONEY.search(text))):
        return False
    if _ASKING.search(text) and not (with_terms and not wants_schedule(text)):
        return False
    return with_terms or _WANTS.search(text) is not None


def wants_call(text: str) -> bool:
    """Whether the owner asks to be called."""
    return _CALL_ME.search(text) is not None


def asks(text: str) -> bool:
    """Whether the message is a question."""
    return _ASKING.search(text) is not None


def corrects(text: str) -> bool:
    """Whether something said before is changed."""
    return _CHANGES.search(text) is not None


def wants_whole(text: str) -> bool:
    """Whether the whole of the offer is meant."""
    return _WHOLE.search(text) is not None


def wants_longest(text: str) -> bool:
    """Whether the longest tenor is meant."""
    return _LONGEST.search(text) is not None


def wants_shortest(text: str) -> bool:
    """Whether the shortest tenor is meant."""
    return _SHORTEST.search(text) is not None


def needs_heard(text: str) -> tuple[str, ...]:
    """The needs (``credit``, ``wealth``) that the words show."""
    found = (("credit", _CREDIT_NEED), ("wealth", _WEALTH_NEED))
    return tuple(kind for kind, pattern in found if pattern.search(text))
