"""What a short message does in a conversation: yes, no, greeting, giving up, asking again, orders in disguise. Pure."""

from __future__ import annotations

import re
import unicodedata

from brambling.kit.crypto import mask
from brambling.marketing.dialogue.rules.acts import Spoken

TEXT_LENGTH_MAX = 2000  # beyond this nobody asks one thing; persons and refusals are heard in it all the same
_SPACES = re.compile(r"\s+")
_MASKED = re.compile(r"\*+\w{4}")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]")

_YES_WORDS = (
    "对对对|对的|对头|对|是的|是|没错|正确|嗯+|好的|好了|好吧|好嘞|好|行吧|行|可以了|可以|确认无误|确认|同意|没问题|没毛病|就这样|就这么办|"
    "无误|准确|提交吧|提交|交吧|交上去|递交|办吧|办理|要得|成|中|这回对了|这次对了|这下对了|来吧|转吧|那转|转|麻烦了|麻烦你|需要|要|当然|ok|okay|"
    "yes|yeah|yep|yup|yea|sure|fine|correct|right|that'?s (?:right|correct|it|fine)|that is (?:right|correct)|confirmed|confirm|"
    "go ahead|do it|do that|submit it|submit|send it(?: in)?|send|hand it in|good|great|perfect|exactly|all right|alright|agreed|"
    "absolutely|of course|sounds good|looks good|let'?s do it|proceed|please do|please|y|all correct|all good|it is|put me through|i do|i am sure"
)
_FILLERS = (
    "没事了|没事|没别的了|那就|那|就|吧|的|了|啊|呀|哦|噢|呢|我|现在|都|it|now|then|so|well|and|yes|,|that|for me"
)
_YES = re.compile(rf"(?:(?:{_YES_WORDS}|{_FILLERS})[\s,.。!!~、…]*)+")
_YES_CORE = re.compile(rf"(?:{_YES_WORDS})")
_NO = re.compile(
    r"^(?:不对|不是|不行|不可以|不好|不用|不要|不需要|不了|不|错了|错|别|no\b|nope|nah|wrong|not (?:right|correct|quite|that)|incorrect|that'?s (?:wrong|not))"
)
_CANCEL = re.compile(
    r"算了|不贷了|不借了|不要了|取消|撤销|撤回|不申请了|不办了|不用了|不约了|不弄了|不想(?:贷|借|申请|办|要|约)了?|先不(?:贷|借|办|申请|要|约)|放弃|拉倒|作罢|别办了|别申请了|"
    r"\bforget (?:it|about it|that)|never ?mind|\bcancel\b|drop (?:it|that|the)|(?:don'?t|do not|no longer) (?:want|need) (?:it|this|that|the|a|one|any)|changed my mind|"
    r"leave it\b|\babort\b|\bscrap\b|call it off|not any ?more|\bwithdraw (?:it|my|the)|stop (?:the|this|my) (?:application|loan)|let'?s not"
)
_LATER = re.compile(
    r"再想想|想一想|想想|考虑|等等|先等|等一下|等会|稍等|晚点再|回头再|商量|不确定|犹豫|拿不准|let me think|think (?:about|it over)|not sure|later\b|hang on|hold on|one moment|\bwait\b|\bhmm+\b"
)
_SKIP = re.compile(
    r"先不说|跳过|先别(?:问|管)|之后再说|等会再说|暂时不(?:说|定)|没想好|还没定|先说(?:期限|金额)|\bskip\b|come back to (?:that|it)|later for that|not decided|for now"
)
_REPEAT = re.compile(
    r"再(?:说|讲|来|发)一?(?:遍|次|下)|没(?:听|看)(?:清|懂|明白)|重复一|重说|刚才?说(?:的)?(?:什么|啥|多少)|^(?:啥|什么|嗯|哈|多少)[??]+|你说啥|"
    r"^(?:sorry,? )?what\??$|^(?:sorry|pardon|huh|eh|come again)\??(?: me)?[?.!]*$|say (?:that|it) again|again,? please|\brepeat (?:that|it|please)|^repeat[.!?]*$|didn'?t (?:catch|get|hear|understand)|what did you say|what was that|once more|one more time"
)
_DEIXIS = re.compile(
    r"^(?:那|还有)?(?:那个|这个|它|另一个|另外那个)(?:呢|怎么样|怎么办)?[??。!]*$|^(?:and |what about |how about )?(?:that|this|the other|it)(?: one| thing)?(?: then)?[?.!]*$|^(?:怎么说|什么情况|如何)[??]*$"
)
_SOCIAL = re.compile(
    r"(?:(?:你|您|大家)?好[啊呀吗哇]?|哈喽|哈啰|嗨|喂|在吗|在不在|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|谢谢(?:你|您|啦|了)?|多谢|感谢|谢了|谢啦|辛苦(?:了|啦)?|麻烦(?:你|您)?了|再见|拜拜|回见|回头见|下次聊|"
    r"好的|好嘞|好|行|嗯+|哦+|知道了|明白了?|了解了?|清楚了|懂了|收到|没事了?|没别的了?|先这样|就这样吧?|不客气|客气了|厉害|不错|真棒|太好了|太棒了|笑死(?:我了)?|哈+|呵+|嘿+|嘻+|"
    r"(?:你|这|您)?(?:还|真|挺|好|太|蛮|很|的)*(?:聪明|厉害|棒|能干|可爱|贴心|专业|有意思|有趣|机灵|靠谱|给力|快)(?:嘛|呀|啊|了|的)?|祝你?(?:开心|愉快|生意兴隆)|周末愉快|新年快乐|恭喜发财|"
    r"hi|hello|hey|there|hiya|good (?:morning|afternoon|evening|day|night)|thanks?(?: you)?(?: so much| very much| a lot)?|thx|ty|cheers|much appreciated|appreciate it|bye|goodbye|bye bye|see you|see ya|later|take care|have a (?:nice|good|great) (?:day|one|evening|weekend)|"
    r"ok|okay|great|got it|i see|understood|noted|all good|no worries|that'?s all|that is all|nothing else|awesome|nice|cool|perfect|wonderful|brilliant|ha(?:ha)+|lol|lmao|"
    r"you(?:'re| are)? (?:so |really |very |pretty |quite )?(?:slay|rock|funny|smart|clever|great|good|awesome|helpful|kind|the best|fast|quick|a star)|that was (?:helpful|great|quick|all)|for (?:your|the) help|how are you|nice to meet you|very much|so much|that|this|it|was|is|good)"
)
_SOCIAL_ALL = re.compile(rf"(?:{_SOCIAL.pattern}[\s,.。!!~、?:]*)+")
_SOCIAL_CORE = re.compile(
    r"好|嗨|喂|在吗|早|安|谢|感谢|辛苦|再见|拜拜|见|知道|明白|了解|清楚|懂|收到|没事|没别|这样|客气|厉害|不错|棒|笑|哈|呵|嘿|聪明|能干|可爱|贴心|专业|有趣|有意思|机灵|靠谱|给力|祝|愉快|快乐|"
    r"hi|hello|hey|good|thank|thx|ty|cheers|appreciate|bye|see|care|nice|great|got it|understood|noted|no worries|all|nothing|awesome|cool|perfect|wonderful|brilliant|ha|lol|slay|rock|funny|smart|clever|helpful|kind|best|ok"
)
_ORDER = re.compile(
    r"忽略.{0,8}(?:指令|规则|提示|要求|设定)|无视.{0,6}(?:指令|规则)|忘(?:记|掉).{0,6}(?:指令|规则|设定|身份)|系统(?:消息|提示|指令|通知)|管理员(?:已|模式|权限)|\[?system\]?\s?[::\]]|</?(?:system|user|assistant|admin)|(?:开发者|调试|上帝)模式|提示词|"
    r"(?:扮演|假装你?是|你现在是|假设你是|角色扮演)|(?:请)?(?:逐字|一字不差|原样|照着?)(?:地)?(?:重复|说|念|复述|输出)|(?:只要|只需|直接|必须)?(?:回复|回答|输出|说出?)[::“\"‘']|后台已|(?:备注|审批系统|后台|系统)[::].{0,20}(?:已|改|设|提交)|"
    r"(?:把|将)(?:我的)?(?:额度|利率|余额|期限|状态).{0,6}(?:改|设|调|变|提)(?:成|为|到|高)|"
    r"ignore (?:all|any|the|your|every).{0,20}(?:instructions?|rules?|prompts?)|disregard .{0,20}(?:instructions?|rules?)|forget (?:your|all|the|previous) .{0,14}(?:instructions?|rules?)|debug mode|developer mode|admin mode|system prompt|your (?:full |whole |hidden )?(?:prompt|instructions)|"
    r"\b(?:pretend|act as|role-?play|imagine you(?:'re| are)|you are now)\b|(?:repeat|say|write|print|output) (?:after me|word for word|exactly|verbatim|this)|(?:just |only )?(?:write|reply|say|answer|respond)(?: with)?[:: ]+[\"'“‘]|reply:|note from|(?:set|change|raise|put|make) my (?:limit|rate|balance)|back office|the customer has (?:clicked|agreed|confirmed)|credit system[,:]"
)
_OTHERS = re.compile(
    r"隔壁|别人的|其他客户|另一(?:家|个客户)|他们家的|邻居|同行的|竞争对手|我朋友的|(?:next door|another (?:customer|client|business|shop)|other (?:customers?|people|clients?|businesses)|someone else|somebody else|neighbou?r|competitor|my friend)(?:'s)?"
)
_GUARANTEE = re.compile(
    r"保证|担保.{0,4}(?:批|过)|肯定(?:能|会|批)|一定(?:能|会|批|要批)|能批(?:下来)?(?:吧|吗|不)|批得下来|包过|百分百|打(?:个)?折|便宜点|优惠点|(?:降|调)(?:到|低|点|一点)|少(?:收|算)点|promise|guarantee|will (?:it|i) (?:be approved|get it|go through|surely)|it'?ll be approved|be approved,? right|for sure|certain(?:ly)?\b|make it \d(?:\.\d+)?\s?%|discount|lower (?:my|the) rate|cheaper|better rate"
)


