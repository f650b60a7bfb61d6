-- Taking a wish for money to move: acknowledged once this has committed, and never lost from then on.
-- intent: {id, kind, needsDecision, coin, issuer, organization, amount, bank?, platform?, askedBy?, key?, bodyHash?, returnOf?,
--          returnReference?, party{fullName, iban, accountNumber, description, bankDetails}}
-- Answers {operation, isNew, sameBody}: with a key, or a returned payout, that was taken before, the earlier operation.
create function record_intent(project text, intent jsonb) returns jsonb language plpgsql as $$
declare
  fresh operations;
  party jsonb := coalesce(intent -> 'party', '{}');
begin
  perform set_config('sluice.project', project, true);
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, issuer_id, organization_id, amount, bank_id, platform,
      asked_by, idempotency_key, body_hash, return_of, return_reference)
    values (intent ->> 'id', project, intent ->> 'kind', (intent ->> 'needsDecision')::boolean, 'received', intent ->> 'coin',
      intent ->> 'issuer', intent ->> 'organization', (intent ->> 'amount')::numeric, intent ->> 'bank', intent ->> 'platform',
      intent ->> 'askedBy', intent ->> 'key', decode(intent ->> 'bodyHash', 'hex'), intent ->> 'returnOf', intent ->> 'returnReference')
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

-- What a workflow needs to know about the operation it is named after; null where nobody asked for it. Amounts as text.
create function operation_facts(operation text) returns jsonb language plpgsql as $$
declare
  project text;
  facts jsonb;
begin
  select p.project_id into project from project_of p where p.id = operation;
  if project is null then return null; end if;
  perform set_config('sluice.project', project, true);
  select jsonb_build_object('id', o.id, 'projectId', o.project_id, 'kind', o.kind, 'needsDecision', o.needs_decision, 'coinId', o.coin_id,
      'issuerId', o.issuer_id, 'amount', o.amount::text, 'platform', o.platform, 'requestIdentifier', o.request_identifier::text,
      'currency', c.code, 'fraction', c.fraction, 'returnOf', o.return_of)
    into facts from operations o join issuers i on i.id = o.issuer_id join currencies c on c.id = i.currency_id
    where o.id = operation;
  return facts;
end $$;
