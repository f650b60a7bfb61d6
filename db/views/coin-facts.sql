-- What moving money needs to know of an asset. Each table is looked up by its key, one after another (`limit 1`): a
-- join may be planned by the project alone, as long as the statistics say that there is little in it.
create view coin_facts with (security_invoker = true) as
  select k.id, k.serial, k.organization_id, g.type as organization_type, k.issuer_id, i.sn::text as issuer_sn,
      c.code, c.symbol, c.fraction, k.platform_id
    from coins k cross join lateral (select * from issuers where id = k.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = k.organization_id limit 1) g;
