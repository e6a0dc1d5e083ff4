"""What measures of digital channels, and the reasons that they count to, are called in English."""

from __future__ import annotations

from typing import Final

from creditscore.words.reasons._entries import GroupText

GROUPS: Final = {
    "digital_use": GroupText("R51", "Use of the lender's channels"),
    "channel_depth": GroupText("R52", "Functions used"),
    "channel_use": GroupText("R53", "Channels used"),
    "channel_change": GroupText("R54", "Changes of channel"),
    "device": GroupText("R55", "Devices used"),
    "access_trouble": GroupText("R56", "Access to the account"),
    "reminders": GroupText("R57", "Reminders and due dates"),
    "application_form": GroupText("R58", "Filling in the application"),
    "registration": GroupText("R59", "Registration and checkout"),
    "email": GroupText("R60", "E-mail address"),
    "settings": GroupText("R61", "Settings"),
}

INSUFFICIENT: Final = {
    "sessions": ("R91", "No record of the use of channels was available"),
    "form_events": ("R92", "No record of application forms was available"),
    "registrations": ("R93", "No record of registrations was available"),
    "complaints": ("R94", "No record of complaints and requests was available"),
}

SOURCES: Final = {
    "sessions": "Use of channels",
    "form_events": "Application forms",
    "registrations": "Registrations",
    "complaints": "Complaints and requests",
}

