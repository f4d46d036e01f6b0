-- Several messages of one person that worry for the same reason within an hour are one notification with a count. Written
-- by aria/alerts.

-- The alert whose notification tells of this one too; none when it has its own. Both are of one person and go together.
alter table aria_alerts add column told_with uuid;
