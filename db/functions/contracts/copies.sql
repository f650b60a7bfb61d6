-- Ids as the program makes them, but without their time.
create function fresh_id(prefix text) returns text language sql volatile as $$
  select prefix || '_' || left(replace(gen_random_uuid()::text, '-', ''), 26)
$$;

-- Commission profiles with their rules and conditions, and limits where asked, from one contract to another.
create function copy_contract(source text, target text, with_limits boolean) returns void language plpgsql as $$
declare
  profile commission_profiles;
  rule commission_rules;
  copied text;
  copied_rule text;
begin
  for profile in select * from commission_profiles where contract_id = source loop
    copied := fresh_id('cpr');
    insert into commission_profiles (id, project_id, contract_id, flow, issuer_id, src_person_type, dest_person_type)
      values (copied, profile.project_id, target, profile.flow, profile.issuer_id, profile.src_person_type, profile.dest_person_type);
    for rule in select * from commission_rules where profile_id = profile.id loop
      copied_rule := fresh_id('cru');
      insert into commission_rules (id, project_id, profile_id, begins_at, ends_at, direction, active)
        values (copied_rule, rule.project_id, copied, rule.begins_at, rule.ends_at, rule.direction, rule.active);
      insert into commission_conditions (id, project_id, rule_id, begin_amount, end_amount, type, fixed, percent)
        select fresh_id('cnd'), project_id, copied_rule, begin_amount, end_amount, type, fixed, percent
        from commission_conditions where rule_id = rule.id;
    end loop;
  end loop;
  if with_limits then
    insert into limit_profiles (id, project_id, contract_id, flow, issuer_id, qualifier, time_unit, value, active)
      select fresh_id('lim'), project_id, target, flow, issuer_id, qualifier, time_unit, value, active
      from limit_profiles where contract_id = source;
  end if;
end $$;

-- Every project is born with contracts under which everything is offered and costs nothing.
create function open_contracts(project text) returns void language plpgsql as $$
declare
  before text := current_setting('sluice.project', true);
  kind text;
  contract text;
  offered text;
  profile text;
  rule text;
begin
  perform set_config('sluice.project', project, true);
  foreach kind in array array['individual', 'merchant'] loop
    contract := fresh_id('con');
    insert into contracts (id, project_id, name, organization_type, person_type, global)
      values (contract, project, 'Zero commission', kind, 'base', true);
    foreach offered in array array['bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade'] loop
      profile := fresh_id('cpr');
      rule := fresh_id('cru');
      insert into commission_profiles (id, project_id, contract_id, flow) values (profile, project, contract, offered);
      insert into commission_rules (id, project_id, profile_id, begins_at, direction, active)
        values (rule, project, profile, 'epoch', 'OUT', true);
      insert into commission_conditions (id, project_id, rule_id, begin_amount, type)
        values (fresh_id('cnd'), project, rule, 0, 'zero');
    end loop;
  end loop;
  perform set_config('sluice.project', coalesce(before, ''), true);
end $$;
