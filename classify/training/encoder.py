"""Trains the bilingual static encoder: a vocabulary, then one vector a token by contrasting translations."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from classify.encoder import open_encoder
from classify.evaluation import evaluate_encoder
from classify.manifest import record_part
from classify.training.card import write_card
from classify.training.rows import Progress, no_progress, read_rows, seal_data
from classify.words import strip_diacritics

VOCABULARY = 28_000
DIMENSION = 256
EPOCHS = 25
BATCH = 1024
LEARNING_RATE = 0.02
SCALE = 20.0
UNKNOWN = "[UNK]"
DROPOUT_VIEWS = 4
TONE_PLACEMENTS = [
    (old, new)
    for vowels, marked in (("oa", "òóỏõọ àáảãạ"), ("oe", "òóỏõọ èéẻẽẹ"), ("uy", "ùúủũụ ỳýỷỹỵ"))
    for first, second in [marked.split()]
    for old, new in ((f + vowels[1], vowels[0] + s) for f, s in zip(first, second, strict=True))
]

DATA = (
    {
        "name": "Asian Language Treebank, English-Vietnamese",
        "licence": "CC BY 4.0",
        "rows": "20,106",
        "file": "en_vi/alt.jsonl",
    },
    {
        "name": "Tatoeba, English-Vietnamese",
        "licence": "CC BY 2.0 FR",
        "rows": "8,050",
        "file": "en_vi/tatoeba.jsonl",
    },
    {
        "name": "SIB-200 train, English-Vietnamese",
        "licence": "CC BY-SA 4.0",
        "rows": "701",
        "file": "en_vi/sib200_train.jsonl",
    },
    {
        "name": "ViFactCheck train, claims and evidence, each beside itself in another spelling",
        "licence": "MIT",
        "rows": "10,086",
        "file": "vifactcheck/train.jsonl",
    },
)


def pairs_of_texts(data: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs that should lie near one another: (English, Vietnamese) and, in Vietnamese, a text and itself.

    A claim is not paired with its evidence: the verifier learns from the same claims, and took the nearness that the
    encoder had learned by heart for what it would meet in use; docs/decisions/encoder-and-verifier.md.
    """
    across = [
        (row["en"], row["vi"])
        for name in ("alt", "tatoeba", "sib200_train")
        for row in read_rows(data / "en_vi" / f"{name}.jsonl", ("en", "vi"))
    ]
    within = [
        (text, text)
        for row in read_rows(data / "vifactcheck" / "train.jsonl", ("claim", "evidence"))
        for text in (row["claim"], row["evidence"])
        if text
    ]
    return across, within


def train_tokenizer(texts: list[str], *, size: int = VOCABULARY) -> Tokenizer:
    """A byte-pair vocabulary over lower-cased text in which both placements of a tone mark are one spelling."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Lowercase(), *(normalizers.Replace(a, b) for a, b in TONE_PLACEMENTS)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=["[PAD]", UNKNOWN],
        show_progress=False,
        limit_alphabet=400,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Views:
    """Every text tokenised several times with merges dropped at random, so that no vector leans on one cutting."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str], *, views: int, dropout: float) -> None:
        self.rows: list[list[np.ndarray[Any, np.dtype[np.int64]]]] = []
        for view in range(views):
            tokenizer.model.dropout = dropout if view else None
            encoded = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            self.rows.append([np.asarray(e.ids or [1], dtype=np.int64) for e in encoded])
        tokenizer.model.dropout = None

    def batch(
        self, indices: np.ndarray[Any, Any], view: np.ndarray[Any, Any]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Flat token ids and the offsets at which each text starts, as EmbeddingBag reads them."""
        chosen = [self.rows[v][i] for i, v in zip(indices, view, strict=True)]
        lengths = np.cumsum([0] + [len(c) for c in chosen[:-1]])
        return torch.from_numpy(np.concatenate(chosen)), torch.from_numpy(lengths)


def train_encoder(
    data: Path, output: Path, *, seed: int = 7, progress: Progress = no_progress, epochs: int = EPOCHS
) -> dict[str, object]:
    """Writes `output/encoder` (a sentence-transformers folder) and returns the figures for the model card."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    across, within = pairs_of_texts(data)
    left = [a for a, _ in across] + [a for a, _ in within]
    right = [b for _, b in across] + [b for _, b in within]
    left_vietnamese = np.array([False] * len(across) + [True] * len(within))
    bare_right = [strip_diacritics(t) for t in right]
    bare_left = [strip_diacritics(t) if v else t for t, v in zip(left, left_vietnamese, strict=True)]
    progress("vocabulary", 0.0)
    tokenizer = train_tokenizer(left + right + right + bare_right)
    progress("vocabulary", 1.0)
    count = len(left)
    texts = left + right + bare_left + bare_right
    views = Views(tokenizer, texts, views=DROPOUT_VIEWS, dropout=0.1)
    bag = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), DIMENSION, mode="mean")
    torch.nn.init.normal_(bag.weight, std=1.0 / DIMENSION**0.5)
    optimiser = torch.optim.Adam(bag.parameters(), lr=LEARNING_RATE)
    steps = epochs * (count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps, pct_start=0.1)
    step = 0
    for _ in range(epochs):
        order = rng.permutation(count)
        for start in range(0, count - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            bare_a = (rng.random(BATCH) < 0.25) & left_vietnamese[chosen]
            bare_b = rng.random(BATCH) < 0.35
            one = views.batch(chosen + 2 * count * bare_a, rng.integers(0, DROPOUT_VIEWS, BATCH))
            two = views.batch(chosen + count + 2 * count * bare_b, rng.integers(0, DROPOUT_VIEWS, BATCH))
            a = torch.nn.functional.normalize(bag(*one), dim=1)
            b = torch.nn.functional.normalize(bag(*two), dim=1)
            scores = a @ b.T * SCALE
            target = torch.arange(BATCH)
            loss = torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(
                scores.T, target
            )
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
            step += 1
            if step % 20 == 0:
                progress("contrast", step / steps)
    module = StaticEmbedding(tokenizer, embedding_weights=bag.weight.detach().numpy())
    module.half()
    folder = output / "encoder"
    shutil.rmtree(folder, ignore_errors=True)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)
    for file in folder.iterdir():
        file.chmod(0o644)
    figures = evaluate_encoder(
        read_rows(data / "en_vi" / "sib200_test.jsonl", ("en", "vi")), open_encoder(folder)
    )
    section: dict[str, Any] = {
        "seed": seed,
        "dimension": DIMENSION,
        "vocabulary": tokenizer.get_vocab_size(),
        "data": seal_data(data, DATA),
    }
    record_part(output, "encoder", {**section, "figures": {"sib200_test": figures}})
    write_card(output)
    return figures
