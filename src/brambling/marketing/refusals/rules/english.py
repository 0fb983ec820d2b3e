"""The words of refusals in English. Data of the grammar."""

from __future__ import annotations

import re

from brambling.marketing.refusals.rules.grammar import Grammar

# Short forms as the long ones, so that each wish is written once below.
_RESPELT: list[tuple[str, str]] = [
    (r"[’‘`´]", "'"),
    (r"\b(?:do|does|did|would|could|should|can|is|are|was|has|have|need|wo)n'?t\b", "{0}"),
    (r"\b(?:pls|plz|plse)\b", "please"),
    (r"\bu\b", "you"),
    (r"\bur\b", "your"),
    (r"\b(?:msgs?)\b", "messages"),
    (r"\btxts?\b", "texts"),
    (r"\btxting\b", "texting"),
    (r"\be-?mail", "email"),
    (r"\b(?:any ?more)\b", "anymore"),
    (r"\b(?:thx|tks|ty|cheers)\b", "thanks"),
    (r"\bopt(?:ed|ing)?[- ]?out\b", "opt out"),
    (
        r"\b(?:un-subscribe|unsubscibe|unsubcribe|unsuscribe|unsubscrbe|unsubscibre|unscubscribe|unsubsribe|unsub)\b",
        "unsubscribe",
    ),
    (r"\b(?:stpo|sotp|stahp|stp|stoo+p|s\.t\.o\.p)\b", "stop"),
    (r"\bdnt\b|\bdon'?\s?t\b", "do not"),
    (r"\b(?:cal|cll)\b", "call"),
    (r"\bsnd\b", "send"),
    (r"\badds\b(?= (?:please|anymore|to me))", "ads"),
    (r"\bcannot\b", "can not"),
    (r"\bi'?m\b", "i am"),
    (r"\bwe'?re\b", "we are"),
    (r"\bi'?d\b", "i would"),
    (r"\bi'?ve\b", "i have"),
    (r"\bwe'?ve\b", "we have"),
    (r"\bi'll\b", "i will"),
    (r"\bwe'll\b", "we will"),
]
_LONG = {"wo": "will", "ca": "can"}


def _not(match: re.Match[str]) -> str:
    word = re.sub(r"n'?t$", "", match.group())
    return f"{_LONG.get(word, word)} not"


_NOT = re.compile(r"\b(?:do|does|did|would|could|should|is|are|was|has|have|need|wo)n'?t\b|\bcan't\b|\bcant\b")
_RESPELT_COMPILED = [(re.compile(pattern), words) for pattern, words in _RESPELT if words != "{0}"]
_HARMLESS = re.compile(
    r"bus stop|non-?stop|stop ?over|full stop|stopwatch|no problem|no worries|no doubt|no matter|no longer than|no idea|no one|nobody|why not|no wonder|no pressure|no rush|no hurry|"
    r"call it|call centre|call center|text field|text box|phone number|email address|not only|no less|no later|whether or not|if not|not sure|not yet|not bad|no fee|no collateral|no charge|no cost"
)


def respell(text: str) -> str:
    """``text`` with its short forms written out."""
    text = _RESPELT_COMPILED[0][0].sub("'", text)
    text = _NOT.sub(lambda match: _not(match) if match.group() not in ("can't", "cant") else "can not", text)
    for pattern, words in _RESPELT_COMPILED[1:]:
        text = pattern.sub(words, text)
    return text


def _prepare(words: str) -> str:
    return _HARMLESS.sub("~", words)


_W = r"(?:[\w'/&-]+\s+)"
_SENDING = (
    r"(?:send(?:ing)?|text(?:ing)?|call(?:ing)?|phon(?:e|ing)|ring(?:ing)?|email(?:ing)?|mail(?:ing)?|messag(?:e|ing)|contact(?:ing)?|market(?:ing)?|advertis(?:e|ing)|"
    r"promot(?:e|ing)|offer(?:ing)?|push(?:ing)?|bother(?:ing)?|disturb(?:ing)?|spam(?:ming)?|ping(?:ing)?|pester(?:ing)?|harass(?:ing)?|hassl(?:e|ing)|bug(?:ging)?|sell(?:ing)?|"
    r"pitch(?:ing)?|solicit(?:ing)?|notify(?:ing)?|notifying|approach(?:ing)?|nag(?:ging)?|writ(?:e|ing)(?: to)?|reach(?:ing)? out|flog(?:ging)?|chas(?:e|ing)|bombard(?:ing)?|"
    r"ask(?:ing)?(?: me| us| again)|asking\b|tell(?:ing)? me about|talk(?:ing)? to me about|get in touch|dial(?:ing|ling)?|whatsapp|blast(?:ing)?|flood(?:ing)?|tempt(?:ing)?|recommend(?:ing)?|keep(?:ing)? (?:on )?\w+ing|shov(?:e|ing)|plug(?:ging)?|leav(?:e|ing) voicemails?)"
)
_SALES = (
    r"(?:ads?|adverts?|advertis\w+|promos?|promotion(?:s|al)?|offers?|marketing|spam(?:ming)?|newsletters?|mailings?|mailing list|deals?|campaigns?|sales (?:pitch\w*|talk|people|team|calls?|messages?|texts?|emails?|stuff|offers?|reps?)|selling|"
    r"solicitations?|telemarketing|junk|flyers?|brochures?|leaflets?|pitch(?:es)?|cold[- ]call\w*|upsell\w*|mailshots?|teasers?|recommendations?)"
)
_CHANNEL_NOUN = r"(?:texts?|text messages?|sms(?:es)?|messages?|calls?|phone calls?|robocalls?|emails?|notifications?|alerts?|pop-?ups?|push(?:es)?|voicemails?|dms?|letters?|post|wechats?|mail|calling|texting|phoning|ringing|emailing)"
_NOUN = rf"(?:{_SALES}|{_CHANNEL_NOUN}|contact)"
_PRODUCT = (
    r"(?:(?:business |bank |new |another |more |your |any |a |the )*(?:loans?|credit(?: cards?| lines?)?|borrow(?:ing)?|lending|overdrafts?|financ(?:e|ing)|debt|funds?|investments?|investing|wealth(?: management)?|savings?(?: products?| accounts?)?|"
    r"deposits?|insurance|cover|polic(?:y|ies)|pos|card (?:readers?|terminals?|machines?)|terminals?|payment (?:products?|terminals?|devices?)|qr codes?|mortgages?|leasing|bonds?|stocks?))"
)
_NEG = (
    r"(?:do not|never(?: ever)?(?: again)?|stop|quit|cease|refrain from|no longer|must not|should not|please no(?=\s)|would rather (?:not|you did not)|rather not|do not want(?: you)?(?: to)?|"
    r"do not wish(?: you)?(?: to)?|would like (?:you )?(?:not to|to stop)|prefer (?:not|you did not|you not)|will not|not to|mind not|do not have to|do not ever|need not|not have to|do not you (?:dare|ever)|avoid|desist from|can you not|could you not|there is no need to|no need to|not want you to|nor)"
)
_STOP = r"(?:stop|quit|cease|end|halt|kill|cancel|turn off|turn(?:ing)? (?:\w+\s+){0,5}off|switch off|disable|mute|drop|cut(?: out)?|skip|lose|ditch|block(?:ed|ing)?|silence|deactivate|discontinue|remove|delete|spare me|withhold|suppress|shut off)"

