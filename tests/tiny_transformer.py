"""A real transformer, small enough to be made in a test: random weights, seven words, saved as any model is."""

import json
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gạo", "cầu", "sông", "bridge", "river")


def word_tokenizer() -> Tokenizer:
    """One token a word."""
    words = models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    tokenizer = Tokenizer(words)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def save_transformer(folder: Path, *, dimension: int, seed: int = 0) -> Path:
    """A sentence-transformers folder with one layer of BERT and mean pooling."""
    inner = folder / "bert"
    inner.mkdir(parents=True)
    word_tokenizer().save(str(inner / "tokenizer.json"))
    named = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (inner / "tokenizer_config.json").write_text(json.dumps(named), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=dimension,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * dimension,
    )
    BertModel(config).save_pretrained(inner)
    transformer = Transformer(str(inner))
    pooling = Pooling(transformer.get_embedding_dimension())
    saved = folder / "model"
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(saved))
    return saved
