-- The SSN that a report speaks of: a recompute may change the score afterwards, and the page then says so.
-- Written by bilans/.
alter table reports add column ssn double precision;
