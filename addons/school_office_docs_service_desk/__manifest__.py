{
    "name": "School Office: Documents on Time at the Service Desk",
    "summary": "Documents handled in time among the key figures of the service desk",
    "version": "19.0.1.0.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["school_office_docs", "school_office_service_desk"],
    "auto_install": True,
}
