-- An account as people know it: an asset with its owner, or a system account named by what it is.
create view account_names with (security_invoker = true) as
  select a.id, coalesce(k.serial, a.id) as serial, k.name, a.type, a.technical, k.organization_id,
      g.name as organization_name, i.id as issuer_id, i.sn::text as issuer_sn, c.code, c.symbol, c.fraction
    from book_accounts a cross join lateral (select * from issuers where id = a.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      left join lateral (select * from coins where id = a.id limit 1) k on true
      left join lateral (select * from organizations where id = k.organization_id limit 1) g on true;
