-- The contract that binds an organization: its own, or the global base contract of its type; none where that is off.
create view binding_contracts with (security_invoker = true) as
  select g.id as organization_id, coalesce(own.id, common.id) as contract_id,
      coalesce(own.person_type, common.person_type) as person_type
    from organizations g
      left join lateral (select * from contracts where id = g.contract_id and active limit 1) own on true
      left join contracts common on g.contract_id is null and common.project_id = g.project_id
        and common.global and common.active and common.person_type = 'base'
        and common.organization_type = case g.type when 'merchant' then 'merchant' else 'individual' end;
