-- Records a request to move money. Once this has committed the request is acknowledged, and is never lost from then on.
-- intent: {id, kind, needsDecision, coin?, counterCoin?, issuer, organization, amount, senderAmount, recipientAmount,
--          rules, bank?, bankAccount?, bankLine?, platform?, askedBy?, key?, bodyHash?, returnOf?, returnReference?,
--          reversalOf?, commissionBack?, party{fullName, iban, accountNumber, description, bankDetails}}
-- Answers {operation, isNew, sameBody}. If the key or the returned payout was recorded before, it answers the earlier
-- operation. It reads by keys alone, as apply_steps does, with which it shares functions and so their plans.
create function record_intent(project text, intent jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
  fresh operations;
  party jsonb := coalesce(intent -> 'party', '{}');
begin
  perform set_config('sluice.project', project, true);
  perform demand_named(array[row(intent ->> 'coin', intent ->> 'counterCoin', intent ->> 'issuer', intent ->> 'organization',
    intent ->> 'askedBy', intent ->> 'kind')::operation_names]);
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id, organization_id, amount,
      sender_amount, recipient_amount, rules, bank_id, bank_account_id, bank_line_id, platform,
      asked_by, idempotency_key, body_hash, return_of, return_reference, reversal_of, commission_back)
    values (intent ->> 'id', project, intent ->> 'kind', (intent ->> 'needsDecision')::boolean, 'received', intent ->> 'coin',
      intent ->> 'counterCoin', intent ->> 'issuer', intent ->> 'organization', (intent ->> 'amount')::numeric,
      (intent ->> 'senderAmount')::numeric, (intent ->> 'recipientAmount')::numeric, intent -> 'rules', intent ->> 'bank',
      intent ->> 'bankAccount', intent ->> 'bankLine', intent ->> 'platform',
      intent ->> 'askedBy', intent ->> 'key', decode(intent ->> 'bodyHash', 'hex'), intent ->> 'returnOf', intent ->> 'returnReference',
      intent ->> 'reversalOf', coalesce((intent ->> 'commissionBack')::numeric, 0))
    on conflict do nothing returning * into fresh;
  if fresh.id is null then
    select * into fresh from operations where id = intent ->> 'id'
      or (asked_by = intent ->> 'askedBy' and idempotency_key = intent ->> 'key')
      or (platform = intent ->> 'platform' and return_reference = intent ->> 'returnReference');
    return jsonb_build_object('operation', fresh.id, 'isNew', false,
      'sameBody', fresh.body_hash is not distinct from decode(intent ->> 'bodyHash', 'hex'));
  end if;
  insert into project_of (id, project_id) values (fresh.id, project) on conflict do nothing;
  insert into operation_parties (operation_id, project_id, full_name, iban, account_number, description, bank_details)
    values (fresh.id, project, party ->> 'fullName', party ->> 'iban', party ->> 'accountNumber', party ->> 'description',
      party -> 'bankDetails');
  return jsonb_build_object('operation', fresh.id, 'isNew', true, 'sameBody', true);
end $$;

-- What a workflow needs to know about the operation that it is named after, amounts as text; null if there is none.
create function operation_facts(operation text) returns jsonb language plpgsql as $$
declare
  project text;
  facts jsonb;
begin
  select p.project_id into project from project_of p where p.id = operation;
  if project is null then return null; end if;
  perform set_config('sluice.project', project, true);
  select jsonb_build_object('id', o.id, 'projectId', o.project_id, 'kind', o.kind, 'needsDecision', o.needs_decision, 'coinId', o.coin_id,
      'counterCoinId', o.counter_coin_id, 'organizationId', o.organization_id, 'issuerId', o.issuer_id, 'amount', o.amount::text, 'senderAmount', o.sender_amount::text,
      'recipientAmount', o.recipient_amount::text, 'commissionBack', o.commission_back::text,
      -- What a correction gives back of a commission comes from where it went.
      'revenue', case when coalesce(h.type, g.type) = 'merchant' then 'business_system_commission' else 'regular_system_commission' end,
      -- Of a trade: what is bought.
      'counterIssuerId', bought.issuer_id, 'counterCurrency', bought.code, 'counterFraction', bought.fraction,
      'platform', o.platform, 'bankAccountId', o.bank_account_id, 'bankLineId', o.bank_line_id, 'rules', o.rules,
      'requestIdentifier', o.request_identifier::text, 'currency', c.code, 'fraction', c.fraction, 'returnOf', o.return_of)
    into facts
    -- One look-up after another, by its key.
    from (select * from operations where id = operation limit 1) o
      cross join lateral (select * from issuers where id = o.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = o.organization_id limit 1) g
      left join lateral (select * from operations where id = o.reversal_of limit 1) original on true
      left join lateral (select * from organizations where id = original.organization_id limit 1) h on true
      left join lateral (select k.issuer_id, d.code, d.fraction from coins k join issuers j on j.id = k.issuer_id join currencies d on d.id = j.currency_id
        where k.id = o.counter_coin_id and o.kind = 'platform_trade' limit 1) bought on true;
  return facts;
end $$;
