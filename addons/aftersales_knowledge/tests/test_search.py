# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..grams import MOST_WORDS, get_grams, has_word, normalize, split_query
from .common import KnowledgeCommon


@tagged("post_install", "-at_install")
class TestGrams(BaseCase):
    def test_S22_text_is_cut_in_any_script(self):
        self.assertEqual(normalize("HX-4711/B, Ｐｕｍｐ 漏油!"), "hx4711b pump 漏油")
        self.assertEqual(dict(split_query("液压泵"))["液压"], ["液压"])
        self.assertEqual(split_query("hx-4711")[0][0], "hx4711")
        self.assertEqual([word for word, _cut in split_query("oil-leak")], ["oil", "leak"])
        self.assertEqual(split_query("% _ '"), [])
        self.assertFalse(has_word("normal note", "no"))
        self.assertTrue(has_word("oil no more", "no") and has_word("normal", "orm"))
        self.assertLessEqual(len(split_query("汉字检索" * 200)), MOST_WORDS)
        for word in ("HX4711", "4711", "漏", "漏油", "a1", "A-1"):
            pieces = {piece for _word, cut in split_query(word) for piece in cut}
            with self.subTest(word=word):
                self.assertTrue(pieces and pieces <= get_grams("HX-4711/B A-1 漏油"))


@tagged("post_install", "-at_install")
class TestSearch(KnowledgeCommon):
    """S22: found by words in any script, by model, by fault code, by how often it helped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The articles of the demo story are not those that are counted here.
        cls.articles = cls.articles.with_context(allowed_company_ids=cls.company.ids)
        cls.leak = cls._released(
            "Leak at the pump",
            symptoms="Oil under the machine",
            keywords="液压泵漏油 HX-4711/B",
            fault_ids=[Command.set(cls.fault.ids)],
            product_ids=[Command.set(cls.model.ids)],
        )
        cls.noise = cls._released("Pump howls", symptoms="Howling when warm", keywords="异响")
        cls.own = [("id", "in", (cls.leak + cls.noise).ids)]

    def _find(self, text="", **options):
        return self.articles._find(text, within=self.own, **options)

    def test_S22_words_part_numbers_and_chinese_are_found(self):
        for text, found in (
            ("howl", self.noise),
            ("HOWLING", self.noise),
            ("hx4711", self.leak),
            ("HX-4711", self.leak),
            ("4711", self.leak),
            ("漏油", self.leak),
            ("泵漏", self.leak),
            ("机器漏油了", self.leak),
            ("异响", self.noise),
            ("T-1", self.leak),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text, strict=True)[:1], found)

    def test_S22_what_does_not_fit_is_not_found(self):
        for text in ("xyzzy", "4712", "发动机", "%", "'; DROP TABLE x", "\\"):
            with self.subTest(text=text):
                self.assertFalse(self._find(text, strict=True))
                self.assertFalse(
                    self.articles.search([("text_query", "ilike", text), *self.own])
                    if text != "%"
                    else None
                )

    def test_S22_pieces_must_stand_together(self):
        self.noise = self._released("471 and 711")
        own = [("id", "=", self.noise.id)]
        self.assertFalse(self.articles._find("4711", within=own, strict=True))
        self.assertFalse(self.articles.search([("text_query", "ilike", "4711"), *own]))

    def test_S22_rank_by_fault_model_and_use(self):
        self.assertEqual(self._find("pump", fault=self.fault)[0], self.leak)
        self.assertEqual(self._find("pump", product=self.model)[0], self.leak)
        other = self.model.copy({"name": "Other"})
        self.assertEqual(self._find("pump", product=other)[0], self.noise)
        for _time in range(3):
            self._voucher()._note_article(self.noise, "helped")
        self.assertEqual(self._find("pump")[0], self.noise)
        self.assertEqual(self._find(fault=self.fault), self.leak, "without a word")

    def test_S22_only_what_holds_today_is_found(self):
        self._draft("Pump draft")
        found = self.articles._find("pump", limit=50)
        self.assertTrue(all(article.is_valid for article in found))
        self.assertEqual(
            self.articles.search([("is_valid", "=", True), *self.own]), self.noise + self.leak
        )
        self.assertEqual(
            self.articles.search([("text_query", "ilike", "pump howl"), *self.own]), self.noise
        )

    def test_S22_names_of_models_are_found_as_they_are_called_now(self):
        self.model.name = "Zephyr"
        self.assertEqual(self._find("zephyr", strict=True), self.leak)

    def test_S22_queries_do_not_depend_on_what_is_found(self):
        self._find("pump oil warm", product=self.model, fault=self.fault)
        many = self.articles.create(
            [{"name": f"Pump {number}", "solution": "<p>x</p>"} for number in range(60)]
        )
        many.action_release()
        self.env.flush_all()
        for within in (self.own, [("id", "in", many.ids)]):
            self.env.invalidate_all()
            with self.assertQueryCount(20):
                self.articles._find(
                    "pump oil warm", product=self.model, fault=self.fault, within=within
                )