ENGLISH = Grammar(
    prepare=_prepare,
    code=re.compile(
        r"(?:please |pls |reply |text |just )?(?:stop|stop ?all|unsubscribe|unsubscribe all|opt out|optout|remove(?: me)?|quit|cancel|end|arret|stop (?:please|now|it|this|that|everything)|no more|nope|stoppp*|out|delete me|off|halt|enough|cease|stop stop(?: stop)?|revoke)"
        r"(?:[ ,.!]*(?:please|thanks|thank you|now|me|all))*"
    ),
    code_back=re.compile(r"start|unstop|resubscribe|subscribe|opt[- ]?in|opt me (?:back )?in|yes start|restart|resume"),
    clause_end=re.compile(
        r"[.;!…\n:]+\s*|\s*,\s*|(?<=\?)\s*|\s+[-–—]+\s+|\bbut\b|\bhowever\b|\bthough\b|\bwhile\b|\bso\b(?= (?:stop|please|do|no|quit|leave|kindly))|\band\b(?= (?:please|stop|do not|never|no more|leave|you (?:can|may)))|\bjust\b(?= do not)"
    ),
    quoted=re.compile(r"\"[^\"]{1,60}\"|“[^”]{1,60}”|(?<=\s)'[^']{2,60}'(?=\W|$)"),
    kills=[
        re.compile(
            rf"\b(?:do not|never|please not|not|will not|would not|can not|could not|must not)\s+(?:\w+\s+)?(?:stop|quit|close|decline|reject|refuse|hang up|forget|hesitate|cancel|turn (?:\w+ )?off|remove|delete|block|freeze|cut|miss|skip|unsubscribe|ignore|leave me|drop|lose|end|suspend|mute|withhold|give up)\b(?!.{{0,20}}\b(?:{_SALES})\b.{{0,10}}\bcoming\b)"
        ),
        re.compile(
            r"\b(?:did not|have not|had not|has not|never)\s+(?:ask|asked|told|want to stop|opt out|opted)\b(?! again| for| you for)|\b(?:did not|have not|never|had not|has not|not)\s+(?:say|said|mean|meant|unsubscribed|refused|that i)\b|\b(?:did|have|has|had) not (?:unsubscribe|refuse)\b|\bnot that\b|\bnot un\w+|\bcan not (?:stop|say no|wait|believe|refuse|complain)\b"
        ),
        re.compile(
            r"\b(?:my|a|an|our|the|some|his|her|their)\s+(?:wife|husband|partner|customer|client|accountant|neighbou?r|friend|colleague|boss|landlord|brother|sister|mother|father|mum|mom|dad|son|daughter|supplier|cousin|lawyer|staff|employee|cashier|uncle|buyers|debt collector|scammer|other bank|consultant|aunt|buyer|tenant)s?\s+(?:\w+\s+){0,2}(?:says?|said|told|thinks?|opt\w*|unsubscribed?|calls?|calling|keeps?|wrote|asked|wants?|keeps? saying|does not|do not|refuses?|hates?)\b|\b(?:he|she|they|somebody|someone)\s+(?:says?|said|told|wrote|asked|thinks?|wants?)\b"
        ),
        re.compile(
            r"\bmy (?:customers?|newsletter|clients?)\b|\b(?:other|another) banks?\b|\bscam\w*\b|\bdebt collectors?\b|\bfake\b|\bguarant\w+|\bwaiting list\b|\bfees?\b|\bthe account\b$|\bto (?:the|a) branch\b|\b(?:old|new|wrong) address\b|\b(?:documents?|questions?|invoices?|papers?|robot|bot|transfer me|same answer|repeating)\b|\bmail the (?:card|statement)\b|\bpayee\b|\bcredit (?:blacklist|black list)\b|\bwhen i call\b|\bthird part(?:y|ies)\b|\bother compan\w+|\bpartners\b|\bsell(?:ing)? my (?:data|details|information)|\bshar(?:e|ing)\b|\bmy (?:data|credit (?:report|file|score))\b"
        ),
        re.compile(
            r"(?<!\bi )(?<!\bwill )\b(?:stop|cancel|close|end|terminate|withdraw|block|freeze|unsubscribe(?: me)? from|remove me from|opt out of|opt me out of|turn off|switch off|disable|suspend|quit|drop|delete)\s+(?:\w+['\w]*\s+){0,4}?(?:application|card|cheque|check|payments?|standing order|direct debit|transfer|order|account|auto-?\w*|debits?|renewal|instal?ments?|transaction|subscription fee|contract|agreement|loan (?:application|request)|limit|overdraft facility|plan|membership|authori[sz]ation|deposit|product|mandate|paying|charging|deducting|debiting|processing|terminal)\b(?!\s+(?:offers?|ads?|spam|reminders?|notices?|messages?|calls?|texts?|emails?|alerts?|marketing|promo\w*|notifications?|list))"
        ),
        re.compile(
            r"\bno need to (?:renew|repay|refund|worry|apologi[sz]e|rush|hurry|send it again)|\bdo not (?:want|need) (?:instal?ments|to (?:repay|pay|renew|visit|wait|borrow more than|use|queue|lose)|it)\b|\bno (?:business )?licen[cs]e\b|\bno early\b"
        ),
        re.compile(
            r"\bif i (?:\w+ )?(?:unsubscribe|opt out|block|stop|refuse|say no|turn)|\bwhat (?:if|happens)\b|^do not you (?:have|offer|sell|do|provide|give|take|accept|want|think|need)\b|\bdo not (?:know|understand|see|get why|have(?! to)|worry|mind|care which|think|remember|recogni[sz]e|get any|use|trust|like the rate)\b|\bnever (?:received|got|arrived|heard|had)\b"
        ),
        re.compile(
            r"\bverification\b|\bcodes?\b(?! words?)|\b(?:nobody|no one|nothing)\b.{0,20}\b(?:answers?|calls?|replies|texts?|beats?)\b|~ (?:calls?|texts?|answers?|replies|picks)\b|\bdo not call (?:it|that|this (?:a|an))\b"
        ),
    ],
    asks=re.compile(
        r"\?|^(?:please tell me |tell me |and |so |hi |hello )*(?:how|what|why|when|where|who|which|can|could|does|do (?:i|you|we|they)|is|are|will|would you|should i|may i|have i|did|am i|was)\b"
    ),
    asks_how=re.compile(
        rf"\b(?:how|where|what)\b.{{0,30}}\b(?:unsubscribe|opt out|{_STOP}|stop(?:ped)?|get (?:off|out of|rid of|removed)|no longer|avoid|escape|off (?:your|the|this) list|taken off|not get|not receive)\b(?!.{{0,25}}\b(?:debits?|standing orders?|applications?|transfers?|renewal|cheques?|fees?|paying|payments?|interest|charges?|my card|card|account|loan\b(?! offers?| ads?| spam)|penalt\w+|changing|limit|late)\b).{{0,30}}"
        rf"|\b(?:can|could|would|will) (?:you|someone|somebody|we|i)(?: all)?(?: please| kindly| just)?(?: not| stop| quit)\s+{_W}{{0,4}}?(?:{_SENDING}|{_NOUN})\b"
        rf"|\b(?:can|could|would|will|may) (?:you|someone|i|we)(?: please| kindly| just)*\s+(?:be )?(?:remove|take|delete|unsubscribe|opt|get|drop|removed|taken|deleted|unsubscribed|opted|leave me alone|stop all)\b(?!.{{0,30}}\b(?:loan|money|card|out the)\b(?! list| offers?))"
        rf"|\b(?:any|a) (?:way|chance|option|setting|button|switch|link|possibility)\b.{{0,15}}\b(?:to|of|that)\b.{{0,10}}\b(?:stop|silence|mute|avoid|unsubscribe|opt out|not|block|escape|get off|turn|switch|end|kill)\w*|\b(?:off|stop|unsubscribe|opt out) (?:button|switch|link|option)\b|\bmust you\b|\bwhy (?:am i|do i|are we)\b.{{0,12}}\b(?:still |keep |always |constantly )?(?:get|getting|receiv\w+|on)\b.{{0,12}}\b(?:this|these|those|your|spam|ads?|texts?|calls?|messages?|promos?|offers?|emails?|list)\b|\bwho (?:gave|sold|told|allowed|said)\b.{{0,12}}\b(?:my number|my details|my email|you could|you may)\b|\bwhere did you get my\b|\bdo you (?:people|guys|lot)?\s*(?:ever|never) (?:stop|quit|give up|rest)\b|\bare you stalking\b|\b(?:can|could|may|would|is it possible|how (?:do|does|can))\b.{{0,20}}\b(?:end|stop|lose|drop|get rid of|turn off|turn (?:these|this|them|those) off|switch off)\b.{{0,12}}\b(?:these|this|them|those|(?:{_NOUN}))\b(?! (?:fees?|payments?|charges?))|\bwhat do i press to (?:end|stop|leave)|\bwould you mind (?:not|stopping)\b|\b(?:can|could|would) (?:you|i)(?: please| just)*\s+{_STOP}\s+{_W}{{0,4}}?{_NOUN}\b|\bwhat part of\b|\bhow many times\b.{{0,60}}|\bwhich (?:bit|part) of\b|\bwhen will (?:you|this|it|these|the)\b.{{0,15}}\bstop\b|\bdo you ever stop\b|\bwhy (?:are you|do you) (?:still|keep|always|constantly)\b.{{0,30}}\b{_SENDING}|\b(?:do not|stop) {_W}{{0,3}}{_SENDING}"
    ),
    asks_about=re.compile(
        r"\bif (?:i|we) (?:\w+ )?(?:unsubscribe|opt out|stop|block|refuse|say no|decline|turn)\b|\b(?:does|do|will|would|is|are|can)\b.{0,25}\b(?:unsubscribing|opt out|opting)\b.{0,25}\b(?:affect|mean|cost|change|hurt|stop|free|matter|influence|apply|permanent|take)|\b(?:have|had|did) i (?:already |ever |really )?(?:opt|unsubscribe|block|refuse|stop|turn)\w*|\bwhat does\b.{0,40}\b(?:mean|do|stop)\b"
        r"|\bwhy do you send\b|\bam i (?:already |still )?(?:opt|unsubscribed|subscribed|on|blocked)|\bdid (?:my|the) (?:unsubscribe|opt)|\bafter (?:i )?(?:unsubscrib|opt)\w*.{0,30}\?|\bonce i(?:'ve| have)? (?:unsubscrib|opt)\w*|\bwhat happens\b|\bhow long (?:does|until|till|will)\b.{0,30}\b(?:unsubscribe|opt out|take)"
    ),
    refuses=[
        re.compile(
            rf"\b(?:object(?:ing)? to|declin\w+|reject(?:ing)?|refus(?:e|ing)|oppose|deny|discontinue|end|terminate|cancel|cease|kill|get rid of|had (?:my|our) fill of|enough (?:of|about)|no longer (?:want|wish|need|care)(?: for| to \w+)?|no wish to|no desire to|not (?:want|wish|care)(?: to \w+)?(?: any)?(?: of)?|choose not to|turn(?:ed)? off|switch off)\s+{_W}{{0,4}}?(?:{_NOUN}|direct marketing|these|those|any of (?:this|these|it)|this (?:stuff|rubbish|nonsense|spam)|hear(?:ing)?(?: about| from)?|subscription|mailings?)(?:\b(?! (?:fee|charge|card|account|loan|payment|transaction|contract))|$)"
        ),
        re.compile(
            r"\b(?:keep|leave|take)\s+(?:your|those)\s+(?:\w+\s+)?(?:offers?|ads?|loans?|insurance|promos?|promotions?|funds?|deals?|marketing|money)\b|\bno (?:point|use|sense)\b.{0,15}\b(?:send|call|text|email|writ|phon|offer|ring)\w*|\bis no use\b|\b(?:do|must) not use (?:my|our) (?:number|email|details|contact)\b.{0,20}\b(?:ads?|marketing|advertis\w+|promo\w*|sales)\b|\bnot for (?:sales|advertising|marketing|ads|promotions)\b|\bderegister\b|^skip me\b|^please discontinue\b|\bend (?:the|my) subscription$|\bchoose not to (?:receive|get|be)\b"
        ),
        re.compile(
            r"\b(?:leave|keep|take) (?:this|my|our|the) (?:shop|business|store|company|restaurant|number|phone)\b.{0,8}\b(?:out of|off|alone|from)\b|\bremove (?:this|my) (?:phone|number|email|contact)\b(?!.{0,15}\b(?:from (?:the|my) account|and add|and replace)\b)|\b(?:calls?|texts?|messages?|emails?|ads?|notifications?) (?:disturb|disrupt|interrupt|wake|distract|bother|interfere)\w*"
        ),
        re.compile(
            r"\b(?:cease|end|halt|stop) (?:\w+ )?(?:communications?|correspondence|contact|marketing|all)\b|\bno (?:further |more |unsolicited )?(?:solicit\w*|communications?|contact|correspondence|canvass\w*|ringing|texting|emailing|calling|phoning|cold call\w*|promot\w*|sales\w*|advertis\w*|spam\w*)\b|\bno means no\b|\bbasta\b|\b(?:kindly|please) (?:desist|refrain|cease|pause|hold)\b"
        ),
        re.compile(
            r"\b(?:radio silence|pipe down|put a sock|zip it|hush|quiet please|need (?:some|a bit of|a little) (?:quiet|peace|rest)|cut the (?:crap|nonsense|spam)|take a break from|give me a break|give us a break|a break until|quiet for|peace and quiet|take a hike|do one|on your bike|save it|give up)\b"
        ),
        re.compile(
            r"\b(?:revoke|withdraw|rescind|no longer give|do not give|never gave)\b.{0,20}\b(?:permission|consent|authori[sz]ation|right)\b|\b(?:did not|never|have not) (?:sign(?:ed)? up|subscribed?|ask(?:ed)? for|request(?:ed)?|agree(?:d)?|consent(?:ed)?|opt(?:ed)? in|want(?:ed)?)\b.{0,20}\b(?:this|these|those|any of|your|messages?|texts?|ads?|offers?|emails?|calls?|marketing|promos?|it)\b(?!.{0,20}\b(?:loan|fee|charge|account|insurance i)\b)|\bnobody asked\b|\bno one asked\b|~ asked for\b|\bunsolicited\b|\bwithout my (?:consent|permission)\b"
        ),
        re.compile(
            r"\b(?:exclude|omit|suppress|leave out|withdraw|erase|scrub|purge|exempt|spare|drop|strike) (?:me|us|my|our|the (?:loan|insurance|fund|ads?|offers?|promo))\b(?!.{0,25}\b(?:guarant|loan application|account holder|payee)\w*)|\b(?:scrub|forget|lose|erase|bin|delete) (?:my|our|this) (?:number|contact|email|address|details)\b"
        ),
        re.compile(
            r"\b(?:straight|directly|go|goes|went) (?:\w+ )?(?:to|in|into) (?:the |my )?(?:bin|trash|spam(?: folder)?|junk|garbage|rubbish)\b|\b(?:i|we) (?:just |always |simply )?(?:delete|bin|ignore|trash|mute|block|mark)\w* (?:these|them|you|all|your|this|every)\b|\b(?:have|am|are) (?:now )?(?:muted|muting|deleting|blocking|blocked|uninstalling|deleted|uninstalled) (?:the app|your app|you|this|all|your)\b|\b(?:deleting|uninstalling) (?:the|your) app\b|\bnot (?:your|a) billboard\b"
        ),
        re.compile(
            rf"\b{_NOUN}\s+(?:is |are )?(?:no|not ok|not okay|not fine|not welcome|unwelcome|unwanted)\b|\bis unwelcome\b|\bnot welcome\b|\b(?:do not|will not) (?:take|accept|want|answer|welcome|appreciate) (?:\w+ )?(?:sales|cold|marketing|these|your) ?(?:calls?|texts?|emails?|messages?|visits?|ads?|offers?)\b|\binstead of (?:calling|texting|emailing|phoning|ringing)\b|\brather (?:you )?(?:emailed|texted|wrote|mailed)\b.{0, 10}\bthan\b"
        ),
        re.compile(
            r"\b(?:hold|pause|suspend|freeze|park|leave out|skip|drop|ditch|lose|can|kill|axe|shelve) (?:the|your|all|all the|any|all your|those|these) (?:\w+ )?(?:ads?|offers?|promos?|promotions?|marketing|messages?|texts?|calls?|emails?|pitch\w*|spam|stuff|newsletters?)\b|\b(?:pause|suspend|hold|stop|skip) (?:marketing|messages|promotions|messaging|advertising)\b"
        ),
        re.compile(
            r"\b(?:reminders?|statements?|notices?) only\b|\bnothing but (?:\w+ )?(?:reminders?|statements?|notices?)\b|\bonly (?:ever )?(?:send|contact|call|text|write|message|bother|email|notify) (?:me|us) (?:\w+ ){0,2}(?:\w+ )?(?:reminders?|if|when|about|for)\b|\bkeep this up\b|\bnext (?:call|text|message|email|one) (?:goes|will go|and)\b"
        ),
        re.compile(
            r"\bappreciate (?:it )?if you (?:did not|would not|do not|could not|stopped|could stop|would stop)\b|\bappreciate no\b|\bi wish you(?: would| could)? (?:stop|not|quit)\w*\b|\bgreat if (?:\w+ ){1,4}(?:stopped|ended|ceased)\b|\b(?:waste|wasting) (?:\w+ )?(?:my|our|your|someone else's|somebody else's) time\b|\bcan do without\b|\bcould do without\b"
        ),
        re.compile(rf"\b{_NEG}\s+(?:\w+ing to\s+)?{_W}{{0,5}}?{_SENDING}\b"),
        re.compile(
            rf"\b(?:{_NEG}|do not (?:want|need|like|care for|appreciate)|{_STOP}|tired of|sick of|object to|anything but|no consent (?:to|for)|(?:withdraw|revoke|cancel|retract|end) (?:my |our )?(?:\w+ )?consent|do not consent to|not consent to|not agree to|never agreed to|mind not|fed up with|had enough(?: of)?|enough (?:of|with)|enough|no(?: more)?|hate|less|without|zero|spare (?:me|us)|done with|not interested in|no interest in|no thanks to|save)\s+{_W}{{0,5}}?{_NOUN}\b"
        ),
        re.compile(r"\bno more\b|\bnot anymore\b|\bnever again\b|\bnothing more\b"),
        re.compile(
            r"\b(?:not|never)\s+(?:wish|want|like|care|need|going)\s+(?:\w+\s+)?(?:to (?:get|receive|hear|see|be (?:contacted|called|texted|emailed|sold|bothered|disturbed|marketed|approached|messaged|phoned))|hearing|getting|receiving)\b"
        ),
        re.compile(
            r"\bprefer (?:not|to not)\b|\brather not (?:get|receive|hear|be)\b|\bdo not (?:get|give|show|bring)\s+(?:\w+\s+){0,3}(?:ads|offers|promos|again)\b"
        ),
        re.compile(
            r"\bunsubscribe\b(?!d)|\bopt(?:ing)? (?:me |us )?out\b|\bopt out\b|\b(?:remove|take|delete|strike|cross|scratch|drop|get|wipe|pull)\s+(?:me|us|my|our|this)\b.{0,40}\b(?:lists?|off|from|database|out|marketing|promotions?)\b|\boff (?:your|the|this) (?:\w+ )?(?:list|database)\b|\b(?:block|black)[- ]?list\b|\bblock(?:ed|ing) (?:you|this|your)\b|\bdo[- ]not[- ](?:call|contact|mail)\b"
        ),
        re.compile(
            r"\b(?:keep|leave)\s+(?:me|us|my \w+|this number)\s+(?:out of|alone|be|in peace|off)\b|\bgo away\b|\bget lost\b|\bget off my\b|\bbuzz off\b|\bpiss off\b|\bf\w*[ck*]+ off\b|\bbugger off\b|\bback off\b|\bgive it (?:a rest|up)\b|\bknock it off\b|\bcut it out\b|\blay off\b|\bpack it in\b|\bshut up\b|\blet me be\b|\b(?:some|a bit of) peace\b|\bjog on\b"
        ),
        re.compile(
            r"\b(?:stop|quit|cease)\s+(?:it|this|that|these|those|now|already|please|immediately|asap|at once|everything|all of|right now|once and for all)\b|\b(?:stop|enough)\s*(?:please|now|already|is enough)?\s*$|^(?:please |just |now |really )*(?:stop|enough)\b(?=\s*(?:$|please|now|already))|\bstop\s+(?:with|w/)\b"
        ),
        re.compile(
            r"\b(?:this|these|that|it) (?:has to|have to|must|needs? to|should) stop\b|\bi want (?:this|these|it|out|them) (?:to stop|stopped|off)|\b(?:want|like|wish)\s+(?:\w+\s+){0,3}(?:to stop|stopped|removed|off your)\b|\bmake it stop\b|\bplease stop\b|\b(?:lose|delete|forget|erase|block) (?:my|our|this) (?:phone )?number\b|\b(?:already |i |we )(?:told|asked|said)\b.{0,12}\b(?:no|stop|not)\b|\bi said no\b|\bcease and desist\b|\btake (?:a|the) hint\b|\bsave your breath\b|\bcount (?:me|us) out\b|\bthis is (?:just |pure |nothing but )?(?:spam|harassment)\b|\bdo not like being (?:called|texted|emailed|contacted|sold|messaged)\b|\b(?:withdraw|revoke)\w* (?:my |our )?(?:\w+ )?consent\b|\bwaste of (?:my )?time\b|\bmind your own\b"
        ),
        re.compile(
            r"\bif (?:you|i|they) (?:get |hear |receive |see )?(?:\w+ ){0,2}?(?:call|text|email|message|spam|ad|offer|contact|bother|write|ring|phone)\w*\b.{0,20}\b(?:again|more|another)\b|\b(?:call|text|email|message|bother|contact|spam) (?:me|us) (?:again|one more time|once more) and\b"
        ),
        re.compile(
            r"\b(?:one more|another|any more|next)\s+(?:\w+\s+){0,3}(?:and|or|then|=)\s*(?:i|we|you)\b|\bor (?:else )?i(?: will| am| would| shall)?\s+(?:close|report|leave|sue|switch|complain|go|call|file|move|take)\b.{0,30}|\breport(?:ing)? (?:you|this|it)\b.{0,30}\b(?:spam|harass|regulator|next|again|more)"
        ),
        re.compile(
            rf"\bno {_PRODUCT}(?:\s*,?\s*(?:and |or )?no {_PRODUCT})+|\bnone of (?:your|these|this|those|that)\b|\bno {_SALES}\b|\bnot (?:a single|one more|another)\b|\b(?:neither|no) (?:calls?|texts?|emails?|sms|messages?)\b|\b{_NOUN}\s+(?:off|out|unwanted|not welcome|are unwelcome)\b"
        ),
        re.compile(
            rf"\b(?:not|never|no)\b.{{0,25}}\babout\s+(?:anything|{_PRODUCT})|\bnot? (?:{_PRODUCT}) (?:talk|offers?|ads?|spam|messages?|calls?|texts?|emails?|promos?|list|promotions?|reminders?|pitch\w*|stuff)\b|\bno {_PRODUCT}\s+(?:\w+\s+)?(?:please|ever|again|offers?|ads?|stuff|talk|pitch\w*|calls?|texts?)\b"
        ),
    ],
    declines=[
        re.compile(
            rf"\b(?:no|not interested in|no interest in|do not (?:want|need|require|use|take|do|buy|believe in|trust)|never(?: \w+)? (?:borrow|invest|insure|lend|take)|(?:not|are not|am not) (?:looking (?:to|for|at)|after|buying|borrowing|investing|in the market for|keen on|needing|going to (?:borrow|take|buy|invest))|no need (?:for|of)|will not (?:need|want|be needing|be taking)|would not (?:want|need)|pass on|no use for|fine without|have no need|already (?:have|got)|have (?:\w+ )?(?:all the|a|enough|plenty of)|without|no appetite for|did not need)\s+{_W}{{0,3}}?{_PRODUCT}"
        ),
        re.compile(
            rf"\b(?:never borrow|do not borrow|not borrowing|no borrowing|do not do {_PRODUCT}|{_PRODUCT} (?:is|are) (?:not for|no use|useless|of no (?:use|interest))|not (?:for )?{_PRODUCT}(?: for (?:us|me))?)\b"
        ),
        re.compile(
            r"\bdebt[- ]free\b|\balready insured\b|\bself[- ]funded\b|\b(?:loans?|insurance|funds?|investments?|credit|debt|offers?) (?:do|does) not interest\b|\b(?:have|got) (?:enough|plenty of) (?:cash|money|capital)\b"
        ),
    ],
    brushes=re.compile(
        r"^(?:sorry |hi |um |er )?(?:i am |we are |it is |that is |really |thanks )?(?:not interested|no thanks?|no thank you|no need|nah|nope|not for (?:me|us)|not needed|all set|all good|we are good|i am good|i will pass|pass|i am fine|we are fine|do not need (?:it|this|that|anything)|nothing for (?:me|us)|no(?= (?:thanks|thank|sorry)|$))(?: (?:thanks|thank you|sorry|anyway|really|at all|here|as is|mate|this time|thanks anyway))*$|\bdo not bother\b|\b(?:hard pass|zero interest|no interest(?: whatsoever| at all)?|not (?:in )?(?:the )?(?:least|slightest)(?: bit)? interest\w*|(?:could|can) not be less interested|not (?:my|our) thing|do not want(?: it| this| that| any)?$|no use to (?:me|us))\b|"
        r"\bnot interested\b(?! in (?:paying|waiting))|\bno thanks?\b|\bno thank you\b|\bdo not need anything\b|\btoo busy (?:for|with)\b.{0,10}|\bno time for (?:this|that|offers)\b|\bfor now\b.{0,3}$"
    ),
    defers=re.compile(
        r"\b(?:maybe|perhaps|possibly|wait|hold off|ask(?: me)?|try(?: me)?|check|come back|get back(?: to me)?|contact me|talk|speak|reach out|call(?: me)?(?: back)?|let'?s (?:talk|speak)|write)\s+(?:again\s+|back\s+|in touch\s+|to me\s+)?(?:until|till|later|after|next (?:year|month|week|quarter|spring|summer|autumn|winter)|another (?:time|day)|some other time|in (?:a|the|\w+) (?:year|months?|weeks?|new year|spring|summer|autumn|winter|few)\b|in (?:the )?(?:early |late |mid-?)?(?:spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december)|some day|someday)|"
        r"\bnot (?:right )?now\b|\bnot (?:at|for) (?:the|this) (?:moment|time|stage|present)\b|\bnot (?:this (?:year|month|week|quarter)|today|just yet|currently|presently|right away)\b|\b(?:some other|another) time\b|^(?:maybe )?(?:later|next time)(?: maybe| please| thanks)*$|"
        r"\bi (?:will|would|shall|can) (?:\w+ )?(?:contact|call|ask|reach out|get in touch|let you know|be in touch|come to you|find you|write|shout|ring|message|come back)\b|\b(?:we|i) will (?:\w+ )?(?:contact|call|ask|reach out|get in touch|let you know|be in touch|come to you|come back)\b|"
        r"\b(?:let'?s |let us |please |just )?(?:leave (?:it|this|that)|revisit|remind me|ping me|hit me up|pick (?:it|this) up|circle back|park (?:it|this)|come to me|wait)\b.{0,12}\b(?:until|till|til|in|next|after|later|again)\b|\bgive (?:me|us) (?:a|\w+) (?:year|months?|weeks?|days?)\b|\bnot (?:until|till|before|for another|for at least)\b|\b(?:once|after|when) (?:the )?(?:\w+ )?(?:season|harvest|holidays?|festival|rush|move|renovation) (?:is|are|has|maybe|ends?)\b|\bafter the (?:holidays|harvest|season|rush|festival)\b|\bsnooze\b|\bi know where to find\b|\bwhen hell\b|\bwhen (?:i|we) need (?:it|something|one|you)\b"
    ),
    for_now=re.compile(
        r"\bfor now\b|\bfor (?:the|this) (?:moment|time being)\b|\bfor a (?:while|bit)\b|\bat the moment\b|\bat this time\b|\bcurrently\b|\bright now\b|\btemporarily\b|\bpause\b|\bthese days\b|\bsnooze\b|\bnot now\b"
    ),
    scolds=[
        re.compile(
            r"\b(?:driving|drive|drives) (?:me|us) (?:nuts|mad|crazy|insane|up the wall|round the bend)\b|\byou(?: people| guys| lot)? (?:are|never|ever) (?:relentless|stop|unbelievable|impossible|shameless|give up|so annoying|a nuisance|a pest|pests|stalking)\b|\bare you (?:stalking|kidding|serious|ever going to)\b|\b(?:third|fourth|fifth|sixth|seventh|tenth|hundredth|umpteenth|nth|\d+(?:th|rd|nd|st)) (?:time|one|text|call|email|message|offer|ad|promo)\b(?!.{0,15}\bi\b)|\byou again\b|\bnot again\b|\bhere we go again\b|\bhell freezes\b|\bover my dead body\b|\bwhen pigs\b|\beat my hat\b"
        ),
        re.compile(
            rf"\b(?:your|these|those|the) (?:\w+ )?{_NOUN}\s+(?:\w+\s+)?(?:is|are) (?:so |really |very |just |too |getting )?(?:annoying|a nuisance|intrusive|tiresome|irritating|unwelcome|relentless|a pain|useless|worthless|pointless|garbage|rubbish|spam|harassment|a waste|excessive|out of hand)\b|\b(?:annoying|irritating|tiresome|endless|pointless|useless|unwanted)\b.{{0,12}}\b{_NOUN}\b"
        ),
        re.compile(
            rf"\b(?:every (?:single )?(?:day|hour|week|morning|five minutes)|all day|all the time|constantly|non stop|nonstop|again and again|over and over|day and night|(?:you|they|people|guys|bank|i|it) (?:all )?keeps?|still (?:get(?:ting)?|receiv\w+|being|send\w*|call\w*|text\w*|spam\w*)(?= )|you (?:still|always)|always|endless|relentless|\d+ times|\w+ times (?:a|this|per) (?:day|week|month|morning)|too many|so many|flooded with|drowning in|bombarded (?:with|by))\b\s+{_W}{{0,4}}?(?:{_SENDING}|{_NOUN})\b(?!.{{0,20}}\b(?:your|the) (?:hotline|branch|office|support)\b)"
        ),
        re.compile(
            r"\b(?:another|a|third|fourth|fifth|sixth|tenth|second)\s+(?:\w+\s+)?(?:offer|promo|ad|text|call|email|message)\s+(?:today|this week|this morning|already|again|this month|in a (?:row|day|week))|\b(?:texts?|calls?|writes?|emails?|messages?)\s+(?:me|us)\s+(?:less|more)\b|\bsee more of your\b|\bmore often than\b|\bmade it (?:on)?to my\b|\bwhat part of no\b|\bhow many times\b"
        ),
        re.compile(
            rf"\b(?:{_NOUN})\s+(?:\w+\s+){{0,3}}(?:every (?:day|hour|single)|all day|are driving|is driving|drive me|are (?:annoying|harassment|a nuisance|ridiculous|out of hand|too much)|is (?:harassment|out of hand|ridiculous|too much)|nonstop|~)\b"
        ),
    ],
    hints=re.compile(
        rf"\b(?:no|not|never|without|less|fewer|enough|quit|cease|end|off|unwanted|hate|dislike|useless|pointless|ignore|ignoring|delete|deleting|block|blocking|annoy\w*|tire\w*|bother\w*|waste)\b(?!\s+(?:received?|get|got|getting|arriv\w+|come|coming|work\w*|open\w*|find|see|seen|understand|able|sure|have|hear|heard|answer\w*|reply|my|the)\b).{{0,30}}\b(?:{_SALES}|(?:text|call|phone|email|messag|contact|spam)(?:s|es|ing|ed)?)\b"
        rf"|\b{_NOUN}\b.{{0,20}}\b(?:no|never|not (?:for|wanted|needed|welcome|interesting|appreciated)|stop|off|end|unwanted|useless|annoy\w*|enough|away)\b"
    ),
    outcry=re.compile(
        r"(?:i am |this is |you are |it is |how )?(?:so |really |very |just |all )*(?:fed up|sick of (?:this|it|you)|annoy(?:ed|ing)|tiresome|exhausting|unbearable)(?: with (?:this|you|it)| of you)?[!. ]*"
    ),
    moment=re.compile(
        r"\b(?:driving|one sec|hang on|hold on|just a (?:sec|minute|moment)|give me (?:a|\w+) (?:sec|minutes?|moment)|in (?:a|an|\w+|\d+) (?:sec|seconds?|minutes?|mins?|hours?|bit|moment)|(?:at|after) \d{1,2}(?::\d\d)?\s*(?:am|pm|o'?clock|tonight)?\b|tonight|this (?:evening|afternoon)|later today|after (?:lunch|work|closing|the meeting|hours)|in a meeting|busy right now|with a customer|customer here)\b"
    ),
    keeps=re.compile(
        r"\b(?:is|are|would be|still|s) (?:all )?(?:fine|ok|okay|welcome|good|alright|great|useful|acceptable|allowed|cool)\b|\b(?:ok|okay|fine|good|welcome)$|\bkeep (?:the|my|sending|me|it|them|those|only)\b|\byou (?:can|may|could)\b|\bfeel free\b|\b(?:do )?(?:still )?want (?:the|my)\b|\bi like\b|\bplease (?:do )?(?:send|keep|call|text)\b|\bby all means\b|\bhappy (?:to|with)\b|\bleave (?:the|my)\b.{0,20}\bon\b|\bcan stay\b|\bno objection\b|\bi need (?:the|my)\b|\bcontinue\b"
    ),
    keeps_part=re.compile(
        rf"\b(?:keep|leave)\s+(?:the|my|sending)\s+(?:\w+\s+){{0,3}}(?:reminders?|notices?|statements?|alerts?|texts?|emails?|messages?|calls?)(?:\s+(?:coming|on))?(?=\s+(?:and|but)|$)|\b{_CHANNEL_NOUN}\s+(?:is|are)\s+(?:ok|okay|fine|welcome|good|alright)|\b(?:text|email|message|write|sms)\s+(?:me\s+)?(?:instead|if)\b.{{0,30}}|\bi(?: will|'ll)? (?:call|ring|contact|text|email|phone) you\b|\binstead of\b.{{0,3}}|\b(?:texts?|calls?|writes?|emails?) (?:me|us) (?:less|more)\b"
    ),
    lifts=[
        re.compile(
            r"\b(?:you|u) (?:may|can|could|are (?:free|welcome) to)\s+(?:(?!not\b|never\b|stop\b|no\b)\w+\s+){0,7}(?:again|now|once more|anew)\b|\b(?:feel free|welcome|ok(?:ay)?|happy for you|fine|alright|free) to\s+(?:\w+\s+){1,6}(?:again|once more)\b"
        ),
        re.compile(
            r"\bre-?subscrib\w+|\bsubscribe me (?:again|back)|\bsign me (?:back )?up (?:again|for)|\bopt(?:ing)? (?:me )?(?:back )?in\b|\b(?:put|add) me back\b|\bre-?activate\b|\bre-?enable\b|\bunblock\b|\bturn\s+(?:\w+\s+){0,4}back on\b|\bswitch\s+(?:\w+\s+){0,4}back on\b|\bresume\s+(?:\w+\s+){0,3}(?:messages|texts|offers|calls|emails|marketing|sending|notifications)\b"
        ),
        re.compile(
            r"\b(?:start|begin|please|do|i want|i would like|like to)\s+(?:(?!not\b|never\b|stop\b|no\b)\w+\s+){0,5}?(?:send|sending|call|calling|text|texting|email|emailing|receive|receiving|get|getting|hear|hearing|contacting|contact)\s+(?:\w+\s+){0,5}again\b"
        ),
        re.compile(
            r"\b(?:unsubscribed?|opted? out|blocked|stopped?)\s+(?:\w+\s+){0,4}(?:by mistake|by accident|accidentally|in error)\b|\bundo (?:my )?(?:unsubscribe|opt out|stop)|\b(?:mistakenly|accidentally|wrongly) (?:unsubscribed|opted? out|blocked)|\bchanged my mind\b.{0,40}\b(?:send|again|back|offers?|texts?|calls?|emails?)|\b(?:cancel|reverse|revoke|withdraw|lift) my (?:unsubscribe|opt out|refusal|block|stop)\w*"
        ),
    ],
    past_no=re.compile(
        r"\bi (?:had |have )?(?:unsubscribed|opted out|opt out|blocked|said (?:no|stop|not to)|told you (?:to stop|not to)|asked you (?:to stop|not to))\b[^,.;!?-]{0,30}|\b(?:before|earlier|previously|last (?:month|week|year))\b[^,.;!?-]{0,20}\b(?:stop|no|not)\b[^,.;!?-]{0,20}"
    ),
    only=re.compile(
        r"\bonly (?:ever )?(?:by |via |through |use |contact me (?:by|via|through|on) |reach me (?:by|via|on) |want |accept |send me )?(?:my )?(?:email|text|sms|call|phone|wechat|app|mail|write|loan|savings?|insurance|message)\w*|\b(?:email|text|sms|phone|wechat|app|mail|texts|emails)\s+only\b|\bnothing but (?:email|text|sms|phone|mail)s?\b|\bjust (?:email|text|sms)\b(?: me)?(?! you)|\b(?:exclusively|solely) (?:by|via|through) (?:\w+)|\bstick to (?:email|text|sms|wechat)s?\b"
    ),
    except_for=re.compile(
        r"\b(?:except(?: for)?|apart from|other than|aside from|bar|excluding|besides|with the exception of|but for)\s+(?:\w+[' -]?\s*){1,6}|\bunless (?:it is|it's|its|they are|it concerns) (?:about )?(?:\w+\s*){1,5}"
    ),
    others=re.compile(r"\b(?:anything|everything) else\b|\bothers?\b|\bthe rest\b|\bany other\b|\bnothing else\b"),
    everything=re.compile(
        r"\banything\b|\bevery\b|\beverything\b|\ball\b|\bany\b|\bno messages\b|\bnothing\b|\bnot even\b|\bof any kind\b|\bwhatsoever\b|\bat all\b|\bincluding\b|\bincluded\b|\bas well\b|\btoo\b|\balso\b|\bzero\b"
    ),
    service=re.compile(
        r"\b(?:payment|repayment|due|instal?ment)\s+(?:reminders?|notices?)\b|\breminders?\b|\bservice (?:ones|messages?|notices?|texts?|emails?|calls?|notifications?)\b|\baccount (?:notices?|messages?|updates?|alerts?|notifications?)\b|\bstatements?\b|\btransaction (?:alerts?|notices?|messages?)\b|\bservice\b.{0,12}\b(?:too|included|as well)\b|\bbalance (?:alerts?|notices?)\b|\bsecurity (?:alerts?|notices?)\b"
    ),
    strong=re.compile(
        r"\bharass\w*|\breport(?:ing)? (?:you|this)\b|\bregulator|\bpolice\b|\blawyer\b|\bsolicitor\b|\bsue\b|\blegal\b|\bcomplain(?:t|ing)?\b|\bombudsman\b|\bclose (?:my|the|our) accounts?\b|\bleave me alone\b|\bleave us alone\b|\bget lost\b|\bgo away\b|\bpiss\w*|\bf\w*[ck*]+(?:ing|ed)?\b(?= )|\bwtf\b|\bffs\b|\bbloody\b|\bdamn\b|\bhell\b|\bidiots?\b|\bsick (?:and tired )?of\b|\bfed up\b|\blast (?:time|warning)\b|\bwhat part of\b|\bhow many times\b|\bspamm\w+\b|\bstalk\w*|\bscam\w*|\bjerks?\b|\bmorons?\b|\bshut up\b|\bdriving me\b|\bmy mum\b|\bmy mom\b|\bcongrat\w*|\bblock list\b|\byou should not have\b|\benough (?:is enough|already|with)\b|\bstupid\b|\bridiculous\b|\bunbelievable\b|\bone more\b|\bor else\b|\bor i\b|\bswitch(?:ing)? banks?\b|\bhate\b|\bbackoff\b|\bback off\b|\bbuzz off\b|\bbugger\b|\bgive it a rest\b|\bseriously\b|!\s*!|![^!]+!|😡|🤬|😤|👿|💢|🖕|\brude\b|\bannoy\w*|\bnuisance\b|\bfor the (?:last|third|tenth|hundredth|nth)\b"
    ),
    products={
        "credit": re.compile(
            r"\bloans?\b|\bcredit\b|\bborrow\w*|\blending\b|\boverdrafts?\b|\bfinanc\w+|\bdebts?\b|\bmortgages?\b|\bleasing\b|\blend\b"
        ),
        "wealth": re.compile(
            r"\bfunds?\b|\binvest\w*|\bwealth\b|\bsavings?\b|\bdeposits?\b|\bbonds?\b|\bstocks?\b|\bcash products?\b|\bgold\b"
        ),
        "insurance": re.compile(r"\binsur\w+|\bpolic(?:y|ies)\b|\bcover(?:age)?\b"),
        "payments": re.compile(
            r"\bpos\b|\bcard (?:reader|terminal|machine)s?\b|\bterminals?\b|\bqr\b|\bpayment (?:products?|terminals?|devices?|solutions?)\b|\bacquiring\b|\bcard machines?\b|\breaders?\b"
        ),
    },
    channels={
        "sms": re.compile(r"\btext(?:s|ing|ed)?\b|\bsms(?:es)?\b|\btext messages?\b"),
        "app": re.compile(
            r"\bapp\b|\bpush(?:es)?\b(?! (?:on|me|us|loans|funds))|\bnotifications?\b|\bpop-?ups?\b|\bin-app\b|\bbanners?\b"
        ),
        "phone": re.compile(
            r"\bcall(?:s|ing|ed|er|ers)?\b|\bphon(?:e|es|ing|ed)\b|\bring(?:ing|s)?\b|\btelephone\w*|\brobocalls?\b|\bvoicemails?\b|\bcold[- ]call\w*|\btelemarket\w*|\bdial\w*"
        ),
        "mail": re.compile(
            r"\bemail(?:s|ing|ed)?\b|\bletters?\b|\bnewsletters?\b|\bby post\b|\binbox\b|\bmail(?:s|ings?)?\b(?! list)(?!ing list)"
        ),
        "wecom": re.compile(r"\bwe-?chat\w*|\bwecom\b"),
    },
)
