import { _t } from "@web/core/l10n/translation";

/**
 * Words of Odoo's own web client that its Chinese catalogue leaves in English and that
 * people of a school meet every day. The client looks for a word in all addons when the
 * addon that says it has no translation, so having them in our catalogue is enough;
 * nobody calls this.
 */
export function wordsOfTheClient() {
    return [
        _t("Missing required fields"),
        _t("Are you sure you want to delete the selected record?"),
        _t("Are you sure you want to delete the %(nbSelected)s selected records?"),
        _t("Are you sure you want to update %(count)s records?"),
        _t(
            "Among the %(total)s selected records, %(valid_count)s are valid for this update."
        ),
        _t("Invalid Display Name"),
        _t("My Preferences"),
        _t("No settings found"),
        _t("Try searching for another keyword"),
        _t("Custom range"),
        _t("Month to date"),
        _t("Year to date"),
        _t("Select one or several criteria"),
        _t('Press "Enter" to add criterion'),
        _t("Show options"),
        _t("Caps Lock is on!"),
        _t("The file is not an image, resizing is not possible"),
        _t("The resizing of the image failed"),
        _t("before"),
        _t("between"),
        _t("empty"),
        _t("greater or equal to"),
        _t("lower or equal to"),
        _t("lower than"),
    ];
}
