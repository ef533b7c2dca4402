from . import record
from . import held
from . import fact
from . import pointer_mixin
from . import ir_default
from . import ir_http
from . import discuss_channel
from . import form_links
from . import demo

# people
from . import company
from . import post
from . import post_standard
from . import post_holder
from . import place
from . import term
from . import delegation
from . import department
from . import groups
from . import users
from . import company_people
from . import company_logo
from . import company_opening
from . import company_export
from . import department_answer
from . import directory_campaign
from . import directory_confirmation
from . import directory_line
from . import employee
from . import partner
from . import mail_thread

# evidence
from . import serial
from . import number_series
from . import number
from . import number_gap
from . import number_mixin
from . import register
from . import register_entry
from . import register_check
from . import file_version
from . import attachment
from . import frozen
from . import mail_message
from . import mail_activity
from . import frozen_message
from . import frozen_thread
from . import search
from . import secrecy_level
from . import secrecy_mixin
from . import secrecy_thread
from . import tag_group
from . import tag
from . import tag_mixin
from . import evidence_company
from . import uninstallation

# clock
from . import calendar_version
from . import workday
from . import calendar_exception
from . import calendar_year
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves
from . import time_company
from . import time_policy
from . import time_policy_version
from . import time_line_mixin
from . import time_variant
from . import time_step
from . import time_clock
from . import time_clock_project
from . import time_clock_timer
from . import time_event
from . import time_reminder
from . import time_hold
from . import clock_mixin

# approval
# cases are copied to readers with receipts, so that mixin comes first
from . import receipt_mixin
from . import approval_mixin
from . import approval_line_mixin
from . import approval_flow
from . import approval_version
from . import approval_node
from . import approval_case
from . import approval_case_submit
from . import approval_case_course
from . import approval_case_oral
from . import approval_trace
from . import approval_task
from . import approval_task_decide
from . import approval_task_around
from . import approval_task_time
from . import approval_opinion
from . import approval_phrase
from . import approval_attachment
from . import approval_delegation
from . import approval_company
from . import approval_register_entry

# receipts
from . import outbox_mixin
from . import notice
from . import receipt_company
from . import receipt_log
from . import receipt
from . import receipt_answer
from . import receipt_office
from . import receipt_message
from . import receipt_settle
from . import custody
from . import custody_handover
from . import custody_mixin
from . import custody_users
from . import my_office
from . import my_office_approval

# mailboxes
from . import mail_alias
from . import mail_company
from . import mail_log
from . import mail_intake
from . import mail_gateway
from . import outside_act

# board
from . import board_oversight
from . import board
from . import board_tables
from . import board_workload
from . import board_lists

# accounts and exports
from . import account_watch
from . import register_secrecy
from . import report_pdf

# procedures and quality
from . import procedures_company
from . import procedures_employee
from . import procedures_users
from . import procedure
from . import procedure_version
from . import procedure_step
from . import training
from . import training_retrain
from . import training_due
from . import training_participant
from . import process_review
from . import process_feedback
from . import process_action
from . import appraisal_time_policy
from . import appraisal_time_clock
from . import appraisal_entry
from . import restore_test
from . import my_office_procedures
from . import demo_procedures
