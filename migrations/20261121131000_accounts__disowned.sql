-- accounts: a parent says that a request made signed out with the own address is not the family's; it is never attached.
alter table bilan_requests add column disowned_at timestamptz;
