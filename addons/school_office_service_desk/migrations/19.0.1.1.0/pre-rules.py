def migrate(cr, version):
    """Let the record rules of databases that exist follow those of the code."""
    cr.execute(
        """
        UPDATE ir_model_data SET noupdate = false
         WHERE module = 'school_office_service_desk' AND model = 'ir.rule'
        """
    )
