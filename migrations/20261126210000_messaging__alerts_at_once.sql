-- The mail of an alert about the safety of a minor leaves at once: nobody puts it off or switches it off. What was chosen
-- before goes; an alert that waits for the mail of the evening still goes with it. Written by messaging/notices.
delete from notification_preferences where kind = 'ALERT';
alter table notification_preferences
    add constraint notification_preferences_alert check (kind <> 'ALERT' or mail = 'NOW');
