# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

from ..grams import get_grams, has_word, normalize, split_query

# So many are looked at closely, of those that share pieces with what was typed.
CLOSER_LOOK = 200
LONGEST_QUERY = 600
# So many words of a long story are looked for by the index.
ASKED_WORDS = 6
# So many articles are looked at for words that stand as they were typed.
MOST_EXACT = 2000
# What an article is worth that fits in one way: all words found, the fault code, the model or its
# family; an article about other models loses. Helping counts by its logarithm.
WORTH_TEXT = 5.0
WORTH_FAULT = 2.0
WORTH_MODEL = 1.5
WORTH_FAMILY = 0.75
WORTH_OTHER_MODEL = -0.75
WORTH_HELPED = 0.4
WORTH_FAILED = -0.2


class AftersalesArticle(models.Model):
    """How articles are found: by pieces of text in any script, model, fault code, and use (S22).

    What is found holds today and passes the reader's record rules. Rare words count for more
    than frequent ones, so that no list of words to ignore is kept for any language.
    """

    _inherit = "aftersales.article"

    search_text = fields.Text(
        compute="_compute_search_text",
        store=True,
        prefetch=False,
        copy=False,
        help="All words of the article, as they are compared.",
    )
    search_grams = fields.Text(
        compute="_compute_search_text",
        store=True,
        prefetch=False,
        copy=False,
        help="Pieces of those words, for the index.",
    )
    text_query = fields.Char(
        string="Text",
        compute="_compute_text_query",
        search="_search_text_query",
        help="Words in title, symptoms, cause, solution, keywords, models and fault codes.",
    )
    helped_count = fields.Integer(
        string="Helped", compute="_compute_use_count", help="Jobs and visitors, all versions."
    )
    failed_count = fields.Integer(
        string="Did Not Help", compute="_compute_use_count", help="Jobs and visitors, all versions."
    )

    _search_grams_idx = models.Index("USING gin (string_to_array(search_grams, ' '))")

    # === COMPUTE METHODS === #

    @api.depends(
        "name",
        "key",
        "symptoms",
        "cause",
        "solution",
        "keywords",
        "product_ids.name",
        "product_ids.default_code",
        "categ_ids.name",
        "fault_ids.code",
        "fault_ids.name",
    )
    def _compute_search_text(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for article in self:
            texts = {
                article.key,
                article.name,
                article.symptoms,
                article.cause,
                article.keywords,
                html2plaintext(article.solution or ""),
                *article.product_ids.mapped("default_code"),
                *article.fault_ids.mapped("code"),
            }
            for language in languages:
                spoken = article.with_context(lang=language)
                for names in (spoken.product_ids, spoken.categ_ids, spoken.fault_ids):
                    texts.update(names.mapped("name"))
            text = " ".join(sorted(filter(None, texts)))
            article.search_text = normalize(text)
            article.search_grams = " ".join(sorted(get_grams(text)))

    def _compute_text_query(self):
        self.text_query = False

    @api.model
    def _search_text_query(self, operator, value):
        """Articles, of any state, in which all the words are."""
        if operator not in ("ilike", "=ilike", "like", "=") or not isinstance(value, str):
            return NotImplemented
        return self._get_words_domain(value)

    def _compute_use_count(self):
        counts = self._count_uses(self.root_id)
        for article in self:
            article.helped_count, article.failed_count = counts[article.root_id.id]

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, text="", product=None, fault=None, limit=10, within=None, strict=False):
        """Articles that hold today and may help, the likeliest first.

        :param str text: what somebody says or types, in any script
        :param product: product.product that it is about
        :param fault: aftersales.fault that it is about
        :param within: domain that narrows the search
        :param bool strict: find only what has at least one of the words
        :return: aftersales.article
        """
        base = self._get_valid_domain() & Domain(within or Domain.TRUE)
        words = split_query((text or "")[:LONGEST_QUERY])
        product = product or self.env["product.product"]
        fault = fault or self.env["aftersales.fault"]
        if (text or "").strip() and strict and not words:
            return self.browse()
        if not (words or product or fault):
            return self._find_most_used(base, limit)
        found, weights = self._find_roughly(base, words)
        if not (strict and words):
            found |= self._find_fitting(base, product, fault)
        ranked = found._rank(weights, product, fault, strict and bool(words))
        return ranked[:limit]

    def _rank(self, weights, product, fault, strict):
        """Sort articles by how well they fit; see ``WORTH_TEXT`` and what follows it."""
        total = sum(weights.values()) or 1.0
        uses = self._count_uses(self.root_id)
        # sudo: the tree of families is no secret; only whether the model is in one is asked.
        path = product.categ_id.sudo().parent_path or ""
        families = {int(part) for part in path.split("/") if part}
        scores = {}
        for article in self:
            text = article.search_text or ""
            share = sum(weights[word] for word in weights if has_word(text, word)) / total
            if strict and not share:
                continue
            helped, failed = uses[article.root_id.id]
            score = WORTH_TEXT * share + article._get_fit(product, families, fault)
            if score <= 0 and weights:
                continue
            scores[article] = (
                score + WORTH_HELPED * math.log1p(helped) + WORTH_FAILED * math.log1p(failed)
            )
        ranked = sorted(scores, key=lambda article: (-scores[article], -article.id))
        return self.browse(article.id for article in ranked)

    def _get_fit(self, product, families, fault):
        """How well the article fits a model and a fault code."""
        self.ensure_one()
        fit = WORTH_FAULT if fault and fault in self.fault_ids else 0.0
        if not product:
            return fit
        if product in self.product_ids:
            return fit + WORTH_MODEL
        if families.intersection(self.categ_ids.ids):
            return fit + WORTH_FAMILY
        return fit + (WORTH_OTHER_MODEL if self.product_ids or self.categ_ids else 0.0)

    @api.model
    def _find_most_used(self, base, limit):
        """What helped most, where nothing is asked."""
        articles = self.search(base, limit=CLOSER_LOOK)
        uses = self._count_uses(articles.root_id)
        return articles.sorted(lambda article: uses[article.root_id.id][0], reverse=True)[:limit]

    @api.model
    def _find_fitting(self, base, product, fault):
        """Articles about a model, or a fault code, whatever their words."""
        fitting = Domain.FALSE
        if product:
            fitting |= Domain("product_ids", "in", product.ids)
        if fault:
            fitting |= Domain("fault_ids", "in", fault.ids)
        return self.search(base & fitting, limit=CLOSER_LOOK)

    @api.model
    def _find_roughly(self, base, words):
        """Articles that share pieces with the words, by one query over the index.

        :param words: as ``split_query`` gives them
        :return: (aftersales.article, {word: weight}); a rare word weighs more
        """
        if not words:
            return self.browse(), {}
        # Part numbers first, then long words: they say more, and are found sooner.
        asked = sorted(words, key=lambda one: (not any(map(str.isdigit, one[0])), -len(one[0])))
        asked = asked[:ASKED_WORDS]
        hits = [
            SQL(
                "(SELECT %s AS word, id FROM aftersales_article WHERE %s)",
                number,
                self._match(pieces),
            )
            for number, (_word, pieces) in enumerate(asked)
        ]
        query = self._search(base)
        rows = self._ask_index(
            SQL(
                """
                WITH reader AS MATERIALIZED (%(reader)s),
                     piece AS MATERIALIZED (%(hits)s),
                     hit AS (SELECT piece.word, id FROM piece JOIN reader USING (id)),
                     frequency AS (SELECT word, count(*) AS often FROM hit GROUP BY word),
                     rough AS (
                        SELECT hit.id, sum(1.0 / (1 + ln(frequency.often))) AS score
                          FROM hit JOIN frequency USING (word)
                         GROUP BY hit.id
                         ORDER BY score DESC, hit.id DESC
                         LIMIT %(limit)s)
                SELECT 'article', id, 0 FROM rough
                 UNION ALL
                SELECT 'word', word, often FROM frequency""",
                reader=query.select(),
                hits=SQL(" UNION ALL ").join(hits),
                limit=CLOSER_LOOK,
            )
        )
        found = self.browse(row[1] for row in rows if row[0] == "article")
        often = {asked[number][0]: count for kind, number, count in rows if kind == "word"}
        return found, found._weigh(words, asked, often)

    def _weigh(self, words, asked, often):
        """Weight of each word: a rare one says more.

        Words that the index was not asked for are as frequent as among what was found.
        """
        texts = [article.search_text or "" for article in self]
        most = max(often.values(), default=1)
        known = {word for word, _pieces in asked}
        weights = {}
        for word, _pieces in words:
            count = often.get(word, 1)
            if word not in known:
                count = max(
                    1, most * sum(has_word(text, word) for text in texts) / (len(texts) or 1)
                )
            weights[word] = 1.0 / (1.0 + math.log(count))
        return weights

    @api.model
    def _get_words_domain(self, text):
        """Articles in which all words of a text are."""
        words = split_query(text[:LONGEST_QUERY])
        if not words:
            return Domain.FALSE if text.strip() else Domain.TRUE
        pieces = sorted({piece for _word, cut in words for piece in cut})
        rows = self._ask_index(
            SQL("SELECT id FROM aftersales_article WHERE %s", self._match(pieces))
        )
        domain = Domain("id", "in", [article_id for (article_id,) in rows])
        if len(rows) > MOST_EXACT:
            # Pieces of a word that is nearly everywhere need not stand together.
            return domain
        return domain & Domain.AND(Domain("search_text", "like", word) for word, _cut in words)

    @api.model
    def _ask_index(self, query):
        """Run a query over the pieces.

        The planner does not know what it costs to unpack the pieces of each article, and would
        rather read them all than the index.
        """
        self.flush_model()
        self.env.execute_query(SQL("SELECT set_config('enable_seqscan', 'off', true)"))
        rows = self.env.execute_query(query)
        self.env.execute_query(SQL("SELECT set_config('enable_seqscan', 'on', true)"))
        return rows

    @api.model
    def _match(self, pieces):
        return SQL("string_to_array(search_grams, ' ') @> %s", list(pieces))

    @api.model
    def _count_uses(self, roots):
        """How often articles helped, and did not, all versions together.

        :param roots: first versions
        :return: {id of the first version: (helped, did not)}
        """
        # sudo: sums only; whose jobs and visitors they were does not leave.
        uses = self.env["aftersales.article.use"].sudo()
        counts = defaultdict(lambda: (0, 0))
        for root, outcome, count in uses._read_group(
            [("root_id", "in", roots.ids)], ["root_id", "outcome"], ["__count"]
        ):
            helped, failed = counts[root.id]
            counts[root.id] = (
                (helped + count, failed) if outcome == "helped" else (helped, failed + count)
            )
        return counts
