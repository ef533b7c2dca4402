{
    "name": "School Office: Service Desk Dashboard",
    "summary": "The service desk of a school in figures and charts",
    "version": "19.0.1.0.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["school_office_service_desk", "spreadsheet_dashboard"],
    "data": ["data/dashboards.xml"],
    "auto_install": True,
}
