// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { RedirectWarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** A refused movement of a restricted part: says why, and offers to ask for a release. */
export class RestrictedPartDialog extends RedirectWarningDialog {
    setup() {
        super.setup();
        this.title = _t("Restricted Core Part");
    }
}

registry
    .category("error_dialogs")
    .add(
        "odoo.addons.aftersales_parts_pricing.models.parts_guard.RestrictedPartError",
        RestrictedPartDialog
    );