def cleaned(text: str) -> str:
    """The message as rules read it: at most ``TEXT_LENGTH_MAX`` characters, widths folded, lower case, one kind of
    apostrophe; identity, account and phone numbers are taken out."""
    folded = unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).replace("’", "'").replace("、", ",")
    return _SPACES.sub(" ", _MASKED.sub("#", mask(folded))).strip().lower()


def spoken(text: str, before: Spoken) -> Spoken:
    """The language to answer in: of the message, or as before where it has none."""
    if _HAN.search(text):
        return "zh"
    words = re.findall(r"[a-z]+", text.lower())
    return "en" if len(words) >= 1 and _LATIN.search(text.lower()) and words not in (["ok"], ["thx"]) else before


def says_nothing(text: str) -> bool:
    """Whether there is neither letter, digit nor ideograph."""
    return not any(char.isalnum() for char in text)


def is_yes(text: str) -> bool:
    """Whether the message is a yes and nothing else."""
    return len(text) <= 60 and not text.endswith(("?", "?")) and bool(_YES.fullmatch(text) and _YES_CORE.search(text))


def is_no(text: str) -> bool:
    """Whether the message begins with a no."""
    return _NO.search(text) is not None


def gives_up(text: str) -> bool:
    """Whether the owner lets go of what is under way."""
    return _CANCEL.search(text) is not None


def hesitates(text: str) -> bool:
    """Whether the owner wants time."""
    return _LATER.search(text) is not None


def skips(text: str) -> bool:
    """Whether the owner does not want to answer this question now."""
    return _SKIP.search(text) is not None


def asks_again(text: str) -> bool:
    """Whether the owner wants to hear the last answer again."""
    return len(text) <= 40 and _REPEAT.search(text) is not None


def points_at_nothing(text: str) -> bool:
    """Whether the message only points at something ("and that one?")."""
    return _DEIXIS.search(text) is not None


def is_social(text: str) -> bool:
    """Whether the message is greeting, thanks, praise or goodbye, and nothing else."""
    return len(text) <= 60 and bool(_SOCIAL_ALL.fullmatch(text) and _SOCIAL_CORE.search(text))


def is_order(text: str) -> bool:
    """Whether the message gives the machine orders, or says back what it should say: never a customer's wish."""
    return _ORDER.search(text) is not None


def of_others(text: str) -> bool:
    """Whether another customer's figures are spoken of."""
    return _OTHERS.search(text) is not None


def wants_promise(text: str) -> bool:
    """Whether an outcome is to be promised, or a price to be bargained."""
    return _GUARANTEE.search(text) is not None
