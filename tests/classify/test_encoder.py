"""Encoders: the shipped one, and any other that sentence-transformers can load, without a network."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from classify.encoder import WEIGHTS, load_encoder
from classify.errors import EncoderError
from classify.models import Models
from classify.static import StaticEncoder
from classify.tokens import WordwiseTokens
from classify.words import strip_diacritics
from tests.tiny_transformer import save_transformer, word_tokenizer

PAIRS = [
    ("The bridge over the river opened to traffic on Monday.", "Cây cầu bắc qua sông thông xe hôm thứ Hai."),
    ("The government raised the minimum wage.", "Chính phủ tăng mức lương tối thiểu."),
    ("Three people were killed in the earthquake.", "Ba người thiệt mạng trong trận động đất."),
    ("Scientists discovered a new species of bird.", "Các nhà khoa học phát hiện một loài chim mới."),
    ("The team won the football match.", "Đội bóng đã thắng trận đấu."),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(WEIGHTS / "encoder" / "tokenizer.json"))


@pytest.fixture(scope="module")
def shipped(tokenizer: Tokenizer) -> WordwiseTokens:
    return WordwiseTokens(tokenizer)


def test_vectors_are_of_unit_length_and_single_precision(models: Models) -> None:
    vectors = models.encoder.encode([vi for _, vi in PAIRS])
    assert vectors.shape == (len(PAIRS), models.encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_make_no_rows(models: Models) -> None:
    assert models.encoder.encode([]).shape == (0, models.encoder.dimension)


def test_a_translation_lies_nearer_than_any_other_sentence(models: Models) -> None:
    english, vietnamese = (models.encoder.encode(list(side)) for side in zip(*PAIRS, strict=True))
    assert (english @ vietnamese.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_bare_vietnamese_lies_nearest_to_its_accented_form(models: Models) -> None:
    bare = models.encoder.encode([strip_diacritics(vi) for _, vi in PAIRS])
    accented = models.encoder.encode([vi for _, vi in PAIRS])
    assert (bare @ accented.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_both_placements_of_a_tone_mark_are_one_text(models: Models) -> None:
    old, new = models.encoder.encode(["Nhà máy thủy điện Hòa Bình", "Nhà máy thuỷ điện Hoà Bình"])
    assert float(old @ new) == pytest.approx(1.0, abs=1e-5)


def test_the_shipped_encoder_is_named_after_its_bytes(models: Models) -> None:
    assert load_encoder(None).name == models.encoder.name
    assert models.encoder.name.startswith("dinhchinh-static-")


def test_a_transformer_saved_to_a_folder_loads_and_encodes(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_transformer(tmp_path / "model", dimension=16)))
    vectors = encoder.encode(["cầu sông", "bridge river", "sông"])
    assert vectors.shape == (3, 16) == (3, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("   hai  khoảng   trắng ", id="spaces upon spaces"),
        pytest.param("dòng một\ndòng hai", id="lines"),
        pytest.param("Nhà máy thuỷ điện HOÀ BÌNH, 1.920 MW", id="capitals and numbers"),
        pytest.param("▁lạ [UNK] x[PAD]y", id="names of tokens"),
        pytest.param("e\u0301 \u0300a", id="marks apart from their letters"),
        pytest.param("越南社会主义共和国" * 20, id="a script without spaces"),
    ],
)
def test_remembered_words_give_the_tokens_of_the_tokenizer(
    tokenizer: Tokenizer, shipped: WordwiseTokens, text: str
) -> None:
    texts = [text, f"{text} {text}", text]
    alone = tokenizer.encode_batch(texts, add_special_tokens=False)
    assert shipped.cut(texts) == [one.ids for one in alone]
    assert shipped.cut(texts) == [one.ids for one in alone], "the second time from memory"


@given(st.lists(st.text(alphabet="ab ▁òaủ0.,\n[UNK]"), max_size=4))
def test_no_text_is_cut_otherwise_than_the_tokenizer_does(
    tokenizer: Tokenizer, shipped: WordwiseTokens, texts: list[str]
) -> None:
    alone = tokenizer.encode_batch(texts, add_special_tokens=False)
    assert shipped.cut(texts) == [one.ids for one in alone]


def test_what_is_remembered_is_limited(tokenizer: Tokenizer, shipped: WordwiseTokens) -> None:
    few = WordwiseTokens(tokenizer, most_words=10)
    texts = [f"từ{number} {number}" for number in range(50)]
    assert few.cut(texts) == shipped.cut(texts)
    assert [few.cut([text]) for text in texts] == [shipped.cut([text]) for text in texts]
    assert few.remembered <= 10


def test_a_static_model_gives_the_vectors_of_sentence_transformers(models: Models) -> None:
    texts = [*(text for pair in PAIRS for text in pair), "", "  ", "x" * 5_000, *["Hà Nội"] * 600]
    model = SentenceTransformer(str(WEIGHTS / "encoder"), device="cpu").float()
    theirs = model.encode(texts, normalize_embeddings=True)
    assert np.allclose(models.encoder.encode(texts), theirs, atol=1e-6)


def test_the_shipped_encoder_is_small() -> None:
    folder = WEIGHTS / "encoder"
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 20_000_000


def test_a_static_model_of_another_make_is_cut_by_its_own_tokenizer(tmp_path: Path) -> None:
    module = StaticEmbedding(word_tokenizer(), embedding_dim=8)
    model = SentenceTransformer(modules=[module], device="cpu")
    model.save(str(tmp_path))
    texts = ["cầu sông", "cầu,sông"]
    encoder = load_encoder(str(tmp_path))
    assert isinstance(encoder, StaticEncoder)
    one, two = vectors = encoder.encode(texts)
    assert np.allclose(vectors, model.encode(texts, normalize_embeddings=True), atol=1e-6)
    assert not np.array_equal(one, two), "a comma is a token of its own"


@pytest.mark.parametrize("prompt", [None, "câu: "], ids=["another module", "a prompt before each text"])
def test_a_static_model_with_more_to_it_is_left_to_sentence_transformers(
    tmp_path: Path, prompt: str | None
) -> None:
    static = StaticEmbedding(word_tokenizer(), embedding_dim=8)
    modules: list[torch.nn.Module] = [static, Normalize()] if prompt is None else [static]
    prompts = {} if prompt is None else {"sentence": prompt}
    model = SentenceTransformer(
        modules=modules, device="cpu", prompts=prompts, default_prompt_name="sentence" if prompt else None
    )
    model.save(str(tmp_path))
    encoder = load_encoder(str(tmp_path))
    assert not isinstance(encoder, StaticEncoder)
    assert np.allclose(
        encoder.encode(["cầu sông"]), model.encode(["cầu sông"], normalize_embeddings=True), atol=1e-6
    )


@pytest.mark.parametrize(
    ("table", "numbers"), [("embedding.weight", torch.bfloat16), ("embeddings", torch.float32)]
)
def test_a_static_model_that_is_stored_otherwise_is_left_to_sentence_transformers(
    tmp_path: Path, table: str, numbers: torch.dtype
) -> None:
    model = SentenceTransformer(modules=[StaticEmbedding(word_tokenizer(), embedding_dim=8)], device="cpu")
    model.save(str(tmp_path))
    stored = load_file(tmp_path / "model.safetensors")["embedding.weight"]
    save_file({table: stored.to(numbers)}, tmp_path / "model.safetensors")
    vectors = load_encoder(str(tmp_path)).encode(["cầu sông"])
    theirs = model.encode(["cầu sông"], normalize_embeddings=True)
    assert np.allclose(vectors, theirs, atol=0.02)


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json"])
def test_a_static_model_with_a_broken_file_is_a_clear_error(tmp_path: Path, broken: str) -> None:
    module = StaticEmbedding(word_tokenizer(), embedding_dim=8)
    SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path))
    (tmp_path / broken).write_text("{}")
    with pytest.raises(EncoderError, match=str(tmp_path)) as error:
        load_encoder(str(tmp_path))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [None, json.dumps({"not": "a model"})], ids=["empty folder", "odd file"])
def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(EncoderError, match=str(tmp_path)) as error:
        load_encoder(str(tmp_path))
    assert "\n" not in str(error.value)