LABELS: Final = {
    # reason group digital_use
    "digital_tenure_days": "days since a channel of the lender was first used",
    "digital_recency_days": "days since a channel of the lender was last used",
    "digital_uses_count": "uses of the lender's channels",
    "digital_logins_count": "logins",
    "digital_balance_checks": "times the balance was looked at",
    "digital_active_days": "days with a use of the lender's channels",
    "digital_active_weeks": "weeks with a login",
    "digital_login_recency_days": "days since the last login",
    "digital_login_gap_median": "typical days between logins",
    "digital_login_gap_max": "most days between logins",
    "digital_login_gap_cv": "how uneven the time between logins was",
    "digital_login_burstiness": "how far logins come in bursts",
    "digital_login_hour_entropy": "how evenly logins were spread over the hours of the week",
    "digital_night_share": "share of uses at night",
    "digital_weekend_share": "share of uses on weekends",
    "digital_uses_per_login": "uses for each login",
    "digital_uses_trend": "trend of uses from month to month",
    "digital_logins_trend": "trend of logins from month to month",
    "digital_uses_volatility": "how much the uses of a month varied",
    "digital_duration_median": "typical length of a use",
    "digital_duration_mean": "average length of a use",
    # reason group channel_depth
    "digital_functions_count": "different functions that were used",
    "digital_function_entropy": "how evenly uses were spread over functions",
    "digital_function_top_share": "share of the function that is used most",
    "digital_function_new_share": "share of the functions used that are new",
    "digital_actions_count": "different actions in the lender's channels",
    # reason group channel_use
    "digital_app_share": "share of uses in the app",
    "digital_web_share": "share of uses on the website",
    "digital_branch_share": "share of uses in a branch",
    "digital_atm_share": "share of uses at cash machines",
    "digital_ussd_share": "share of uses by short codes",
    "digital_call_share": "share of uses by telephone",
    "digital_partner_share": "share of uses at partners",
    "digital_channel_entropy": "how evenly uses were spread over channels",
    "digital_channels_count": "different channels that were used",
    "digital_channel_top_share": "share of the channel that is used most",
    "digital_online_share": "share of uses in app and website",
    "digital_regions_count": "different regions of uses",
    # reason group channel_change
    "digital_channel_switch_share": "share of uses in another channel than the one before",
    "digital_channel_new_share": "share of the channels used that are new",
    "digital_online_shift": "change of the share of uses in app and website",
    "digital_online_share_slope": "trend of the share of uses in app and website from month to month",
    # reason group device
    "digital_mobile_share": "share of uses on a mobile phone",
    "digital_desktop_share": "share of uses on a computer",
    "digital_tablet_share": "share of uses on a tablet",
    "digital_feature_phone_share": "share of uses on a simple telephone",
    "digital_android_share": "share of uses on Android",
    "digital_ios_share": "share of uses on iOS",
    "digital_windows_share": "share of uses on Windows",
    "digital_macos_share": "share of uses on macOS",
    "digital_device_age_days": "age of the model of the device",
    "digital_os_age_days": "age of the release of the operating system",
    "digital_os_releases_count": "different releases of operating systems",
    "digital_device_classes_count": "different sorts of devices",
    "digital_device_changes": "changes of device",
    "registration_device_class_mobile_share": "share of registrations and checkouts on a mobile phone",
    "registration_device_class_desktop_share": "share of registrations and checkouts on a computer",
    "registration_device_class_tablet_share": "share of registrations and checkouts on a tablet",
    "registration_device_class_feature_phone_share": (
        "share of registrations and checkouts on a simple telephone"
    ),
    "registration_os_family_android_share": "share of registrations and checkouts on Android",
    "registration_os_family_ios_share": "share of registrations and checkouts on iOS",
    "registration_os_family_windows_share": "share of registrations and checkouts on Windows",
    "registration_os_family_macos_share": "share of registrations and checkouts on macOS",
    # reason group access_trouble
    "digital_failed_login_share": "share of failed logins",
    "digital_failed_uses_count": "uses that failed",
    "digital_password_resets": "times a new password was set",
    # reason group reminders
    "digital_reminders_count": "reminders that were sent",
    "digital_reminder_answered_share": "share of reminders acted on within 7 days",
    "digital_reminder_answer_days": "typical days from a reminder to what it asked for",
    "digital_reminders_answered_streak": "newest reminders in a row acted on within 7 days",
    "digital_due_dates_attended_share": "share of due dates with a login in the 3 days before",
    # reason group application_form
    "form_edits": "changes in the application form",
    "form_income_edits": "changes of the income in the application form",
    "form_amount_edits": "changes of the amount in the application form",
    "form_pastes": "fields of the application form that were pasted into",
    "form_backtracks": "returns to an earlier page of the application form",
    "form_slider_moves": "moves of the sliders in the application form",
    "form_errors": "entries that the application form refused",
    "form_fill_seconds": "time to fill in the application form",
    "form_rushed_count": "application forms sent within a minute",
    "form_terms_seconds": "time spent on the terms",
    "form_paste_share": "share of entries in the application form that were pasted",
    "form_amount_change": "last amount in the application form over the first",
    "form_is_night": "the application form was filled in at night",
    "form_is_morning": "the application form was completed in the morning",
    "form_is_evening": "the application form was completed in the evening",
    "form_restarts": "times that an application form was begun anew",
    "form_abandoned": "application forms that were given up",
    "form_forms_count": "application forms that were begun",
    "form_submitted_share": "share of application forms that were sent",
    # reason group registration
    "registration_days": "days since the registration",
    "registration_count": "registrations and checkouts",
    "registration_first_touch_direct_share": "share of registrations and checkouts reached directly",
    "registration_first_touch_organic_share": "share of registrations and checkouts reached by a search",
    "registration_first_touch_paid_share": "share of registrations and checkouts reached by an advertisement",
    "registration_first_touch_affiliate_share": (
        "share of registrations and checkouts reached by a partner site"
    ),
    "registration_first_touch_price_comparison_share": (
        "share of registrations and checkouts reached by a price comparison"
    ),
    "registration_first_touch_branch_share": "share of registrations and checkouts in a branch",
    "registration_first_touch_agent_share": "share of registrations and checkouts with an agent",
    "registration_night_share": "share of registrations and checkouts at night",
    "registration_evening_share": "share of registrations and checkouts in the evening",
    # reason group email
    "registration_email_host_corporate_share": "share of registrations with an e-mail address of a firm",
    "registration_email_host_paid_share": "share of registrations with a paid e-mail address",
    "registration_email_host_free_share": "share of registrations with a free e-mail address",
    "registration_email_host_disposable_share": "share of registrations with a throwaway e-mail address",
    "registration_email_host_none_share": "share of registrations without an e-mail address",
    "registration_email_digits_share": "share of registrations with digits in the e-mail address",
    "registration_email_has_name_share": "share of registrations with the name in the e-mail address",
    "registration_email_error_share": "share of registrations with a mistake in the e-mail address",
    "registration_lowercase_share": "share of registrations entered in lower case alone",
    # reason group settings
    "registration_autopay_on": "automatic payment is turned on",
    "registration_e_statement_on": "the electronic statement is turned on",
    "registration_alerts_on": "alerts of account movements are turned on",
    "registration_two_factor_on": "two-step login is turned on",
    # never a reason
    "registration_do_not_track_share": "share of registrations with a browser that asks not to be tracked",
    "complaints_rights_count": "complaints and requests about own data",
    "complaints_contacts_count": "contacts with the lender",
}
