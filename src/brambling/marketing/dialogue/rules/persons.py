"""When a person must come, at once: a matter that a machine must not keep. Pure: words in, a reason or nothing out.

A mention is no reason. Each matter has words that state it, and guards: a supposition, a question about the procedure,
what happened to others, an idiom. A threat to life has the fewest guards: a needless call is cheap there, a missed one
is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@dataclass(frozen=True)
class Matter:
    """A reason, the words that state it, and the words that take the statement back."""

    reason: str
    stated: re.Pattern[str]
    guarded: re.Pattern[str]


_NEWS = r"新闻|电影|电视剧|小说|in the news|in a film|in a movie"
_OTHERS = r"听说|朋友圈|邻居|隔壁|同行|别人|人家|网上说|i heard|people say|(?:my |a )(?:neighbou?r|friend|competitor)"
_SUPPOSED = (
    r"万一|如果|假如|要是|假设|倘若|的话|会怎么样|会怎样|有什么后果|就问问|就问一下|只是问|随便问|了解一下"
    r"|\bwhat if\b|\bwhat happens\b|\bsuppose\b|\bin case\b|\bif (?:i|we|someone|somebody|one|the|a|my|ever)\b|\bone day\b"
    r"|\bjust asking\b|\bjust curious\b|\bhypothetical"
)
_HOW = (
    r"怎么(?:分辨|辨别|识别|判断|看出|防|投诉|办理投诉)|如何|会不会|流程|渠道|\bhow (?:can|do|would|should|could) (?:i|we|you|one)\b"
    r"|\bwould you\b|\bdo you ever\b|\bprocedure\b|\bprocess\b|\bwhat is your\b|\bwhat'?s your\b"
)
_FAMILY = (
    "爱人|老公|丈夫|老婆|妻子|媳妇|爸爸?|父亲|妈妈?|母亲|爹|娘|儿子|女儿|孩子|哥哥?|弟弟?|姐姐?|妹妹?|老伴|先生|太太|公公|婆婆|岳父|岳母"
    "|爷爷|奶奶|外公|外婆|姥姥|姥爷|家人|亲人|家里老人|家里人|另一半|伯伯|叔叔?|舅舅?|姑姑?|姨"
)
_COMPANIONS = "合伙人|搭档|老板|股东|法人|经营者|掌柜|店主|当家的"
_KIN = (
    r"husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|(?:business )?partner|co-?owner|owner|spouse|parents?"
    r"|grand(?:mother|father|ma|pa)|child|aunt|uncle|fianc[eé]e?|founder|director|boss"
)

_THREAT = Matter(
    "threat",
    _any(
        r"不想活|活不下去|活不成|没法活|不活了|想死(?!你|我)|去死算|死了算|寻死|自杀|自尽|轻生|跳楼|跳河|跳江|跳桥|跳下去|上吊|喝农药|喝药(?:死|自)|割腕|烧炭",
        r"(?:结束|了结)(?:自己|我|这条|此生|生命)|一了百了|死给你|同归于尽|不如死|遗书|活着没(?:意思|劲|意义)|撑不到明天",
        r"(?:只能|只有|不如|宁可|宁愿|就|只好)(?:去)?死(?!机|板|扛|守|磕|心)|死路一条|拼命|拼了|鱼死网破|不得好死|(?:i will|i'll|going to|gonna|want to) end (?:it|everything)\b|come (?:and|to|over and) (?:burn|kill|smash|hurt)|finish (?:myself|you)",
        r"死在你|死给|死也要|(?:砸|烧|炸|砍|捅|堵)(?:了|掉|烂)?(?:你们|他们|网点|银行|支行|柜台|经理)|把(?:你们|他们|网点|银行|支行|经理|他|她|你).{0,8}(?:砸|烧|炸|砍|捅|杀|弄死|打死|打残)",
        r"(?:don'?t|do not|can'?t|cannot) (?:see|find) (?:any |a )?(?:reason|point|sense) .{0,8}(?:liv|go on|carry on|in (?:life|living))|(?:thinking|thoughts?) (?:of|about) (?:killing|ending|suicide|dying)|(?:i'?ll|i will|going to|gonna|want to|i'?d) (?:hurt|kill|shoot|stab|beat|burn|harm|smash|attack|murder) |somebody (?:will|is going to) get hurt|rather be dead|disappear for ?ever|say goodbye (?:to|for)",
        r"(?:拿|带|提|抄|揣|拎)(?:着|把|上|了)?(?:一把|把)?(?:菜)?(?:刀|斧|棍|汽油|枪|家伙|炸药)",
        r"(?:砍|捅|弄|打|杀|炸|烧|砸|整)(?:死|了|掉|烂|残|断)(?:你|他|她|那|网点|银行|支行|经理|人|店)",
        r"(?:砍|捅|杀|炸|放火烧|砸)(?:你们|他们|她|他|网点|银行|支行|柜台)|杀人|放火|炸弹|要你们?的?命|见血|弄死|打死你|收拾你|让你们?好看|走着瞧|你们(?:给我)?等着",
        r"\bkill(?:ing)? (?:my|him|her|them|our)sel(?:f|ves)|\bend(?:ing)? (?:my (?:own )?life|it all)|suicid|\bwants? to die\b|\bwanna die\b",
        r"(?:don'?t|do not|no longer) want to (?:live|be here|be alive)|(?:no|nothing) (?:reason |point )?(?:left )?(?:to|in) liv(?:e|ing)|\btak(?:e|ing) my (?:own )?life",
        r"\bjump(?:ing)? (?:off|from|out)|\bhang(?:ing)? myself|better off dead|\boverdose|\b(?:harm|hurt|cut)(?:ing)? myself|slit my|not live (?:any|through)",
        r"\b(?:got|have|bring(?:ing)?|with|take|come with|carrying) (?:a|my|the) (?:knife|gun|bomb|axe|bat|machete|weapon|can of petrol)",
        r"\b(?:kill|stab|shoot|beat up|hurt|burn|blow up|smash up|murder|strangle|attack) (?:you|him|her|them|your|somebody|someone|the (?:manager|branch|bank|staff|clerk|teller))",
        r"you(?:'ll| will|'re going to) (?:be sorry|regret)|watch your back|i know where (?:you|he|she|they|your)|set (?:your|the|it).{0,20}on fire|burn (?:it|the place|your .{0,12}) down",
    ),
    _any(_NEWS, r"\bkill (?:it|time|the)\b"),
)
_FRAUD = Matter(
    "fraud",
    _any(
        r"(?:验证码|密码|口令|动态码|短信码).{0,6}(?:给了|给他|给她|给对方|给骗|告诉|报给|报了|发给|发了|说了|说出|念给|念了|透露|泄露|填了|输了|输入了)",
        r"(?:(?:六|6)位(?:数字|数|码)|验证码|校验码|短信里的).{0,10}(?:告诉|给|发|报|念|说)|安全账户.{0,12}(?:转了|汇了|打了)|(?:move|moved|transfer(?:red)?|sent|send) .{0,16}(?:to|into) (?:a |the |another )?['\"]?safe account|don'?t recogni[sz]e (?:this|that|the|a|it)|had me (?:move|send|transfer|pay|buy)",
        r"(?:转账|扣款|付款|消费|交易|贷款|支出|这笔).{0,10}(?:我|本人)(?:根本|完全|都|压根|并)?(?:不知道|不知情|没(?:有)?(?:做|弄|操作|同意|授权|申请|借|花|买))|(?:账户|账号|卡|手机|身份证)(?:好像|可能|是不是|应该)?(?:被|让)(?:人)?(?:盗|黑|冒|偷|用)",
        r"(?:clicked|opened|followed|tapped) (?:on )?(?:a|the|that|some) .{0,20}(?:link|attachment|message).{0,60}(?:missing|gone|taken|lost|stolen|empty|money|account)|(?:took|taken|taking|withdrew|moved|transferred|used).{0,20}(?:money|cash|funds|card).{0,30}(?:without|i didn'?t|not me)|(?:someone|somebody|thieves?|they) (?:has |have |had )?(?:taken|took|used|opened|withdrawn|moved|got into)|unauthori[sz]ed",
        r"(?:把|将).{0,6}(?:验证码|密码|卡号).{0,6}(?:给|告诉|发|报|填|念|说)",
        r"不是(?:我|本人|自己|我们).{0,6}(?:操作|转|刷|付|花|办|申请|签|贷|弄|点|下单|买|借|授权)|(?:我|本人|我们)?(?:从|从来|根本|并)?(?:没有?|未)(?:做|转|操作|授权|买|办|申请|借|签|付)过?.{0,12}(?:这|那|笔|却|怎么|被扣|转账|款|交易)",
        r"(?:被|遭|让人|给人)(?:人)?(?:电信)?(?:骗|盗|诈骗|盗刷|盗用|冒用|冒名)|上当(?:了|受骗)|受骗|中招|盗刷|钓鱼(?:网站|链接|短信)",
        r"(?:有人|骗子|对方).{0,8}(?:冒充|假冒|自称).{0,20}(?:我|转|给|点)|冒充你们.{0,12}(?:我|给|转)|(?:有人|谁)(?:用|拿|冒).{0,6}我的?(?:名|身份|账|卡)",
        r"(?:钱|款|余额)(?:都|全)?(?:没了|不见了|被转走|被人转|被划走|被取走|少了)|莫名其?妙?(?:少|被转|被扣|转)|(?:点了|打开).{0,8}(?:链接|网址).{0,12}(?:钱|卡|扣|骗)|安全账户.{0,6}(?:转|汇)了|(?:转|汇)到.{0,8}安全账户了|屏幕共享了",
        r"\b(?:gave|given|read|told|sent|shared|typed|entered|handed|texted)\b.{0,30}\b(?:codes?|password|pin|otp|passcode|card (?:number|details))\b",
        r"(?:transfer|payment|debit|charge|transaction|withdrawal|loan|money|purchase).{0,30}(?:i (?:never|didn'?t|did not|don'?t recogni|do not recogni|haven'?t)|wasn'?t (?:me|mine)|(?:is|was)n'?t (?:me|mine)|not (?:by me|mine|me)\b|without my)",
        r"\bi (?:didn'?t|did not|never|haven'?t) (?:make|made|authori[sz]ed?|approved?|do|did|sen[dt]|order(?:ed)?|sign(?:ed)?|set up|request(?:ed)?|tak(?:e|en)|took out|recogni[sz]ed?).{0,25}(?:payment|transfer|transaction|it\b|that|loan|debit|charge)",
        r"\b(?:been|got|was|were|am|i'm|getting) (?:scammed|hacked|defrauded|phished|conned|robbed|tricked|cheated|swindled)|\b(?:stole|stolen|emptied|drained|hacked)\b|identity theft|fell for|\bfraud(?:ulent)? (?:on|in|from) my|phishing link",
        r"(?:somebody|someone|a stranger|a caller).{0,30}(?:my (?:account|card|identity|phone|name|code|money))|money (?:is|has|was|'s) (?:all )?(?:gone|vanished|disappeared|missing)",
    ),
    _any(
        _NEWS,
        _OTHERS,
        _SUPPOSED,
        _HOW,
        r"is it true|real(?:ly)? that (?:someone|somebody)|有人要我的验证码(?:怎么|吗)|会问我|asked? (?:me )?for my code",
    ),
)
_DEATH = Matter(
    "death",
    _any(
        rf"(?:{_FAMILY}|{_COMPANIONS}).{{0,12}}(?:去世|过世|离世|逝世|辞世|病故|病逝|身故|亡故|走得突然|离开了我们|猝死|死了|没抢救|没救过来|不幸身亡|出殡|后事|丧事|葬礼|追悼)",
        rf"(?:{_FAMILY}|合伙人).{{0,8}}(?:走了|没了|不在了|人没了)",
        r"家(?:父|母|兄|姐|慈|严).{0,8}(?:辞世|去世|过世|走了|病故|病逝)|(?:who|he|she|they).{0,24}no longer alive|no longer (?:alive|among us)|(?:办|料理|处理)(?:完)?(?:后事|丧事)|遗孀|丧偶|(?:去世|过世|离世|病故|病逝)了",
        rf"\b(?:{_KIN})\b.{{0,25}}\b(?:passed away|died|has died|is dead|passed on|passed last|(?:has|have|had|just) passed(?! (?:the|a|my|on the))|no longer with us|didn'?t (?:make it|survive)|deceased|lost (?:his|her|their) life|was killed)",
        rf"\b(?:lost|burying|buried|bury) my (?:{_KIN})\b|\b(?:death|passing|funeral) of my\b|\b(?:widow(?:ed|er)?|bereave|probate|death certificate)|my late (?:{_KIN})",
    ),
    _any(_NEWS, _OTHERS, _SUPPOSED, r"多年|[几\d十]年前|years ago|手机|电脑|机器|phone|battery|printer|laptop"),
)
_HARDSHIP = Matter(
    "hardship",
    _any(
        r"(?:还|付|交|凑)不(?:上|起|出|了|动|齐)|(?:没钱|没有钱|没办法|没法|无力|没能力|没得).{0,6}(?:还|付|交)|(?:拿|凑)不出.{0,6}(?:钱|款|还)",
        r"哪(?:还)?有钱(?:还|付|交)|(?:工资|房租|货款)(?:都|也)?(?:发|付|交)不(?:出|起|了|上)|(?:贷款|债|钱|月供|这期).{0,4}(?:怎么|拿什么)还(?:啊|呀|得|呢|$)|(?:失业|停产|下岗|裁员|崩溃|压垮|喘不过气).{0,30}(?:贷|还|款|钱|帮)|(?:欠款|贷款|债|压力).{0,12}(?:崩溃|压垮|喘不过气)|(?:着火|失火|火灾|大水|水灾|洪水).{0,12}(?:没了|毁了|烧光|泡了|全完)",
        r"(?:没|没有|挣不到|一分)(?:一分)?(?:收入|进账|生意).{0,16}(?:还|贷|月供|这期|期款)|(?:还款|月供|这期|这个月|贷款).{0,14}(?:来不及|没着落|没法|没钱|还不上|还不了|困难|凑不|拿不出|交不)|(?:给|容|宽)(?:我|我们)?.{0,4}(?:点|些|几天|时间)(?:时间|周转|缓)?[,。!]|(?:给|容)我(?:点|些|几天)时间",
        r"no (?:way|means|chance|possibility) (?:of|to) (?:mak|pay|repay|meet|cover|keep)|keep up with (?:the|my|these) (?:loan|payments?|instal|repay)|(?:going to|gonna|will|about to) miss (?:the|my|this|an?) (?:instal|payment|repay)|\b(?:we|i)(?:'re| are|'m| am) (?:completely |totally |flat )?broke\b|can'?t keep (?:paying|up)|nothing (?:left )?for (?:the bank|you|the loan|the instal)|no (?:income|customers|revenue|trade|sales) (?:for|since|any|left|at all)|(?:lost|losing) (?:everything|my income|the shop)|drowning in debt|had to close (?:my|the|our)|(?:closed|shut) (?:for good|down my)|laid up",
        r"资金链断|撑不(?:住|下去)|扛不(?:住|下去)|熬不(?:下去|住|过)|(?:干|做|开|经营|维持|坚持)不下去|倒闭|破产|血本无归|赔光|亏光|走投无路|山穷水尽",
        r"(?:求|请|麻烦|拜托|行行好|帮帮|能不能给|可不可以给|给我).{0,10}(?:宽限|延期|缓|展期|减免|通融|高抬贵手|网开一面|延后|推迟|晚点还|停息)|放我一马|(?:宽限|通融)(?:我|一下|几)",
        r"(?:住院|重病|大病|癌|动手术|瘫痪?|车祸|摔断|骨折|火灾|着火|失火|水淹|被淹|淹了|地震|台风|拆迁).{0,20}(?:还|店|生意|贷|钱|收入|歇|停|关|期|款)",
        r"(?:店|厂|生意|买卖|公司).{0,10}(?:关门了|关了|停业|停工|歇业|倒了|垮了|黄了|烧了|淹了|没了)|(?:客户|订单|大单).{0,6}(?:跑了|没了|全没|全丢|倒闭|破产|断了)",
        r"(?:can'?t|cannot|can not|unable to|couldn'?t|won'?t be able to|not able to|no way (?:i can|to)|struggling to|too broke to).{0,20}\b(?:pay|repay|afford|meet|cover|make (?:the|this|my|next|these|any))",
        r"no money (?:left )?(?:for|to)|nothing (?:is )?left to (?:pay|repay)|don'?t have (?:the |any )?money (?:to|for)|(?:went|going|gone|go) (?:bust|under|bankrupt|out of business)|\bbankrupt|insolven",
        r"lost (?:my|our) (?:biggest|main|only|largest|best|whole|entire|job|shop|business)|end of (?:my|our) (?:rope|tether)|business (?:has |is |was )?(?:collapsed|failed|failing|dead|going under|wiped out|ruined)|(?:trade|sales|orders) (?:has |have )?(?:collapsed|dried up|gone)",
        r"\b(?:in|into|to) (?:the )?hospital|hospitali[sz]ed|\b(?:seriously|very|badly|gravely) (?:ill|sick)\b|\bcancer\b|\bstroke\b|\bheart attack|\b(?:flood(?:ed)?|fire|earthquake) .{0,25}(?:shop|stock|store|kitchen|workshop|everything)|burn(?:t|ed) down|was flooded",
        r"(?:please|beg|i need|give me|could i (?:have|get)|can you give).{0,25}(?:more time|respite|payment holiday|grace|breathing space|postpone|defer|go easy)|have mercy",
    ),
    _any(
        _NEWS,
        _SUPPOSED,
        _OTHERS,
        r"(?:还|付)不(?:上|起|了)(?:怎么办|会怎|有什么)(?!.*了)|还得上|能还上|我的客户.{0,6}(?:付|还)不|客户.{0,4}(?:欠|拖).{0,6}我",
        r"\b(?:i'?m|we'?re|all) (?:fine|good|ok)\b|how long .* hospital",
    ),
)
_COMPLAINT = Matter(
    "complaint",
    _any(
        r"(?:我|我们|必须|一定|坚决|正式|真).{0,4}(?:要|想|得|来|准备|会|去|必须)(?:去|来)?.{0,4}(?:投诉|举报|起诉|申诉|维权|曝光|告你)|投诉你|投诉!|举报你|告你们|(?:提|递|交)(?:个|一个|一份|起)?(?:正式)?投诉|^投诉[!。,]|登记.{0,4}投诉",
        r"(?:银保监|金融监管|监管局?|12378|12315|消协|媒体|记者|法院).{0,6}(?:投诉|举报|反映|告|见)|(?:找|打|向).{0,4}(?:监管|12378|消协|媒体)",
        r"(?:垃圾|黑心|坑人|流氓|无良|狗屁)(?:银行|公司|平台|系统|服务|机构)|你们(?:这群|这帮|就是|全是|都是)?(?:骗子|流氓|强盗|土匪|黑心)",
        r"(?:乱|重复|错|无故|胡乱|偷偷|私自|擅自)(?:扣|收)(?:了)?(?:我|款|费|钱|一|息)|多(?:扣|收)了?(?:我|款|费|钱|一|息)|扣(?:了)?(?:我)?(?:两|2|三)(?:次|笔|遍|回)",
        r"(?:态度|服务).{0,8}(?:恶劣|太差|太烂|差劲|极差|很差|垃圾|不满|受不了)|(?:太|非常|很|极其?)(?:不满|失望|过分|离谱|气人|欺负人)|(?:给我|要|讨)(?:一)?个?(?:说法|交代|公道)|(?:赔礼)?道歉|赔偿我|忍无可忍|欺人太甚|不讲理",
        r"\b(?:mak|fil|lodg|rais|submit|register|writ|open|launch)(?:e|ing|ting|er)?\b.{0,14}\bcomplaint|\b(?:want|like|going|need|here|have|ll|wish) to complain|\bcomplain(?:ing)? (?:about|to) (?:you|your|the (?:bank|way)|this)|this is a (?:formal )?complaint|\bi complain\b|^complaint\b",
        r"(?:very|extremely|deeply|so|really|most) (?:unhappy|dissatisfied|disappointed|angry|upset) (?:with|about|at|by) (?:how|you|your|the (?:way|bank|service|treatment))|on (?:the )?record|treated (?:me|us) (?:badly|unfairly|like)|(?:nobody|no one|you never) (?:answers?|replies|called back|helps?|cares?)|(?:lied|lying) to me|shame on you|how dare you",
        r"(?:我)?(?:对|被)你们.{0,14}(?:不满|失望|意见很大|气死|坑|骗|耍|欺负)|你们.{0,10}(?:坑我|耍我|欺负|骗我|骗人|不守信|出尔反尔|推卸|踢皮球|不作为|乱来)|(?:没人管|没人理|推来推去|踢皮球)|凭什么(?:扣|收|多|不给)",
        r"(?:等了?|拖了?|过了).{0,10}(?:没人|没有人|不|还没)(?:回|理|管|处理|答复)|(?:太|真|实在)(?:差劲|恶心|无耻|黑)",
        r"report(?:ing)? you|\bsue you|see you in court|\bregulators?\b|ombudsman|worst bank|useless bank|terrible bank|rip(?:ped|ping)?[- ]?(?:me )?off|\bthieves\b|\bcrooks\b",
        r"your (?:staff|service|system|app|people|agents?|collectors?|clerk|colleague|bank)\b.{0,20}(?:rude|terrible|awful|useless|disgrace|appalling|horrible|unacceptable|shouted|insulted|lied|a joke|incompetent)",
        r"(?:charged|took|taken|debited|deducted|billed|collected).{0,30}(?:twice|too much|wrongly|by mistake|double|two times|without (?:asking|my))|overcharged|double[- ]charged|\b(?:outrageous|unacceptable|disgraceful|disgusting|appalled)\b|fed up with (?:you|this bank|your)|demand (?:an )?(?:apology|compensation|refund)",
    ),
    _any(
        r"投诉(?:的)?(?:流程|渠道|电话|方式|多久|步骤|热线|处理)|怎么投诉|如何投诉|去哪(?:里|儿)?投诉|在哪.{0,4}投诉|被(?:人|客户|客人|顾客)?.{0,4}投诉|(?:客人|顾客|客户|食客).{0,6}投诉",
        r"complaints? (?:procedure|process|policy|handling|department)|how (?:do|can|would|does) (?:i|one|you|we|a).{0,12}complain|where (?:do|can) i complain|(?:guest|customer|client|people|others|someone|neighbou?r)s? .{0,14}complain|complained about you",
        r"听说|了解一下|i heard|just curious|no complaints?|没什么可投诉|不是(?:来)?投诉|不(?:想|用|打算|会)投诉|not (?:a |complaining|here to complain)",
    ),
)
_WISH = Matter(
    "wish",
    _any(
        r"(?:转|找|要|叫|换|接|请|让|给我|联系|有没有|想和|想跟|跟|和|派|需要|见|安排|来个|来一个|呼叫).{0,8}(?:人工|真人|活人|大活人|客服|工作人员|专员|客户经理|经理|坐席|柜员|业务员|负责人|主管|同事|专人)(?!几点|上班|时间|费|成本|审|复核|看|批|智能)",
        r"接线(?:员|工)|(?:机器人|机器|ai|自动回复|你)(?:给我)?(?:滚|闭嘴|走开|让开)|(?:不|懒得)(?:想|愿)?(?:跟|和|同)(?:ai|机器|机器人).{0,4}(?:废话|啰嗦|扯|说)|\bescalat(?:e|ion)\b|who (?:else )?(?:can|could|do|should) i (?:talk|speak) to|anyone (?:else )?(?:i can|to) (?:talk|speak)",
        r"(?:换|找|叫|来|派|请|接|见)(?:个|一个|位|一位)?(?:人|活的|能做主的|懂的|管事的|领导)(?:[,。!吧来跟和给说啊呀]|$)|(?:跟|和|同|找)(?:你们|贵行|银行)(?:的|那边的?)?(?:人|员工|工作人员|经理|领导)(?!.{0,2}(?:骗|冒))|(?:经理|领导|主管|负责人|管事的)(?:出来|在吗|在不在|接)|(?:不要|别)(?:再)?(?:自动|机器人)回复|听不懂人话",
        r"(?:anybody|anyone|somebody|someone|a person|a human|people) (?:real |there |else |at the bank )?(?:i|we) (?:can|could) (?:talk|speak)|(?:have|get) a word with|(?:colleague|human|person|manager|someone|somebody).{0,16}(?:take over|step in|on the line|on the phone)|(?:deal|discuss|sort (?:this|it)).{0,14}with (?:a |an )?(?:someone|somebody|human|person|real)|real (?:person|human)|stop (?:the )?(?:automated|automatic|bot)",
        r"^(?:人工|真人|活人|客服)(?:服务|客服|坐席)?[!。.~ ]*$|^人工[,!。]|人工!|(?:不|别|懒得|没法)(?:想|愿意|要)?(?:再)?(?:跟|和|同|与)(?:你这)?(?:机器|机器人|ai|电脑|程序).{0,6}(?:说|聊|讲|谈|扯|沟通)",
        r"(?:叫|找|换|派|让|来)(?:个|一个|你们的)?人(?:来|接|跟|和|给|处理|帮|说|听|聊|$|[!。,])|(?:跟|和)(?:个|真)?人(?:说|聊|谈|讲)|(?:给我|帮我)?(?:回|打|来)(?:个|一个)?电话(?:给我|吧|行|可以|$|[!。,])|给我(?:回|打)(?:个|一个)?电话|回电|回拨",
        r"(?:speak|talk|chat|connect|transfer|put|get|pass|switch|hand|reach|give|want|need|like|prefer|escalate|bring|fetch|deal)\b.{0,25}\b(?:humans?|(?:real |actual |live )?person|agent|representative|rep|operator|advis[oe]r|somebody|someone|manager|staff|colleague|people|supervisor|human being|customer service)\b",
        r"^(?:a |an |the )?(?:(?:real|live|actual) )?(?:human|agent|person|operator|representative|customer service|manager)(?: please| now|[!.,?]|$)|(?:no more|enough of|sick of|tired of|hate) (?:this |these |the |talking to |you )?(?:bots?|machines?|robots?|chatbots?)",
        r"\b(?:call|ring|phone) me\b|\bcall[- ]?back\b|\bput me through\b|\btransfer me\b|\bis (?:anyone|anybody) (?:real|human)",
    ),
    _any(
        r"(?:别|不要|不用|不需要|无需|不想|没必要|先别|甭|勿).{0,4}(?:给我|帮我)?(?:转|找|叫|人工|真人|回电|打电话|接)|人工(?:客服|服务|坐席)?.{0,4}(?:几点|上班|时间|什么时候|在线时间|下班)|打电话推销|推销电话|电话也可以|可以打|招人|雇人|请人(?:来)?(?:上班|干活)",
        r"\bno need\b|don'?t (?:want|need|transfer|put|call|give|get|bother)|do not (?:want|need|transfer|call)|without (?:a |any )?(?:human|person|agent)|not (?:a |another )?(?:human|person|agent)|\b(?:when|what (?:time|hours))\b.{0,25}\b(?:agents?|humans?|people|staff|desk)|why (?:is|does|must|do)|\bam i (?:talking|speaking|chatting)|\bare you\b|is this an? (?:human|person|bot)|hire|employ|stop calling|may call|can call|(?:claim|pretend)(?:ing|ed|s)? to be|guarantor",
        _SUPPOSED,
    ),
)
_MATTERS = (_THREAT, _FRAUD, _DEATH, _HARDSHIP, _COMPLAINT, _WISH)
_AGAIN = _any(
    r"(?:没|没有|还没|根本没|并没|未|从没)(?:有|被)?(?:解决|处理|弄好|搞定|到账|退|修好|改|好|完)|(?:还是|又|依然|仍然|依旧)(?:没|不|一样|那样|老样子|出现|扣|这样|有问题|来了|错)|问题(?:还在|依旧|照旧)",
    r"\bstill (?:not|isn'?t|hasn'?t|no|un|wrong|there|the same|waiting|broken|open|missing)|\bnot (?:been )?(?:sorted|solved|fixed|resolved|settled|done|right)|isn'?t (?:sorted|solved|fixed|resolved|settled)|(?:came|come|is) back\b|happened again|same (?:problem|issue|thing)|wasn'?t (?:sorted|solved|fixed|resolved)|hasn'?t been|never (?:fixed|solved|sorted|resolved)|unresolved",
)
_CLAUSES = re.compile(r"[,。.!?;，！？；\n]+")


def person_needed(text: str, *, closed: bool = False) -> str:
    """The gravest reason for a person in ``text`` (lower case, widths folded), empty for none.

    ``closed``: a hand-over of this conversation was closed, so that "still not solved" has something to speak of.
    """
    for matter in _MATTERS:
        if matter.stated.search(text) and not _taken_back(matter, text):
            return matter.reason
    return "again" if closed and _AGAIN.search(text) else ""


def _taken_back(matter: Matter, text: str) -> bool:
    """Whether every clause that states the matter, with the clause before it, also takes it back."""
    if not matter.guarded.search(text):
        return False
    parts = [part for part in _CLAUSES.split(text) if part.strip()]
    for i, part in enumerate(parts):
        if matter.stated.search(part):
            around = " ".join(parts[max(0, i - 1) : i + 2]) if matter.reason != "wish" else part
            if not matter.guarded.search(around):
                return False
    return True
