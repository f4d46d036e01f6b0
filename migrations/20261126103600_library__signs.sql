-- Signs of a text become spaces quickly. Written by library/search.

-- As before; signs are found by one expression: translate() looks at each of them for each letter.
create or replace function library_clean(value text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(
        library_notation(lower(translate(replace(replace(replace(replace(value, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
            'ÀÂÄÁÃÅÇÉÈÊËÎÏÍÌÑÔÖÓÒÕÛÜÙÚŸÝ', 'àâäáãåçéèêëîïíìñôöóòõûüùúÿý'))),
        '[''’‘`´"«»“”()\[\]{}<>|/\\.,;:!?…–—−_*#=+^$&~%@°×÷±√∫∑∏∂∇≤≥≠≈≡∞∈∉⊂⊃∪∩∀∃→←↔⇒⇔↦·•²³½¼¾€£§\u00a0\u202f\u200b-]', ' ', 'g');
