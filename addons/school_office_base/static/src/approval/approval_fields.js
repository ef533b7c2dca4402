import { Component } from "@odoo/owl";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { FileModelMixin } from "@web/core/file_viewer/file_model";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The facts of a case as they were when it was submitted: a small table. */
export class SchoolApprovalFacts extends Component {
    static template = "school_office_base.ApprovalFacts";
    static props = { ...standardFieldProps, limit: { type: Number, optional: true } };

    get facts() {
        const facts = this.props.record.data[this.props.name] || [];
        return this.props.limit ? facts.slice(0, this.props.limit) : facts;
    }
}

class ApprovalFile extends FileModelMixin(Object) {}

/** The files of the record, opened in the page like those of the chatter. */
export class SchoolApprovalFiles extends Component {
    static template = "school_office_base.ApprovalFiles";
    static props = { ...standardFieldProps };

    setup() {
        this.viewer = useFileViewer();
    }

    get files() {
        return this.props.record.data[this.props.name] || [];
    }

    open(file) {
        const files = this.files.map((one) =>
            Object.assign(new ApprovalFile(), {
                id: one.id,
                name: one.name,
                mimetype: one.mimetype,
                type: "binary",
            })
        );
        const opened = files.find((one) => one.id === file.id);
        if (opened.isViewable) {
            this.viewer.open(
                opened,
                files.filter((one) => one.isViewable)
            );
        } else {
            window.open(`/web/content/${file.id}?download=true`, "_blank", "noopener");
        }
    }

    size(file) {
        const kilo = file.size / 1024;
        return kilo < 1024
            ? _t("%s KB", Math.max(1, Math.round(kilo)))
            : _t("%s MB", (kilo / 1024).toFixed(1));
    }
}

/** Steps a record would take: who would sign, under which condition, until when. */
export class SchoolApprovalSteps extends Component {
    static template = "school_office_base.ApprovalSteps";
    static props = { ...standardFieldProps };

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    deputies(person) {
        return person.deputies.join(", ");
    }
}

/** Sentences: what stands in the way, or what changes. */
export class SchoolApprovalProblems extends Component {
    static template = "school_office_base.ApprovalProblems";
    static props = { ...standardFieldProps, kind: { type: String, optional: true } };

    get sentences() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** What a batch left undone, and why. */
export class SchoolApprovalReport extends SchoolApprovalProblems {
    static template = "school_office_base.ApprovalReport";
}

/** Opinions one tap away; a tap puts the words into the opinion. */
export class SchoolQuickOpinions extends Component {
    static template = "school_office_base.QuickOpinions";
    static props = { ...standardFieldProps, target: String };

    get phrases() {
        return this.props.record.data[this.props.name] || [];
    }

    async use(phrase) {
        const before = (this.props.record.data[this.props.target] || "").trim();
        const text = before ? `${before} ${phrase}` : phrase;
        await this.props.record.update({ [this.props.target]: text });
    }
}

/** Where a returned case goes: the applicant, or a step before this one. */
export class SchoolReturnTarget extends Component {
    static template = "school_office_base.ReturnTarget";
    static props = { ...standardFieldProps };

    get targets() {
        return this.props.record.data.targets || [];
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    async choose(key) {
        await this.props.record.update({ [this.props.name]: key });
    }
}

const fields = registry.category("fields");
const json = { supportedTypes: ["json"] };
fields.add("school_approval_facts", {
    ...json,
    component: SchoolApprovalFacts,
    isEmpty: (record, name) => !record.data[name]?.length,
    extractProps: ({ options }) => ({ limit: options.limit }),
});
fields.add("school_approval_files", {
    ...json,
    component: SchoolApprovalFiles,
    isEmpty: (record, name) => !record.data[name]?.length,
});
fields.add("school_approval_steps", { ...json, component: SchoolApprovalSteps });
fields.add("school_approval_problems", {
    ...json,
    component: SchoolApprovalProblems,
    extractProps: ({ options }) => ({ kind: options.kind }),
});
fields.add("school_approval_report", { ...json, component: SchoolApprovalReport });
fields.add("school_return_target", {
    component: SchoolReturnTarget,
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "targets", type: "json" }],
});
fields.add("school_quick_opinions", {
    ...json,
    component: SchoolQuickOpinions,
    extractProps: ({ options }) => ({ target: options.target }),
});
