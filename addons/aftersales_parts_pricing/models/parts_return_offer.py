# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class PartsReturnOffer(models.Model):
    """Dead pieces that we offer a dealer to buy back: which, why, at what price, until when (P10).

    Draft → sent → answered by the dealer on the portal, as a whole or line by line; what is
    accepted becomes a draft transfer back. What is declined costs the dealer nothing.
    """

    _name = "parts.return.offer"
    _description = "Return Offer"
    _inherit = [
        "aftersales.guarded.mixin",
        "parts.document.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_last desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('is_dealer', '=', True)]",
        tracking=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        index="btree_not_null",
        check_company=True,
        domain="[('dealer_id', '=', partner_id), ('location_id', '!=', False)]",
        help="Pieces that lie at this outlet of the dealer; empty for pieces that were delivered "
        "to the dealer.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Return to",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    date_last = fields.Date(
        string="Last Day",
        required=True,
        copy=False,
        default=lambda self: fields.Date.add(self.env["parts.price"]._get_price_day(), days=30),
        tracking=True,
        help="Last day to answer, in the company's time zone.",
    )
    dead_months = fields.Integer(
        string="No Demand for (Months)",
        required=True,
        default=lambda self: self.env.company.parts_dead_months,
        help="Pieces without demand for so long are proposed.",
    )
    price_percent = fields.Float(
        string="Buy-Back Price (%)",
        required=True,
        default=lambda self: self.env.company.parts_buy_back_percent,
        help="Of the dealer's settlement price of the day of the proposal.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("answered", "Answered"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True
    )
    line_ids = fields.One2many("parts.return.offer.line", "offer_id", copy=True)
    amount = fields.Monetary(
        compute="_compute_amounts", store=True, string="Offered", help="Without tax."
    )
    amount_accepted = fields.Monetary(
        compute="_compute_amounts", store=True, string="Accepted", help="Without tax."
    )
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    picking_ids = fields.One2many(
        "stock.picking", "parts_return_offer_id", string="Transfers", readonly=True
    )
    picking_count = fields.Integer(compute="_compute_picking_count")
    note = fields.Html(help="Shown to the dealer.")

    _terms = models.Constraint(
        "CHECK (dead_months > 0 AND price_percent >= 0)",
        "Pieces are proposed after one month without demand at least; a buy-back price is not "
        "negative.",
    )

    @api.depends("line_ids.amount", "line_ids.amount_accepted")
    def _compute_amounts(self):
        for offer in self:
            offer.amount = sum(offer.line_ids.mapped("amount"))
            offer.amount_accepted = sum(offer.line_ids.mapped("amount_accepted"))

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for offer in self:
            offer.picking_count = len(offer.picking_ids)

    def _compute_access_url(self):
        for offer in self:
            offer.access_url = f"/my/return-offers/{offer.id}"

    def write(self, vals):
        """What the dealer has in hand does not change any more.

        :raise UserError: naming the offer
        """
        terms = {"partner_id", "outlet_id", "company_id", "date_last", "line_ids", "note"}
        if vals.keys() & terms and not self.env.su:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for offer in self:
            if offer.state in ("sent", "answered"):
                raise UserError(
                    self.env._(
                        "%(offer)s was sent to %(dealer)s: cancel it instead.",
                        offer=offer.name,
                        dealer=offer.partner_id.display_name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "answered_on",
            "answered_by_id",
            "amount",
            "amount_accepted",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("these follow from the offer's buttons and the dealer's answer.")

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_propose(self):
        """Fill the lines with the dealer's dead pieces, at the buy-back price (P10).

        :raise UserError: when there is nothing to propose
        """
        for offer in self:
            offer._check_state("draft")
            vals_list = offer._prepare_lines()
            if not vals_list:
                raise UserError(
                    self.env._(
                        "%(dealer)s has no piece that was without demand for %(months)s months.",
                        dealer=offer.partner_id.display_name,
                        months=offer.dead_months,
                    )
                )
            offer.line_ids = [
                Command.clear(),
                *(Command.create(vals) for vals in vals_list),
            ]
        return True

    def action_send(self):
        """Put the offer on the dealer's portal, and tell the dealer by mail.

        :raise UserError: naming what is missing
        """
        template = self.env.ref("aftersales_parts_pricing.mail_template_return_offer")
        for offer in self:
            offer._check_state("draft")
            offer._check_sendable()
            offer.sudo().state = "sent"  # the step was checked right above
            if offer.partner_id.email:
                template.send_mail(offer.id)
                body = self.env._("Sent to %(mail)s.", mail=offer.partner_id.email)
            else:
                body = self.env._(
                    "%(dealer)s has no mail address, and finds the offer on the portal only.",
                    dealer=offer.partner_id.display_name,
                )
            offer.message_post(body=body)
        return True

    def action_cancel(self):
        """Take the offer back, unless it was answered."""
        for offer in self:
            offer._check_state("draft", "sent")
            offer.sudo().state = "cancel"  # the step was checked right above
        return True

    def action_draft(self):
        """Change an offer that was cancelled, to send it anew."""
        for offer in self:
            offer._check_state("cancel")
            offer.sudo().state = "draft"  # the step was checked right above
        return True

    def action_view_pickings(self):
        """Open the transfers that bring the pieces back."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.stock_picking_action_picking_type"
        )
        return action | {
            "domain": [("id", "in", self.picking_ids.ids)],
            "context": {},
            "name": self.env._("Transfers"),
        }

    def _check_draft(self):
        for offer in self:
            if offer.state != "draft":
                raise UserError(
                    self.env._(
                        "%(offer)s is no longer a draft: cancel it and set it back to draft to "
                        "change it.",
                        offer=offer.name,
                    )
                )

    def _check_sendable(self):
        if not self.line_ids:
            raise UserError(self.env._("%(offer)s offers nothing yet.", offer=self.name))
        free = self.line_ids.filtered(lambda line: line.price_unit <= 0)
        if free:
            raise UserError(
                self.env._(
                    "“%(part)s” has no buy-back price: enter one, or take the line away.",
                    part=free[0].product_id.display_name,
                )
            )
        if self.date_last < self._get_today():
            raise UserError(
                self.env._(
                    "The last day of %(offer)s is past: choose a later one.", offer=self.name
                )
            )

    def _get_today(self):
        """Today where the company is."""
        return self.env["parts.price"]._get_price_day(company=self.company_id)

    # ------------------------------------------------------------------
    # Proposal
    # ------------------------------------------------------------------

    def _prepare_lines(self):
        """Values of lines for the dealer's dead pieces, restricted parts left out (P2)."""
        self.ensure_one()
        # sudo: what was delivered to this dealer or lies at its outlet, whoever delivered it.
        offer = self.sudo().with_company(self.company_id)
        rows = offer._read_outlet() if offer.outlet_id else offer._read_deliveries()
        products = self.env["product.product"].browse([row[0] for row in rows])
        prices = offer._get_buy_back_prices(products)
        return [
            {
                "product_id": product_id,
                "quantity": float(quantity),
                "price_unit": prices.get(product_id, 0.0),
                "date_last_demand": day,
                "reason": offer._get_reason(day),
            }
            for product_id, quantity, day in rows
        ]

    def _get_limit(self):
        """Demand or deliveries from this day on keep a part alive."""
        return fields.Date.subtract(self._get_today(), months=self.dead_months)

    def _get_reason(self, day):
        if self.outlet_id:
            if not day:
                return self.env._("Never asked for at this outlet")
            return self.env._("Last asked for on %(day)s", day=format_date(self.env, day))
        return self.env._(
            "Last delivered on %(day)s, not ordered since", day=format_date(self.env, day)
        )

    def _read_outlet(self):
        """Pieces at the outlet that nobody asked for there, and that did not come lately.

        :return: [(product id, pieces, day of the last demand)]
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT id FROM stock_location WHERE id = ANY(%(places)s)
                ), flow AS (
                    SELECT line.product_id,
                           MAX(line.date) FILTER (
                               WHERE line.location_id IN (SELECT id FROM place)
                                 AND target.usage IN ('customer', 'production')) AS used,
                           MAX(line.date) FILTER (
                               WHERE line.location_dest_id IN (SELECT id FROM place)
                           ) AS received
                      FROM stock_move_line line
                      JOIN stock_location target ON target.id = line.location_dest_id
                     WHERE line.state = 'done' AND line.company_id = %(company)s
                       AND (line.location_id IN (SELECT id FROM place)
                            OR line.location_dest_id IN (SELECT id FROM place))
                  GROUP BY line.product_id
                )
                SELECT quant.product_id, SUM(quant.quantity - quant.reserved_quantity),
                       CAST(MAX(flow.used) AS date)
                  FROM stock_quant quant
                  JOIN place ON place.id = quant.location_id
                  JOIN product_product product ON product.id = quant.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
             LEFT JOIN flow ON flow.product_id = quant.product_id
                 WHERE %(offered)s
                   AND (quant.owner_id IS NULL OR quant.owner_id IN %(owners)s)
                   AND COALESCE(flow.used < %(limit)s, TRUE)
                   AND COALESCE(flow.received < %(limit)s, TRUE)
              GROUP BY quant.product_id
                HAVING SUM(quant.quantity - quant.reserved_quantity) > 0
              ORDER BY quant.product_id
                """,
                places=list(self.env["parts.demand"]._get_places(self.outlet_id.location_id)),
                company=self.company_id.id,
                owners=(self.company_id.partner_id.id, self.partner_id.commercial_partner_id.id),
                limit=self._get_limit(),
                offered=SQL(
                    "template.part_class IS NOT NULL AND template.part_class <> 'restricted'"
                ),
            )
        )

    def _read_deliveries(self):
        """Pieces delivered to the dealer, net of returns, that were not ordered again.

        :return: [(product id, pieces, day of the last delivery)]
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.product_id,
                       SUM(CASE WHEN target.usage = 'customer' THEN line.quantity_product_uom
                                ELSE -line.quantity_product_uom END),
                       CAST(MAX(line.date) FILTER (WHERE target.usage = 'customer') AS date)
                  FROM stock_move_line line
                  JOIN stock_picking picking ON picking.id = line.picking_id
                  JOIN res_partner partner ON partner.id = picking.partner_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE line.state = 'done' AND line.company_id = %(company)s
                   AND partner.commercial_partner_id = %(dealer)s
                   AND (source.usage = 'customer') <> (target.usage = 'customer')
                   AND template.part_class IS NOT NULL AND template.part_class <> 'restricted'
              GROUP BY line.product_id
                HAVING SUM(CASE WHEN target.usage = 'customer' THEN line.quantity_product_uom
                                ELSE -line.quantity_product_uom END) > 0
                   AND MAX(line.date) FILTER (WHERE target.usage = 'customer') < %(limit)s
              ORDER BY line.product_id
                """,
                company=self.company_id.id,
                dealer=self.partner_id.commercial_partner_id.id,
                limit=self._get_limit(),
            )
        )

    def _get_buy_back_prices(self, products):
        """Share of the dealer's settlement price, in the company's currency.

        :return: {product id: price of a piece}; parts that are not priced are left out
        """
        pricelists = self.env["product.pricelist"]
        pricelist = pricelists._get_dealer_pricelists(self.partner_id.commercial_partner_id).get(
            self.partner_id.commercial_partner_id
        )
        if not pricelist:
            return {}
        today = self._get_today()
        prices = pricelist._get_published_prices(products, today)
        return {
            product.id: self.currency_id.round(
                pricelist.currency_id._convert(
                    price, self.currency_id, self.company_id, today, round=False
                )
                * self.price_percent
                / 100
            )
            for product, price in prices.items()
        }

    # ------------------------------------------------------------------
    # The dealer's answer
    # ------------------------------------------------------------------

    def _is_open(self):
        """Whether the dealer can answer today."""
        return self.state == "sent" and self.date_last >= self._get_today()

    def _answer(self, quantities, author, comment=None):
        """Take the dealer's answer: accepted pieces line by line, 0 where declined.

        The offer's own row is written first: of two answers at once the second fails to
        serialise, is tried again and finds the offer answered.

        :param dict quantities: {line id: pieces}, of every line
        :param author: res.partner who answers
        :raise UserError: when the offer can no longer be answered, or a number does not fit
        """
        self.ensure_one()
        self.write({"answered_on": fields.Datetime.now(), "answered_by_id": author.id})
        self.flush_recordset()
        if not self._is_open():
            raise UserError(
                self.env._(
                    "This offer can no longer be answered: it was answered already, taken back, "
                    "or its last day was %(date)s. Please call us.",
                    date=format_date(self.env, self.date_last),
                )
            )
        for line in self.line_ids:
            line._answer(quantities.get(line.id))
        self.write({"state": "answered"})
        self._make_picking()
        self._tell_answer(author, (comment or "").strip()[:2000])

    def _tell_answer(self, author, comment):
        """Log the answer, and ask the responsible person to go on."""
        body = self.env._(
            "Answered by %(who)s: %(accepted)s of %(lines)s lines accepted, %(amount)s.",
            who=author.display_name,
            accepted=len(self.line_ids.filtered("accepted_qty")),
            lines=len(self.line_ids),
            amount=self.currency_id.format(self.amount_accepted),
        )
        self.message_post(body=f"{body} {comment}" if comment else body, author_id=author.id)
        if self.picking_ids and self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.user_id.id,
                summary=self.env._("Arrange the return"),
            )

    def _make_picking(self):
        """Draft transfer that brings the accepted pieces back; none when all was declined."""
        lines = self.line_ids.filtered("accepted_qty")
        if not lines:
            return self.env["stock.picking"]
        picking = self.env["stock.picking"].create(self._prepare_picking_vals())
        self.env["stock.move"].create([line._prepare_move_vals(picking) for line in lines])
        return picking

    def _prepare_picking_vals(self):
        """Values of the draft transfer; hook."""
        if self.outlet_id:
            kind, source = self.warehouse_id.int_type_id, self.outlet_id.location_id
        else:
            kind = self.warehouse_id.in_type_id
            source = self.partner_id.with_company(self.company_id).property_stock_customer
        return {
            "picking_type_id": kind.id,
            "partner_id": self.partner_id.id,
            "location_id": source.id,
            "location_dest_id": self.warehouse_id.lot_stock_id.id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "parts_return_offer_id": self.id,
        }
