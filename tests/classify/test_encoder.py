"""Encoders: the shipped one, and any other that sentence-transformers can load, without a network."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from classify.encoder import load_encoder
from classify.errors import EncoderError
from classify.models import Models
from classify.words import strip_diacritics

PAIRS = [
    ("The bridge over the river opened to traffic on Monday.", "Cây cầu bắc qua sông thông xe hôm thứ Hai."),
    ("The government raised the minimum wage.", "Chính phủ tăng mức lương tối thiểu."),
    ("Three people were killed in the earthquake.", "Ba người thiệt mạng trong trận động đất."),
    ("Scientists discovered a new species of bird.", "Các nhà khoa học phát hiện một loài chim mới."),
    ("The team won the football match.", "Đội bóng đã thắng trận đấu."),
]


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
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cầu", "sông", "bridge", "river"]
    tokenizer = Tokenizer(models_word_level(words))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    inner = tmp_path / "bert"
    inner.mkdir()
    tokenizer.save(str(inner / "tokenizer.json"))
    named = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (inner / "tokenizer_config.json").write_text(json.dumps(named), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(inner)
    transformer = Transformer(str(inner))
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(tmp_path / "model"))
    encoder = load_encoder(str(tmp_path / "model"))
    vectors = encoder.encode(["cầu sông", "bridge river", "sông"])
    assert vectors.shape == (3, 16) == (3, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def models_word_level(words: list[str]) -> models.WordLevel:
    return models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]")


@pytest.mark.parametrize("content", [None, json.dumps({"not": "a model"})], ids=["empty folder", "odd file"])
def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(EncoderError, match=str(tmp_path)) as error:
        load_encoder(str(tmp_path))
    assert "\n" not in str(error.value)
