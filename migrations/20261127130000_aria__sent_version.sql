-- What an answer was begun with, for one that is taken up after a crash, perhaps by a newer version.
alter table aria_contexts
    add column prompt_version int,
    add column search_mode text;
