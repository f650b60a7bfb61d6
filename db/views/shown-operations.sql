-- Operations with all that the money API shows of them: legs, what came of them later, and the names of the accounts
-- they moved. The limits keep the planner from looking for an operation by what is joined to it.
create view shown_operations with (security_invoker = true) as
  select o.*, c.currency_code, c.fraction, c.symbol, c.issuer_sn,
      p.full_name, p.iban, p.account_number, p.description, p.bank_details,
      b.bic, b.swift, b.name as bank_name, b.address as bank_address, b.city as bank_city, b.zip_code as bank_zip_code,
      b.country as bank_country,
      (select coalesce(jsonb_agg(jsonb_build_object('operation_id', f.operation_id, 'step', f.step, 'leg', f.leg,
          'id', f.id::text, 'type', f.type, 'amount', t.amount::text, 'from_account', f.account_id,
          'to_account', t.account_id, 'created_at', f.created_at) order by f.id), '[]')
        from postings f
          join postings t on t.operation_id = f.operation_id and t.step = f.step and t.leg = f.leg and t.amount > 0
        where f.operation_id = o.id and f.amount < 0) as legs,
      (select coalesce(jsonb_agg(x.id order by x.created_at), '[]') from (
          select r.id, r.created_at from operations r where r.return_of = o.id
          union all select r.id, r.created_at from operations r where r.reversal_of = o.id) x) as children,
      (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from account_names n where n.id = any(array(
        select o.coin_id union select o.counter_coin_id
        union select q.account_id from postings q where q.operation_id = o.id))) as names,
      (select f.answer from first_answers f where f.operation_id = o.id) as answer
    from operations o
      cross join lateral (select i.sn as issuer_sn, c.code as currency_code, c.fraction, c.symbol
        from issuers i join currencies c on c.id = i.currency_id where i.id = o.issuer_id limit 1) c
      left join lateral (select * from operation_parties where operation_id = o.id limit 1) p on true
      left join lateral (select * from banks where id = o.bank_id limit 1) b on true;
