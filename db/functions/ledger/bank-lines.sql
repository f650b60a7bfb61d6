-- A bank's line is taken once: with one that was there before, what would have brought it is not born.
-- Answers those that are new; again, too, where the commit was lost and the same steps are applied again.
create function create_bank_lines(project text, steps jsonb) returns text[] language plpgsql as $$
declare
  ids text[] := array(select s -> 'create' -> 'newLine' ->> 'id' from jsonb_array_elements(steps) s where s -> 'create' ? 'newLine');
begin
  insert into bank_lines (id, project_id, bank_id, reference, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select l ->> 'id', project, c ->> 'bank', l ->> 'reference', c ->> 'issuer', (c ->> 'amount')::numeric,
        (l ->> 'bookedAt')::timestamptz, l ->> 'text', l ->> 'senderName', l ->> 'senderIban', s ->> 'operation'
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c, s -> 'create' -> 'newLine' as l) created
      where l is not null order by c ->> 'bank', l ->> 'reference'
    on conflict do nothing;
  return array(select b.id from unnest(ids) i cross join lateral (select id from bank_lines where id = i limit 1) b);
end $$;

-- Money of a line that is back in suspense after a correction is a line of its own, to be moved again.
create function reopen_bank_line(project text, line text, back operations) returns void language plpgsql as $$
begin
  insert into bank_lines (id, project_id, bank_id, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select 'line_' || substr(back.id, 4), project, l.bank_id, l.issuer_id,
        back.amount + back.commission_back, now(), l.text, l.sender_name, l.sender_iban, back.id
      from bank_lines l where l.id = line;
end $$;
