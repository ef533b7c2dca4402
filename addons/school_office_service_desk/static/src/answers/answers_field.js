import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const YES = ["1", "true", "yes", "on", "是"];

/**
 * Whether a question is asked at all, after what was answered before. The server asks
 * in the same way (tools/questions.py) and drops what nobody asked.
 */
export function isAsked(question, answers) {
    if (!question.condition_key) {
        return true;
    }
    const given = answers[question.condition_key];
    const wanted = (question.condition_value || "").trim();
    if (typeof given === "boolean") {
        return given === (!wanted || YES.includes(wanted.toLowerCase()));
    }
    if (Array.isArray(given)) {
        return wanted ? given.includes(wanted) : given.length > 0;
    }
    if (!wanted) {
        return given !== undefined && given !== "";
    }
    return String(given ?? "") === wanted;
}

/** The typed questions of a service, answered in the form of a request. */
export class SchoolAnswersField extends Component {
    static template = "school_office_service_desk.SchoolAnswersField";
    static props = { ...standardFieldProps };

    get answers() {
        return this.props.record.data[this.props.name] || {};
    }

    get questions() {
        const all = this.props.record.data.service_questions || [];
        return all.filter((question) => isAsked(question, this.answers));
    }

    inputType(question) {
        return (
            {
                number: "number",
                date: "date",
                datetime: "datetime-local",
                phone: "tel",
            }[question.kind] || "text"
        );
    }

    value(question) {
        const value = this.answers[question.key];
        if (question.kind === "datetime" && value) {
            return value.replace(" ", "T");
        }
        return value ?? "";
    }

    isChosen(question, choice) {
        const value = this.answers[question.key];
        return Array.isArray(value) ? value.includes(choice) : value === choice;
    }

    set(question, value) {
        const answers = { ...this.answers, [question.key]: value };
        if (value === "" || value === null) {
            delete answers[question.key];
        }
        return this.props.record.update({ [this.props.name]: answers });
    }

    toggle(question, choice, checked) {
        const chosen = new Set(this.answers[question.key] || []);
        if (checked) {
            chosen.add(choice);
        } else {
            chosen.delete(choice);
        }
        return this.set(
            question,
            question.choices.filter((item) => chosen.has(item))
        );
    }
}

export const schoolAnswersField = {
    component: SchoolAnswersField,
    displayName: _t("Answers to the questions of a service"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "service_questions", type: "json" }],
    isEmpty: (record) => !record.data.service_questions?.length,
};

registry.category("fields").add("school_answers", schoolAnswersField);
