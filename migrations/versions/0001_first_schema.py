"""First schema"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE passage_fts USING fts5(
        text, folded, content='passage', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
    )""",
    """CREATE TRIGGER passage_fts_insert AFTER INSERT ON passage BEGIN
        INSERT INTO passage_fts(rowid, text, folded) VALUES (new.id, new.text, new.folded);
    END""",
    """CREATE TRIGGER passage_fts_delete AFTER DELETE ON passage BEGIN
        INSERT INTO passage_fts(passage_fts, rowid, text, folded)
        VALUES ('delete', old.id, old.text, old.folded);
    END""",
    """CREATE TRIGGER passage_fts_update AFTER UPDATE OF text, folded ON passage BEGIN
        INSERT INTO passage_fts(passage_fts, rowid, text, folded)
        VALUES ('delete', old.id, old.text, old.folded);
        INSERT INTO passage_fts(rowid, text, folded) VALUES (new.id, new.text, new.folded);
    END""",
)
POSTGRESQL_SEARCH = (
    "CREATE INDEX ix_passage_search_folded ON passage USING gin (to_tsvector('simple', folded))",
)
SQLITE_AUDIT = tuple(
    f"""CREATE TRIGGER audit_entry_no_{act.lower()} BEFORE {act} ON audit_entry BEGIN
        SELECT RAISE(ABORT, 'the audit log is append-only');
    END"""
    for act in ("UPDATE", "DELETE")
)
POSTGRESQL_AUDIT = (
    """CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit log is append-only'; END
    $$""",
    """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_entry_previous_hash")),
    )
    op.create_table(
        "claim_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_group")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_group_key")),
    )
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("slug", name=op.f("uq_desk_slug")),
    )
    op.create_table(
        "gate_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "gate", name=op.f("pk_gate_count")),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("robots_txt", sa.String(), nullable=True),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limited_urls", sa.Integer(), nullable=False),
        sa.Column("latency_ms", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("monitored", "official", "reference", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("home_url", sa.String(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("feed", "sitemap", "listing", name="sourcekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "scope", sa.Enum("all", "country", name="scope", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "publisher_kind",
            sa.Enum(
                "official", "independent", "international", name="publisherkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("link_pattern", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "working",
                "slow",
                "limited",
                "lying",
                "blocked",
                "failing",
                "silent",
                "dead",
                name="sourcestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new_item_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("items_per_poll", sa.Double(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Double(), nullable=False),
        sa.Column("failures_in_row", sa.Integer(), nullable=False),
        sa.Column("hour_profile", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column(
            "validators",
            sa.Enum("probation", "trusted", "lying", name="validators", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("body_sha256", sa.String(), nullable=True),
        sa.Column("entries_sha256", sa.String(), nullable=True),
        sa.Column("unconditional_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polls_since_unconditional", sa.Integer(), nullable=False),
        sa.Column("redirect_to", sa.String(), nullable=True),
        sa.Column("redirect_sightings", sa.Integer(), nullable=False),
        sa.Column("redirect_first_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_next_poll_at"), ["next_poll_at"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("key", name=op.f("uq_story_key")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_title", sa.String(), nullable=False),
        sa.Column("entry_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "wanted",
                "read",
                "unreadable",
                "refused",
                "gone",
                name="articlestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("next_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("story_reason", sa.String(), nullable=True),
        sa.Column("story_score", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_article_source_id_source")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_article_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("url", name=op.f("uq_article_url")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_source_id"), ["source_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_article_state_next_read_at"), ["state", "next_read_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_article_story_id"), ["story_id"], unique=False)

    op.create_table(
        "source_fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("new_items", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_fetch_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_fetch")),
    )
    with op.batch_alter_table("source_fetch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_fetch_source_id_at"), ["source_id", "at"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "analyst",
                "press_officer",
                "approver",
                "editor",
                "desk_chief",
                "admin",
                name="userrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_user_account_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_key_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_table(
        "article_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text_zstd", sa.LargeBinary(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("grouped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("analysed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_version_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_version_article_id_number")),
    )
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_version_analysed_at"), ["analysed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_version_grouped_at"), ["grouped_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_version_text_sha256"), ["text_sha256"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("form_token", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("event_types", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("subjects", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("desks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "paused", "disabled", name="subscriptionstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_secret_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_subscription_owner_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column(
            "asserted_by",
            sa.Enum("outlet", "headline", "quoted", name="assertedby", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quoted_party", sa.String(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("group_reason", sa.String(), nullable=True),
        sa.Column("group_score", sa.Double(), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_claim_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["claim_group.id"], name=op.f("fk_claim_group_id_claim_group")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_version.id"],
            name=op.f("fk_claim_version_id_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint(
            "version_id",
            "asserted_by",
            "start",
            "end",
            name=op.f("uq_claim_version_id_asserted_by_start_end"),
        ),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_assessed_at"), ["assessed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_group_id"), ["group_id"], unique=False)

    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column(
            "publisher_kind",
            sa.Enum(
                "official", "independent", "international", name="publisherkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_passage_article_id_article")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["article_version.id"], name=op.f("fk_passage_version_id_article_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_passage_version_id_position")),
    )
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passage_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_passage_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passage_superseded_at"), ["superseded_at"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column(
            "label",
            sa.Enum(
                "supported",
                "contradicted",
                "missing_context",
                "not_enough_evidence",
                name="label",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("probabilities", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("alert_worthy", sa.Boolean(), nullable=False),
        sa.Column("differences", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("considered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_assessment_claim_id_claim"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_considered_at"), ["considered_at"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("priority_parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "held",
                "drafting",
                "in_review",
                "published",
                "corrected",
                "withdrawn",
                "closed",
                name="alertstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "respond",
                "no_response",
                "claim_is_right",
                "record_is_wrong",
                "not_a_claim",
                "duplicate_of",
                "not_about_us",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_alert_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_alert_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["alert.id"], name=op.f("fk_alert_duplicate_of_id_alert")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["claim_group.id"], name=op.f("fk_alert_group_id_claim_group")),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["user_account.id"], name=op.f("fk_alert_held_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["user_account.id"], name=op.f("fk_alert_raised_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("group_id", name=op.f("uq_alert_group_id")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_assessment_id"), ["assessment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_desk_id"), ["desk_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_duplicate_of_id"), ["duplicate_of_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_alert_state_priority_id"), ["state", "priority", "id"], unique=False
        )

    op.create_table(
        "assessment_passage",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_passage_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_assessment_passage_passage_id_passage")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "rank", name=op.f("pk_assessment_passage")),
    )
    with op.batch_alter_table("assessment_passage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_passage_passage_id"), ["passage_id"], unique=False)

    op.create_table(
        "brief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "corrected",
                "withdrawn",
                name="briefstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_brief_alert_id_alert")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_brief_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_brief_opened_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief")),
    )
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brief_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brief_desk_id"), ["desk_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brief_published_at"), ["published_at"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "respond",
                "no_response",
                "claim_is_right",
                "record_is_wrong",
                "not_a_claim",
                "duplicate_of",
                "not_about_us",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_decision_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_decision_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_alert_id"), ["alert_id"], unique=False)

    op.create_table(
        "brief_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "first",
                "typo",
                "clarification",
                "correction",
                "withdrawal",
                name="changegrade",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("change_note", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_brief_version_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_brief_version_brief_id_brief")),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["user_account.id"], name=op.f("fk_brief_version_drafted_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["user_account.id"],
            name=op.f("fk_brief_version_submitted_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_version")),
        sa.UniqueConstraint(
            "brief_id", "language", "number", name=op.f("uq_brief_version_brief_id_language_number")
        ),
    )
    op.create_table(
        "brief_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("fact", "claim", "difference", "context", name="blockkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_statement", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["brief_version.id"],
            name=op.f("fk_brief_block_version_id_brief_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_block")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_brief_block_version_id_position")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "alert.confirmed",
                "brief.published",
                "brief.updated",
                "brief.corrected",
                "brief.withdrawn",
                "subscription.test",
                name="eventtype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brief_version_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_event_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["brief_version_id"], ["brief_version.id"], name=op.f("fk_event_brief_version_id_brief_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("message_id", name=op.f("uq_event_message_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_brief_version_id"), ["brief_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_occurred_at"), ["occurred_at"], unique=False)

    op.create_table(
        "citation",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"],
            ["brief_block.id"],
            name=op.f("fk_citation_block_id_brief_block"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["passage_id"], ["passage.id"], name=op.f("fk_citation_passage_id_passage")),
        sa.PrimaryKeyConstraint("block_id", "position", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_passage_id"), ["passage_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "delivered",
                "given_up",
                "cancelled",
                name="deliverystate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delivery_event_id_event")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("event_id", "subscription_id", name=op.f("uq_delivery_event_id_subscription_id")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_state_next_attempt_at"), ["state", "next_attempt_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("response_body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_delivery_attempt_delivery_id_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
    )
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempt_delivery_id"), ["delivery_id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        statements = SQLITE_SEARCH + SQLITE_AUDIT
    else:
        statements = POSTGRESQL_SEARCH + POSTGRESQL_AUDIT
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_fts")
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_attempt_delivery_id"))

    op.drop_table("delivery_attempt")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_state_next_attempt_at"))

    op.drop_table("delivery")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_passage_id"))

    op.drop_table("citation")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_event_brief_version_id"))
        batch_op.drop_index(batch_op.f("ix_event_alert_id"))

    op.drop_table("event")
    op.drop_table("brief_block")
    op.drop_table("brief_version")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_alert_id"))

    op.drop_table("decision")
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brief_published_at"))
        batch_op.drop_index(batch_op.f("ix_brief_desk_id"))
        batch_op.drop_index(batch_op.f("ix_brief_alert_id"))

    op.drop_table("brief")
    with op.batch_alter_table("assessment_passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_passage_passage_id"))

    op.drop_table("assessment_passage")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_state_priority_id"))
        batch_op.drop_index(batch_op.f("ix_alert_duplicate_of_id"))
        batch_op.drop_index(batch_op.f("ix_alert_desk_id"))
        batch_op.drop_index(batch_op.f("ix_alert_assessment_id"))

    op.drop_table("alert")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_considered_at"))
        batch_op.drop_index(batch_op.f("ix_assessment_claim_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passage_superseded_at"))
        batch_op.drop_index(batch_op.f("ix_passage_published_at"))
        batch_op.drop_index(batch_op.f("ix_passage_article_id"))

    op.drop_table("passage")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_group_id"))
        batch_op.drop_index(batch_op.f("ix_claim_assessed_at"))
        batch_op.drop_index(batch_op.f("ix_claim_article_id"))

    op.drop_table("claim")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_owner_id"))

    op.drop_table("subscription")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_expires_at"))

    op.drop_table("sign_in")
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_version_text_sha256"))
        batch_op.drop_index(batch_op.f("ix_article_version_grouped_at"))
        batch_op.drop_index(batch_op.f("ix_article_version_analysed_at"))

    op.drop_table("article_version")
    op.drop_table("api_key")
    op.drop_table("user_account")
    with op.batch_alter_table("source_fetch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_fetch_source_id_at"))

    op.drop_table("source_fetch")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_story_id"))
        batch_op.drop_index(batch_op.f("ix_article_state_next_read_at"))
        batch_op.drop_index(batch_op.f("ix_article_source_id"))
        batch_op.drop_index(batch_op.f("ix_article_published_at"))

    op.drop_table("article")
    op.drop_table("story")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_next_poll_at"))

    op.drop_table("source")
    op.drop_table("host")
    op.drop_table("gate_count")
    op.drop_table("desk")
    op.drop_table("claim_group")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change")
