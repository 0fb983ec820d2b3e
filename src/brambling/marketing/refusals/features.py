"""What a message is made of: its letters, its words, and what they are about, in the same terms in both languages.

The third is what carries over from one phrasing to another: a lexicon turns "别再打了" and "please stop ringing" into the
same short line of ideas (``NOT AGAIN CALL``), and the features are those ideas, their neighbours and their pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from brambling.marketing.refusals.rules import respell

_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")

# What words are about. Where two fit at a place the longest wins, then the first. Order of writing: a no; sending;
# what is sent; what else a no may be about; who; when; how it is said.
_CHINESE: dict[str, str] = {
    "OPTOUT": r"退订|拒收|取消订阅|取关|取消关注|勿扰|免打扰|拉黑|黑名单|屏蔽|卸载|取消接收|不再接收|除名|退群|删好友",
    "DONT": r"别再|不要再|不用再|不必再|别老|别总|不许|不准|不得|请勿|勿|莫(?!名)|甭|嫑|覅|弗要|咪|唔好|唔使|休要|少给|别(?![人家的处墅致])|不要(?!紧|钱)|不可以再|禁止|谢绝|杜绝",
    "NONEED": r"不需要|无需|无须|不必|用不着|用不上|用不到|不用(?!谢|担|说)|没需求|没有?需[要求]|没(?:有)?(?:这个?|这方面|那个)(?:的)?(?:需[要求]|打算|计划|想法)|没(?:有)?(?:打算|计划|意向)|无(?:此)?需[求要]|没必要|不缺|不差钱|唔需要|冇需要|没有?.{0,4}(?:打算|安排|计划|意向|需求)",
    "NOINTEREST": r"(?:不|没(?:有|啥|什么)?|无|冇|莫得|毫无)(?:太|怎么)?(?:感)?兴趣|没意思|不关注|不稀罕|兴趣不大",
    "DECLINE": r"不考虑|不办|不贷|不借|不买|不投|不做|不参加|不加|不约|不炒|不碰|不搞|不弄|不来了|不了|不领|不订|算了|免了|拉倒|婉拒|心领|拒绝|拒|不接受|不同意|不欢迎|不想(?:了解|听|收|再|看|负债|借|贷|要)|不愿|不希望|免谈|不来电",
    "NOT": r"不(?![错过])|没(?!问题)|無|无(?!论)|未|非|唔|冇|莫得|木有|否",
    "CEASE": r"停止|停发|停掉|停了|停一?下|停|终止|到此为止|打住|住手|消停|省省|歇|关掉|关闭|关了|取消|撤回|撤销|删除|删掉|删|去掉|移除|移出|划掉|清除|注销",
    "ENOUGH": r"够了|受够|够够的|有完没完|没完没了|烦不烦|求求|放过|饶了|清静|清净|离我远|滚|闭嘴|走开|绕行|绕道|别费|省省|省点",
    "SEND": r"群发|发送|推送|发给|发来|发(?![票货现生工薪放烧展票愁])|推(?![迟荐人])|寄|弹|塞|传来|send|push|推荐|介绍|宣传|安利",
    "CALL": r"打电话|来电|致电|外呼|打来|打过来|打给|打进|拨|打(?![款折烊印卡车开包听])|call|电话|语音",
    "BOTHER": r"骚扰|打扰|烦我|烦人|烦死|吵|轰炸|纠缠|死缠|扰民|刷屏|惦记|狂轰|叮咚|骚|扰",
    "SALES": r"推销|营销|推广|广告|促销|商业信息|商业短信|商业性信息|传单|宣传单|宣传册|活动|优惠|红包|礼品|讲座|话术|开门红|个性化推荐",
    "MEDIUM": r"短信|信息|消息|简讯|简訊|邮件|邮箱|微信|通知|弹窗|群|资料|链接|app|短訊|内容",
    "CONTACT": r"联系|联络|找我|搵我|加我|上门|登门|来店|拜访|回访|跟进|通知我|告诉我|叫我",
    "PRODUCT": r"经营贷|信用贷|抵押贷|贷款|网贷|贷|借钱|借款|融资|信用卡|额度|授信|理财|基金|国债|定期|存单|存款|黄金|保险|[车店财寿意养]\S{0,2}险|pos机?|收款码|码牌|投资|分期|产品",
    "ACCOUNT": r"账户|账号|卡|u盾|存折|密码|验证码|手机银行|网银|登录|网点|柜台|余额|指纹",
    "PAYMENT": r"转账|扣款|代扣|还款|还钱|还清|还上|还(?=本|息|一部分)|汇款|打款|到账|放款|付款|免密|自动|转存|续期|利息|本金|违约金|手续费|年费|货款|房租|工资",
    "PAPER": r"申请|合同|材料|流水|营业执照|证件|身份证|发票|回执|对账单|账单|结清|担保|抵押|征信|授权书|资料传|签字|面签|预约|面谈|表格|审批|审",
    "GOODS": r"货|订单|快递|外卖|菜|客人|顾客|客户(?!经理)|退款|退货|押金|仓库|工人|师傅|供[货应]商",
    "RATE": r"利率|年化|多少|几个点|额度|收益|保本|起购|划算|便宜|几年|期限",
    "ASK": r"吗|怎么(?!又|还|老|总|天)|怎样|如何|咋|什么时候|能不能|能否|可不可以|可否|是不是|有没有|会不会|哪|几点|多久|多少|是否|要不要|行不行|什么意思|呢|啥",
    "WHY": r"为什么|为啥|干嘛|干什么|怎么又|怎么还|怎么老|怎么总|凭什么|谁(?:让|给|允许|同意)",
    "IF": r"如果|要是|假如|万一|若|的话",
    "PAST": r"之前|以前|上次|上个月|已经|早就|刚才|刚刚|昨天|前天|原来|说过|讲过|退订过|拒绝过|答应",
    "AGAIN": r"又|还在|还是|一直|老是|总是|老(?=给|打|发|来|被)|再次|第.{1,2}次|第.{1,2}[条个]|几次|多少[次遍]|{n}次|\d+次|变本加厉|继续",
    "EVERYDAY": r"天天|每天|每次|整天|成天|成日|日日|一天到晚|一天|一周|三天两头|隔三差五|半夜|大半夜|早上|太多|太频繁|频率|频繁|晚上|没断过|节假日",
    "LATER": r"以后|今后|下次|改天|改日|回头|过阵子|过段|明年|下个?月|下季度|年后|年前|过完年|开春|将来|等.{0,8}(?:再|后)|再说|再谈|再议|再考虑|再联系|缓|暂时|目前|现阶段|眼下|先不|暂不|搁|近期|个月内|年内",
    "MOMENT": r"一会儿?|等会|稍后|在开会|在忙|半小时|小时后|分钟|[一二三四五六七八九十\d]点|今晚|下午|明天上午|到家|先挂",
    "THREAT": r"投诉|举报|报警|起诉|律师|监管|银保监|曝光|销户|销了|换银行|法院|12363|12321|12378|违法|追究|后果|依法|保护法|录音",
    "ANGRY": r"神经病|有病|恶心|气死|火了|烦|讨厌|脸皮|不要脸|缺德|他妈|妈的|疯|骂|受不了|来气|过分|累不累|有意思吗",
    "THIRD": r"老婆|老公|客户说|顾客|隔壁|朋友|同行|员工|老板|会计|房东|我妈|我爸|合伙人|别人|有人|别的银行|别家|另一家|其他银行|他说|她|他(?!们)|冒充|父亲|母亲|机主|第三方",
    "SAID": r"说|讲|告诉|写|问我|让我|回复",
    "TROUBLE": r"没收到|收不到|打不开|闪退|登不上|报错|错了|不对|失败|卡住|没人接|没人|没到|不到账|不了账|坏|刷不出|太慢|等了|排队|找不到|打不通|没反应",
    "HARDSHIP": r"还不上|没钱还|逾期|展期|延期|宽限|催|实在没|撑不下去|发不出|周转不开|不上征信|冻结|欠",
    "RESUME": r"恢复|重新|解除|取消退订|误点|不小心|继续(?:发|给|联系|保持|讲)|可以继续|放出来|订阅",
    "WANT": r"我想|想要|需要(?!的话|时)|要办|给我办|有兴趣|想了解|想问|来一|急用|帮我|欢迎|随时|尽管|多给|记得|喜欢|方便",
    "NEGNEG": r"别停|不要停|千万别|别取消|不要取消|不是不|没说不|没有不|不会不|别忘|别漏|别挂|别不|不介意|不嫌|没退订|没拒绝|可没|别断|别把我|不能停|没理由不",
    "THANKS": r"谢谢|多谢|感谢|辛苦|麻烦|唔该|謝謝|抱歉|不好意思|好意|您好|理解",
    "FINE": r"没问题|没事|没关系|不客气|不急|不着急|好的|可以|行吧|收到|知道了|明白|了解|ok",
    "PLEASE": r"请|烦请|劳烦|恳请|拜托|希望|麻烦",
    "ONLY": r"只(?:要|收|看|留|能|对)|除了|其他|别的|其余|一概|一律|全部|任何|所有|什么都|都",
    "YOU": r"你们|贵行|您|你|银行|客户经理|客服|业务员",
    "ME": r"我|俺|本人|本店|我司|本公司|本号|阿拉|老子|额",
    "NUMBER": r"号码|手机号|名单|系统里|备注|登记",
    "TIME": r"春节|国庆|元旦|元宵|周[一二三四五六日]|月底|年底|季度|号(?=[再之前后])",
}
_ENGLISH: dict[str, str] = {
    "OPTOUT": r"unsubscrib\w*|unsub|opt(?:ed|ing|s)?[ -]?out|optout|stopall|(?:take|remove|get|strike|scrub|leave|drop) (?:me|us|my \w+|our \w+|this number)(?: \w+)? (?:off|from|out)|off (?:your|the|this) \w*\s?(?:list|sheet)|do[ -]not[ -](?:call|contact|disturb)|block(?:ed|ing)? (?:you|this number|your)|i have blocked|mut(?:e|ing)|uninstall\w*|removed?|delist|deregister",
    "DONT": r"do not|don't|dont|dnt|never|stop|quit|cease|halt|refrain|please not|must not|should not|kindly no|desist|avoid",
    "NONEED": r"no need|not need\w*|do not need|do not need|do not want|do not want|no use|not looking|no plans?|not required|have no need|plenty|already have|all set|we are good|we are good|i am good|sorted|fine as|debt free|fully funded|covered|cash rich|no desire|no wish|no intention|no appetite",
    "NOINTEREST": r"not (?:\w+ )?interested|uninterested|no interest|aint interested|not intere?sted|not for (?:me|us)|not our thing|not my thing|not relevant|is not relevant|does not apply|not keen",
    "DECLINE": r"declin\w*|no thanks?(?: you)?|no ty|thanks but no|but no|pass|it is a no|it's a no|rather not|would rather|reject\w*|refus\w*|decided against|will not be (?:taking|going|attending)|will not be (?:taking|going|attending)|not (?:going|gonna) (?:to )?(?:apply|happen)|not taking|skip|count (?:me|us) out|not borrowing|not investing|nah|nope|prefer not|no chance|nuh uh|keep your|object\w*|not (?:accept|consent|wish|welcome)\w*|unwelcome|not welcome|withdraw my consent|revoke|do not (?:accept|consent|wish|take|do)",
    "NOT": r"not|no|n't|can not|can not|cant|isn't|will not|wouldn't|didn't|haven't|without|none|nothing|nobody|neither|nor|aint",
    "CEASE": r"end(?:ed)?|cancel\w*|turn(?:ed)? (?:\w+ )?off|switch(?:ed)? (?:\w+ )?off|shut|discontinu\w*|delete|kill|lose|drop|disable|pause|terminate|close|withdraw\w*|revoke|erase|hold|stopped|clear",
    "ENOUGH": r"enough|leave (?:me|us)(?: the \w+)? alone|leave me be|let me be|go away|get lost|give it a rest|knock it off|back off|bugger off|piss off|f off|shut up|fed up|sick (?:and tired |to death )?of|tired of|had it|for the last time|some peace|in peace|done with|cut it out|lay off|buzz off|shove|screw|hate",
    "SEND": r"send\w*|text\w*|messag\w*|email\w*|mail(?:s|ing|ed)?|write|writing|push\w*|ping\w*|post",
    "CALL": r"call\w*|phon(?:e|ing|ed)|ring(?:ing|s)?|rang|dial\w*|voicemails?|robot|telemarket\w*",
    "BOTHER": r"bother\w*|spam\w*|harass\w*|pester\w*|disturb\w*|annoy\w*|nuisance|bombard\w*|hassl\w*|nag\w*|bug|stalk\w*|intrusive|flood\w*|relentless|excessive|clutter\w*|drowning|buzzing|interrupt\w*",
    "SALES": r"ads?|adverts?|advertis\w+|promo\w*|offers?|marketing|newsletters?|sales\w*|deals?|campaigns?|flyers?|brochures?|solicit\w*|pitch\w*|seminars?|commercial|personalised|recommendations?",
    "MEDIUM": r"notifications?|alerts?|sms|wechat|inbox|pop-?ups?|banners?|reminders?|these|stuff|app|link",
    "CONTACT": r"contact\w*|reach out|get in touch|approach\w*|visit\w*|come back|communicat\w*|hear from|dropping by|chase",
    "PRODUCT": r"loans?|credit(?: cards?| lines?)?|overdrafts?|financ\w+|borrow\w*|lend\w*|debts?|insur\w+|cover|funds?|invest\w*|savings?|deposits?|bonds?|gold|card (?:terminals?|machines?|readers?)|pos|money|limit",
    "ACCOUNT": r"accounts?|cards?|pin|passwords?|codes?|login|logged|branch|balance|website|atm|phone number|address",
    "PAYMENT": r"transfers?|payments?|pay(?:ing)?|repay\w*|direct debits?|autopay|standing orders?|cheques?|instal?ments?|fees?|interest|penalt\w+|charg\w+|payroll|salary|wages|rent|refund|debit\w*|rollover|disburse\w*",
    "PAPER": r"appl(?:y|ication|ying|ied)|contract|papers?|documents?|invoices?|receipts?|statements?|forms?|licen[cs]e|collateral|guarantors?|approv\w+|appointment|sign(?:ing|ed)?|upload|details|credit (?:score|check|bureau|history)",
    "GOODS": r"stock|deliver\w*|order|customers?|suppliers?|tenant|landlord|parcel|fridge|driver|staff|guest|courier|bag|box",
    "RATE": r"rates?|apr|how much|minimum|cheaper|lowest|terms?|price",
    "ASK": r"how|what|when|where|which|who|can i|can you|could you|could i|is there|are there|do you|does|is it|are you|am i|may i|will i|would|should i|must|did|have you|any way",
    "WHY": r"why|who (?:gave|said|told)|how many times|how dare|what part of|which part of|what is wrong with you|must you",
    "IF": r"if|suppose|once i",
    "PAST": r"already|told|said|before|last (?:week|month|year|guy)|previously|asked|replied|promised|yesterday|opted|was|had|third time|used to",
    "AGAIN": r"again|still|another|keeps?|once more|any ?more|no longer|any longer|no more|further|one more|more",
    "EVERYDAY": r"every (?:single )?\w+|daily|all day|too many|too much|constant\w*|non-?stop|day and night|times a|\w+ of these|way too|so many|endless|a day|at \d+ ?am|sundays?|wak(?:e|ing)|woke",
    "LATER": r"later|next (?:year|month|week|quarter|spring)|another time|some other time|not now|right now|at the moment|for now|until|till|not yet|in (?:\w+ )?months?|not today|at this (?:stage|time)|for the moment|currently|when (?:i|we|the time)|after (?:the )?(?:holidays?|new year|harvest|chinese)|bad timing|one day|eventually|come to you|i will call you|i will call you|i will reach|let you know|priorities",
    "MOMENT": r"in an? (?:hour|minute|sec)|in ten|\d ?pm|o'clock|this evening|tonight|tomorrow|after five|at three|noon|in a meeting|driving|call you back|with a customer|today",
    "THREAT": r"report\w*|lawyer|legal|regulator|ombudsman|complain\w*|sue|police|notice|privacy law|data protection|clos(?:e|ing) my account|moving banks|review site|warning|or else|court|council|violation|elsewhere",
    "ANGRY": r"wtf|hell|bloody|damn|idiots?|morons?|ridiculous|disgusting|shameless|deaf|crazy|mad|rubbish|nonsense|seriously|for (?:the love|crying|god)\w*|goodness|congratulations|wow|oh (?:great|joy)|lonely|prize",
    "THIRD": r"wife|husband|customers?|clients?|neighbou?r|friend|partner|accountant|landlord|another bank|other bank|he|she|they|his|her|someone|boss|owner|mother|mum|father|dad|third part\w+|debt collectors?|guests?|supplier",
    "SAID": r"says?|wrote|tells?|asks?|quote|it says",
    "TROUBLE": r"never (?:got|received|arrived|came)|have not (?:had|received|got)|not work\w*|does not work|crash\w*|error|wrong|failed|down|waiting|nobody answers|did not (?:send|arrive|call|get)|not receiv\w*|stopped working|lost|can not (?:open|find|read|login|log)|dead|missing|rude|queue|no (?:code|sms|luck|idea)|declined",
    "HARDSHIP": r"can not pay|can not repay|can not pay|struggl\w*|defer|behind|flood|no income|late fees?|penalty|freeze|out of cash|overdue|dunning|chasing",
    "RESUME": r"resume|resubscribe|re-?start|start|subscribe|again please|back on|opt (?:me )?(?:back )?in|by mistake|changed my mind|undo|lift|after all",
    "WANT": r"i want|i would like to|i would like|please (?:call|send|text|ring)|interested in|tell me|sign me up|keep me posted|feel free|any time|more about|send me|i need|want to|keen|help me|explain|enjoy|useful|love|welcome",
    "NEGNEG": r"(?:don't|do not|please don't|never|please do not) (?:stop|unsubscribe|cancel|hang up|take me off|block|forget|hesitate|leave me out|give up|turn off|remove|delete|keep me waiting|close|cut)|not (?:saying|that i am not|a no|against|opted)|did not (?:ask to be|opt|say)|never (?:said|opted|asked to)|do not mind|would not say no|can not say no|no objection|have not refused|no reason to|do not mean to|do not bother me",
    "THANKS": r"thank(?:s| you)?|cheers|thx|appreciate\w*|grateful|sorry|kind(?:ly)?|regards|hi|hello",
    "FINE": r"no problem|no worries|no rush|no hurry|never mind|okay|ok|sure|fine|great|perfect|got it|all good|not bad",
    "PLEASE": r"please|pls|plz|could you please|kindly",
    "ONLY": r"only|just|except|anything but|nothing but|everything|all|any|rest",
    "YOU": r"you|your|bank|you guys|you people|you lot",
    "ME": r"me|my|i|we|us|our|i am|i have|shop",
    "NUMBER": r"number|list|database|records|profile|preferences|consent|permission",
    "TIME": r"january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|christmas|new year|q[1-4]|months?|weeks?|year|20\d\d",
}


def _compiled(lexicon: dict[str, str], *, whole: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    edge = r"(?<![\w'])(?:{})(?![\w])" if whole else "(?:{})"
    return tuple((name, re.compile(edge.format(words))) for name, words in lexicon.items())


_LEXICONS = {"zh": _compiled(_CHINESE, whole=False), "en": _compiled(_ENGLISH, whole=True)}
_SPACE = re.compile(r"\s+")
_CUTS = re.compile(r"[,，。.;；!！~…\n、?？]+")


def folded(text: str) -> tuple[str, str]:
    """The language (``zh`` or ``en``) and the message in one form: widths, case, spelling."""
    plain = unicodedata.normalize("NFKC", text).strip()
    lang = "zh" if _IDEOGRAPHS.search(plain) else "en"
    return lang, respell(plain.lower(), lang)


def ideas(text: str, lang: str) -> list[str]:
    """What ``text`` (folded) is about, in its order; ``|`` is a cut, ``?`` a question mark."""
    marks: list[tuple[int, int, str]] = []
    for name, pattern in _LEXICONS[lang]:
        marks.extend((match.start(), match.end(), name) for match in pattern.finditer(text))
    marks.extend((m.start(), m.end(), "?" if set(m[0]) & set("?？") else "|") for m in _CUTS.finditer(text))
    marks.sort(key=lambda mark: (mark[0], -mark[1]))
    found: list[str] = []
    end = 0
    for start, stop, name in marks:
        if start >= end:
            found.append(name)
            end = stop
    return found


def of(text: str) -> Iterator[str]:
    """The features of a message, each with the letter of its kind before it."""
    lang, plain = folded(text)
    yield from _letters(plain, lang)
    line = ideas(plain, lang)
    yield from _lines(line)
    size = len(plain) if lang == "zh" else len(plain.split()) * 2
    yield f"L{min(size, 80).bit_length()}"


def _letters(plain: str, lang: str) -> Iterator[str]:
    if lang == "zh":
        bare = f"^{_SPACE.sub('', plain)}$"
        for size in (1, 2, 3, 4):
            yield from {f"c{bare[at : at + size]}" for at in range(len(bare) - size + 1)}
        return
    words = ["^", *re.findall(r"[\w']+|[^\w\s]", plain), "$"]
    for size in (1, 2, 3):
        yield from {f"w{' '.join(words[at : at + size])}" for at in range(len(words) - size + 1)}
    for word in set(words):
        edged = f"<{word}>"
        for size in (3, 4, 5):
            yield from {f"c{edged[at : at + size]}" for at in range(len(edged) - size + 1)}


def _lines(line: list[str]) -> Iterator[str]:
    ends = ["^", *line, "$"]
    for size in (1, 2, 3):
        yield from {f"i{' '.join(ends[at : at + size])}" for at in range(len(ends) - size + 1)}
    clause: list[str] = []
    pairs: set[str] = set()
    for idea in [*line, "|"]:
        if idea in ("|", "?"):
            pairs.update(f"p{a}>{b}" for at, a in enumerate(clause) for b in clause[at + 1 :] if a != b)
            if idea == "?":
                pairs.update(f"q{a}" for a in clause)
            clause = []
        else:
            clause.append(idea)
    yield from pairs
    yield from {f"s{a}&{b}" for a in set(line) for b in set(line) if a < b}
